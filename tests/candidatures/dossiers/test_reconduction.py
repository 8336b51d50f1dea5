"""Last year's actions taken over in one table: what is decided, what it changes, who may, and what must not be lost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from atlaas.actions import reprendre_action
from atlaas.etats import VIEILLIR
from atlaas.models import Action, Stade
from candidatures.dossiers import actions
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.saisie import Saisie
from candidatures.dossiers.reconduction.queries import Tableau, tableau
from tests.factories import atlaas, ground
from tests.factories import dossiers as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import franchir
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
AUTO = {"HTTP_X_SAUVEGARDE": "1"}
MAX_REQUETES = 12
MAX_REQUETES_D_UNE_SAUVEGARDE = 30  # of which 6 are savepoints, and 5 confirm the fiches in the Atlaas


@pytest.fixture(autouse=True)
def referentiel(db: None) -> None:
    ground.version_publiee()


@pytest.fixture
def dossier(bassens: Collectivite) -> Dossier:
    """This year's draft of a town that deposited "Ancienne" and three flagships last year."""
    fabrique.dossier_passe(bassens, fabrique.fiche(bassens, "Ancienne"))
    return fabrique.dossier(bassens)


def lu(dossier: Dossier) -> Tableau:
    return tableau(dossier, Saisie(dossier))


def url(dossier: Dossier) -> str:
    return reverse("dossiers:etape", args=[dossier.pk, "actions"])


def fiche(titre: str) -> Action:
    return Action.objects.get(titre=titre)


def champs(**decisions: Any) -> dict[str, str]:
    """{"Ancienne": "clore"} as the form sends it; a pair adds the end date."""
    envoye = {}
    for titre, voulu in decisions.items():
        code, fin = voulu if isinstance(voulu, tuple) else (voulu, "")
        cle = fiche(titre.replace("_", " ")).pk
        envoye |= {f"reprise-{cle}": code, f"fin-{cle}": fin}
    return envoye


def envoyer(client: Client, dossier: Dossier, version: int = 0, *, auto: bool = True, **voulu: Any) -> Any:
    entetes = AUTO if auto else {}
    return client.post(url(dossier), {"numero_version": str(version), **champs(**voulu)}, **entetes)  # type: ignore[arg-type]


def presentees(dossier: Dossier) -> list[str]:
    return list(dossier.actions_presentees.values_list("action__titre", flat=True))


# The rows


def test_the_rows_are_those_of_last_year_then_what_was_never_presented(
    dossier: Dossier, bassens: Collectivite, bram: Collectivite
) -> None:
    fabrique.fiche(bassens, "Nouvelle")
    fabrique.fiche(bassens, "Brouillon", publiee=False)
    fabrique.fiche(bram, "Chez la voisine")
    vu = lu(dossier)
    assert [(str(ligne.fiche), ligne.annee, ligne.etait_phare) for ligne in vu.lignes] == [
        ("Ancienne", 2026, False),
        *((f"Action {rang}", 2026, True) for rang in (1, 2, 3)),
        ("Nouvelle", None, False),
    ]
    assert [str(autre.fiche) for autre in vu.autres] == ["Brouillon"]


def test_a_fiche_of_an_older_dossier_only_is_not_in_the_table(bassens: Collectivite) -> None:
    vieille = fabrique.fiche(bassens, "Vieille")
    fabrique.dossier_passe(bassens, vieille, annee=2025)
    fabrique.dossier_passe(bassens, annee=2026)
    vu = lu(fabrique.dossier(bassens))
    assert "Vieille" in [str(autre.fiche) for autre in vu.autres]
    assert vu.annee == 2026


def test_a_first_dossier_has_no_table(connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite) -> None:
    fabrique.fiche(bassens)
    page = connecte(redactrice).get(url(fabrique.dossier(bassens))).content.decode()
    assert "data-reconduction" not in page
    assert 'name="actions"' in page


def test_a_row_says_whether_it_counts_or_why_not(bassens: Collectivite) -> None:
    """The reason agrees with the rule of the Atlaas, asked in SQL."""
    jour = timezone.localdate()
    cas: list[tuple[dict[str, Any], str]] = [
        ({"stade": "idee"}, "pas encore en service"),
        ({"stade": "en_service", "date_fin": jour - timedelta(days=800)}, "finie depuis plus de deux ans"),
        ({"stade": "arretee", "date_fin": jour - timedelta(days=300)}, ""),
        ({"stade": "arretee"}, "arrêtée, sans date de fin"),
        ({"stade": "en_service", "date_debut": jour + timedelta(days=60)}, "commence après la clôture"),
        ({"stade": "en_service"}, "fiche en brouillon : publiez-la"),
        ({"stade": "experimentation"}, ""),
    ]
    fiches = [atlaas.fiche(bassens, **champs_fiche) for champs_fiche, _ in cas]
    fabrique.dossier_passe(bassens, *fiches)
    reprendre_action(fiches[5], par=None)
    lignes = lu(fabrique.dossier(bassens)).lignes[: len(cas)]
    assert [(ligne.est_eligible, ligne.motif) for ligne in lignes] == [(not motif, motif) for _, motif in cas]


# Decisions


def test_reconduire_and_mettre_a_jour_present_the_fiche_and_say_when(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    reponse = envoyer(connecte(redactrice), dossier, Ancienne="reconduire", Action_2="mettre_a_jour")
    assert reponse.json()["numero_version"] == 1
    assert presentees(dossier) == ["Ancienne", "Action 2"]
    vu = lu(dossier)
    assert vu.nb_traitees == 2
    assert [str(ligne.fiche) for ligne in vu.a_mettre_a_jour] == ["Action 2"]
    suivi = dossier.sections.get(etape="actions").donnees["suivi"][str(fiche("Ancienne").pk)]
    assert suivi["le"].startswith(timezone.now().date().isoformat())


def test_reconduire_confirms_the_fiche_in_the_atlaas(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    hier = timezone.now() - timedelta(days=400)
    Action.objects.update(confirmee_le=hier)
    franchir(fiche("Action 1"), VIEILLIR, par=None)
    envoyer(connecte(redactrice), dossier, Ancienne="reconduire", Action_1="reconduire", Action_2="mettre_a_jour")
    confirmees = Action.objects.filter(confirmee_le__date=timezone.now().date(), etat="publiee")
    assert set(confirmees.values_list("titre", flat=True)) == {"Ancienne", "Action 1"}


def test_the_list_of_what_is_to_be_updated_leads_there_and_back_and_knows_what_was_saved(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    envoyer(client, dossier, Ancienne="mettre_a_jour")
    adresse = f"{reverse('atlaas:modifier', args=[fiche('Ancienne').pk])}?retour={url(dossier)}"
    assert adresse in client.get(url(dossier)).content.decode()
    assert f'name="retour" value="{url(dossier)}"' in client.get(adresse).content.decode()
    assert not lu(dossier).lignes[0].est_a_jour
    Action.objects.filter(titre="Ancienne").update(modifie_le=timezone.now() + timedelta(seconds=1))
    assert "(enregistrée le" in client.get(url(dossier)).content.decode()


def test_clore_stops_the_fiche_today_and_it_still_counts(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    envoyer(connecte(redactrice), dossier, Ancienne="clore")
    close = fiche("Ancienne")
    assert (close.stade, close.date_fin) == (Stade.ARRETEE, timezone.localdate())
    assert presentees(dossier) == ["Ancienne"]
    assert lu(dossier).lignes[0].est_eligible
    assert Evenement.objects.de(close).filter(verbe="modifier", par=redactrice).exists()


def test_an_action_ended_long_ago_leaves_the_dossier(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    Action.objects.filter(titre="Ancienne").update(date_debut=None)
    client = connecte(redactrice)
    envoyer(client, dossier, Ancienne="reconduire")
    envoyer(client, dossier, 1, Ancienne=("clore", "2015-06-30"))
    assert fiche("Ancienne").date_fin == date(2015, 6, 30)
    assert presentees(dossier) == []
    assert lu(dossier).lignes[0].motif == "finie depuis plus de deux ans"


def test_a_decision_changes_until_the_deposit_and_gives_back_what_it_closed(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    hier = (timezone.localdate() - timedelta(days=1)).isoformat()
    Action.objects.filter(titre="Ancienne").update(date_debut=None)
    envoyer(client, dossier, Ancienne="clore")
    envoyer(client, dossier, 1, Ancienne=("clore", hier))
    assert str(fiche("Ancienne").date_fin) == hier
    envoyer(client, dossier, 2, Ancienne="reconduire")
    assert (fiche("Ancienne").stade, fiche("Ancienne").date_fin) == (Stade.EN_SERVICE, None)
    envoyer(client, dossier, 3, Ancienne="")
    assert presentees(dossier) == []
    decisions = [e.donnees["decisions"] for e in Evenement.objects.de(dossier).filter(verbe="reconduire des actions")]
    cle = str(fiche("Ancienne").pk)
    assert sorted(map(str, decisions)) == sorted(str({code: [cle]}) for code in ("clore", "reconduire", ""))


def test_what_somebody_wrote_in_a_closed_fiche_stays(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    envoyer(client, dossier, Ancienne="clore")
    Action.objects.filter(titre="Ancienne").update(stade=Stade.EXPERIMENTATION, date_fin=None)
    envoyer(client, dossier, 1, Ancienne="reconduire")
    assert fiche("Ancienne").stade == Stade.EXPERIMENTATION


def test_a_wrong_end_date_is_kept_and_explained_and_the_fiche_is_left_alone(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    champ = f"fin-{fiche('Ancienne').pk}"
    for version, (fin, phrase) in enumerate(
        [
            ("1999-01-01", "elle ne peut pas finir avant"),
            ("2999-01-01", "cette date est à venir"),
            ("hier", "Saisissez une date valide"),
        ]
    ):
        assert phrase in envoyer(client, dossier, version, Ancienne=("clore", fin)).json()["erreurs"][champ]
        assert fiche("Ancienne").stade == Stade.EN_SERVICE
        page = client.get(url(dossier)).content.decode()
        assert f'value="{fin}"' in page
        assert phrase in page
    assert lu(dossier).nb_traitees == 0


def test_a_closed_fiche_stays_closed_while_its_new_date_is_wrong(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    envoyer(client, dossier, Ancienne="clore")
    envoyer(client, dossier, 1, Ancienne=("clore", "2999-01-01"))
    assert fiche("Ancienne").date_fin == timezone.localdate()
    envoyer(client, dossier, 2, Ancienne="reconduire")
    assert fiche("Ancienne").stade == Stade.EN_SERVICE


def test_tout_reconduire_takes_what_is_eligible_and_undecided(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    Action.objects.filter(titre="Action 3").update(stade="idee")
    client = connecte(redactrice)
    envoye = {"numero_version": "0", "rester": "tout", **champs(Action_1="mettre_a_jour")}
    assert client.post(url(dossier), envoye).headers["Location"] == url(dossier)
    assert {str(ligne.fiche): ligne.decision for ligne in lu(dossier).lignes} == {
        "Ancienne": "reconduire",
        "Action 1": "mettre_a_jour",
        "Action 2": "reconduire",
        "Action 3": "",
    }


def test_other_fiches_stay_a_choice_beside_the_table(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier, bassens: Collectivite
) -> None:
    brouillon = fabrique.fiche(bassens, "Brouillon", publiee=False)
    client = connecte(redactrice)
    envoye = {"numero_version": "0", "autres": [str(brouillon.pk)], **champs(Ancienne="reconduire")}
    client.post(url(dossier), envoye)
    assert presentees(dossier) == ["Ancienne", "Brouillon"]
    client.post(url(dossier), {"numero_version": "1", **champs(Ancienne="reconduire")})
    assert presentees(dossier) == ["Ancienne"]


def test_a_fiche_presented_another_way_counts_as_reconduced(dossier: Dossier, redactrice: Utilisateur) -> None:
    actions.presenter_action(dossier, fiche("Action 1"), par=redactrice)
    assert [ligne.decision for ligne in lu(dossier).lignes] == ["", "reconduire", "", ""]


def test_the_filter_hides_what_is_treated_and_loses_no_answer(
    connecte: Connecte, redactrice: Utilisateur, dossier: Dossier
) -> None:
    client = connecte(redactrice)
    envoyer(client, dossier, Ancienne="reconduire")
    page = client.get(url(dossier), {"a-traiter": "1"}).content.decode()
    assert page.count("<tr data-ligne data-eligible hidden>") == 1
    assert f'name="reprise-{fiche("Ancienne").pk}" value="reconduire" checked' in page


# Two people, rights, cost


def test_a_stale_save_closes_nothing_and_gives_the_other_version(
    connecte: Connecte, redactrice: Utilisateur, referente: Utilisateur, dossier: Dossier
) -> None:
    envoyer(connecte(referente), dossier, Ancienne="reconduire")
    client = connecte(redactrice)
    refuse = envoyer(client, dossier, 0, Ancienne="clore")
    assert refuse.status_code == 409
    cle = fiche("Ancienne").pk
    assert refuse.json()["valeurs"][f"reprise-{cle}"] == "reconduire"
    assert fiche("Ancienne").stade == Stade.EN_SERVICE
    page = envoyer(client, dossier, auto=False, Ancienne="clore")
    assert page.status_code == 409
    assert "La version de Alice Martin" in page.content.decode()
    choix = {f"choix-reprise-{cle}": "autre", f"choix-fin-{cle}": "autre"}
    client.post(url(dossier), {"numero_version": "1", **champs(Ancienne="clore"), **choix})
    assert fiche("Ancienne").stade == Stade.EN_SERVICE


def test_only_those_who_write_in_the_dossier_decide(
    connecte: Connecte, lectrice: Utilisateur, voisine: Utilisateur, dossier: Dossier
) -> None:
    page = connecte(lectrice).get(url(dossier)).content.decode()
    assert "Vous pouvez lire ce dossier, pas y écrire." in page
    assert "reconduction.js" not in page
    refuse = envoyer(connecte(lectrice), dossier, Ancienne="clore")
    assert refuse.status_code == 403
    assert refuse.json()["motif"] == "Vous pouvez lire ce dossier, pas y écrire."
    assert envoyer(connecte(voisine), dossier, Ancienne="clore").status_code == 404
    assert envoyer(Client(), dossier, Ancienne="clore").status_code == 401
    assert fiche("Ancienne").stade == Stade.EN_SERVICE


def test_the_signatory_reads_the_table_and_closes_no_fiche(
    connecte: Connecte, signataire: Utilisateur, dossier: Dossier
) -> None:
    """Approving is hers; fiches are written by the référent and the contributors."""
    client = connecte(signataire)
    motif = (
        "Choisir, reconduire ou clore des actions revient au référent et aux contributeurs, qui écrivent les fiches."
    )
    assert motif in client.get(url(dossier)).content.decode()
    for voulu in ("clore", "reconduire"):
        refuse = envoyer(client, dossier, Ancienne=voulu)
        assert (refuse.status_code, refuse.json()["motif"]) == (403, motif)
    assert fiche("Ancienne").stade == Stade.EN_SERVICE
    assert presentees(dossier) == []


def test_nothing_is_decided_once_the_dossier_is_deposited(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    fabrique.dossier_passe(bassens, fabrique.fiche(bassens, "Ancienne"))
    depose = fabrique.dossier_passe(bassens, annee=2027)
    assert envoyer(connecte(redactrice), depose, Ancienne="clore").status_code == 403
    assert fiche("Ancienne").stade == Stade.EN_SERVICE


@pytest.fixture(params=[3, 60])
def reprise(request: pytest.FixtureRequest, bassens: Collectivite) -> Dossier:
    """A draft whose table has 3 or 60 rows."""
    fiches = [atlaas.fiche(bassens, "A1.1", "B2.1", titre=f"Fiche {rang}") for rang in range(request.param - 3)]
    fabrique.dossier_passe(bassens, *fiches)
    return fabrique.dossier(bassens)


def test_the_page_and_a_save_cost_the_same_at_three_and_sixty_rows(
    connecte: Connecte, redactrice: Utilisateur, reprise: Dossier
) -> None:
    client = connecte(redactrice)
    tout = {f"reprise-{ligne.cle}": "reconduire" for ligne in lu(reprise).lignes}
    client.get(url(reprise))
    with CaptureQueriesContext(connection) as page:
        assert client.get(url(reprise)).status_code == 200
    with CaptureQueriesContext(connection) as sauvegarde:
        assert client.post(url(reprise), {"numero_version": "0", **tout}, **AUTO).status_code == 200  # type: ignore[arg-type]
    assert len(page) <= MAX_REQUETES
    assert len(sauvegarde) <= MAX_REQUETES_D_UNE_SAUVEGARDE
    assert reprise.actions_presentees.count() == len(tout)
