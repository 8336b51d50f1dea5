"""What readers propose to correct, and what the town does of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import actions as coeur
from atlaas.corrections import actions
from atlaas.corrections.forms import CORRIGIBLES, CorrectionForm
from atlaas.etats import EtatCorrection
from atlaas.models import Action, Blocage, Correction
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Courriel
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
RECUES = "/espace/33032/corrections/"


@pytest.fixture
def fiche(bassens: Collectivite, referente: Utilisateur) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus", outils="Decidim", resume="Ouvert le lundi.")


@pytest.fixture
def correction(fiche: Action, voisine: Utilisateur, bram: Collectivite) -> Correction:
    return proposer(fiche, voisine, pour=bram)


def proposer(fiche: Action, par: Utilisateur, **options: Any) -> Correction:
    valeurs = {"champ": "resume", "voulu": "Ouvert le mardi.", "pour": None, **options}
    return actions.proposer(fiche, pourquoi="Le panneau le dit.", source="", par=par, **valeurs)


def corriger(fiche: Action, champ: str = "resume") -> str:
    return f"/atlaas/fiches/{fiche.pk}/corriger/{champ}/"


def decision(correction: Correction, verbe: str) -> str:
    return f"/atlaas/corrections/{correction.pk}/{verbe}/"


def sujets(personne: Utilisateur) -> list[str]:
    return list(Courriel.objects.filter(a__contains=[personne.email]).order_by("pk").values_list("sujet", flat=True))


def test_a_reader_proposes_the_town_sees_the_difference_and_accepts(
    fiche: Action, sans_role: Utilisateur, referente: Utilisateur, connecte: Connecte
) -> None:
    lecteur, agent = connecte(sans_role), connecte(referente)
    assert f"/atlaas/fiches/{fiche.pk}/corriger/" in lecteur.get(fiche.get_absolute_url()).text
    assert corriger(fiche) in lecteur.get(f"/atlaas/fiches/{fiche.pk}/corriger/").text
    assert "Ouvert le lundi." in lecteur.get(corriger(fiche)).text
    saisie = {"voulu": "Ouvert le mardi.", "pourquoi": "Le panneau le dit.", "source": "https://bassens.example/"}
    page = lecteur.post(corriger(fiche), saisie, follow=True)
    proposee = Correction.objects.get()
    assert "décidera" in page.text
    for lue in (agent.get(RECUES), agent.get(fiche.get_absolute_url()), agent.get(proposee.get_absolute_url())):
        assert '<del><span class="visually-hidden">retiré : </span>lundi</del>' in lue.text
        assert "Noé" in lue.text
        assert sans_role.email not in lue.text
    assert "1\u00a0correction proposée" in agent.get("/espace/33032/fiches/").text
    assert "correction proposée" not in lecteur.get(fiche.get_absolute_url()).text
    agent.post(decision(proposee, "accepter"), {"numero_version": fiche.version})
    fiche.refresh_from_db()
    assert (fiche.resume, fiche.version, fiche.versions.count()) == ("Ouvert le mardi.", 2, 2)
    assert fiche.services.count() == 1
    assert sujets(referente) == ["Une correction proposée à « Le vélobus »"]
    assert sujets(sans_role) == ["Merci : votre correction de « Le vélobus » est acceptée"]
    assert "acceptée" in lecteur.get("/atlaas/corrections/").text
    assert "acceptée" in agent.get(RECUES).text


def test_it_is_set_aside_with_a_word(
    correction: Correction, fiche: Action, referente: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    agent = connecte(referente)
    assert agent.post(decision(correction, "ecarter"), {"motif": ""}).status_code == 422
    agent.post(decision(correction, "ecarter"), {"motif": "C’est bien le lundi."})
    fiche.refresh_from_db()
    assert fiche.resume == "Ouvert le lundi."
    assert sujets(voisine) == ["Votre correction de « Le vélobus » n’est pas retenue"]
    assert "C’est bien le lundi." in connecte(voisine).get(correction.get_absolute_url()).text
    assert agent.post(decision(correction, "accepter"), {"numero_version": 1}).status_code == 403


def test_a_later_edit_makes_it_stale_and_says_so(
    correction: Correction, fiche: Action, referente: Utilisateur, connecte: Connecte
) -> None:
    agent = connecte(referente)
    coeur.modifier_action(
        fiche, par=referente, numero_version=1, services=fiche.services.all(), resume="Sur rendez-vous."
    )
    page = agent.get(correction.get_absolute_url()).text
    assert "Le texte a changé depuis cette proposition" in page
    assert "Ouvert le lundi." in page
    assert (
        "relisez la différence"
        in agent.post(decision(correction, "accepter"), {"numero_version": "1"}, follow=True).text
    )
    correction.refresh_from_db()
    assert correction.etat == EtatCorrection.PROPOSEE
    assert agent.post(decision(correction, "accepter"), {"numero_version": "x"}).status_code == 302
    agent.post(decision(correction, "accepter"), {"numero_version": "2"})
    fiche.refresh_from_db()
    assert fiche.resume == "Ouvert le mardi."


def test_what_the_fiche_may_not_say_is_refused_when_proposed_and_when_accepted(
    bassens: Collectivite, voisine: Utilisateur, referente: Utilisateur, connecte: Connecte
) -> None:
    fiche = atlaas.fiche(bassens, date_debut=date(2026, 3, 1), date_fin=date(2026, 9, 1))
    refusee = connecte(voisine).post(corriger(fiche, "date_fin"), {"voulu": "2025-01-01", "pourquoi": "x"})
    assert (refusee.status_code, "précéder le début" in refusee.text) == (422, True)
    proposee = proposer(fiche, voisine, champ="date_fin", voulu="2026-05-01")
    coeur.modifier_action(
        fiche, par=referente, numero_version=1, services=fiche.services.all(), date_debut=date(2026, 8, 1)
    )
    page = connecte(referente).post(decision(proposee, "accepter"), {"numero_version": 2}, follow=True)
    assert "ne peut pas le dire ainsi" in page.text
    proposee.refresh_from_db()
    assert proposee.etat == EtatCorrection.PROPOSEE


@pytest.mark.parametrize("champ", CORRIGIBLES)
def test_each_field_offers_what_it_says(champ: str, fiche: Action, sans_role: Utilisateur) -> None:
    rendu = str(CorrectionForm(action=fiche, champ=champ, personne=sans_role)["voulu"])
    assert 'name="voulu"' in rendu


@pytest.mark.parametrize(
    ("champ", "saisie"),
    [
        ("resume", {"voulu": "Ouvert le lundi.", "pourquoi": "x"}),
        ("resume", {"voulu": "", "pourquoi": "x"}),
        ("resume", {"voulu": "é" * 301, "pourquoi": "x"}),
        ("resume", {"voulu": "Autre", "pourquoi": ""}),
        ("resume", {"voulu": "Autre", "pourquoi": "x", "source": "javascript:alert(1)"}),
        ("stade", {"voulu": "jamais", "pourquoi": "x"}),
        ("lien", {"voulu": "pas une adresse", "pourquoi": "x"}),
        ("date_debut", {"voulu": "hier", "pourquoi": "x"}),
    ],
)
def test_bad_input_is_said(
    champ: str, saisie: dict[str, str], fiche: Action, sans_role: Utilisateur, connecte: Connecte
) -> None:
    assert connecte(sans_role).post(corriger(fiche, champ), saisie).status_code == 422
    assert not Correction.objects.exists()


def test_a_field_is_emptied(fiche: Action, sans_role: Utilisateur, referente: Utilisateur, connecte: Connecte) -> None:
    connecte(sans_role).post(corriger(fiche, "outils"), {"voulu": "", "pourquoi": "Plus d’outil."})
    connecte(referente).post(decision(Correction.objects.get(), "accepter"), {"numero_version": 1})
    fiche.refresh_from_db()
    assert (fiche.outils, fiche.outils_connus.count()) == ("", 0)


@pytest.mark.parametrize(
    ("nom", "statut"),
    [("referente", 403), ("lectrice", 200), ("sans_role", 200), ("voisine", 200), ("chargee_de_mission", 200)],
)
def test_who_proposes(nom: str, statut: int, fiche: Action, connecte: Connecte, request: pytest.FixtureRequest) -> None:
    client = connecte(request.getfixturevalue(nom))
    assert (
        client.get(corriger(fiche)).status_code
        == client.get(f"/atlaas/fiches/{fiche.pk}/corriger/").status_code
        == statut
    )


def test_what_is_not_a_text_of_a_public_fiche_is_not_found(
    fiche: Action, bassens: Collectivite, voisine: Utilisateur, connecte: Connecte, client: Client
) -> None:
    autre = connecte(voisine)
    assert autre.get(corriger(fiche, "est_libre")).status_code == 404
    assert autre.get(corriger(fiche, "etat")).status_code == 404
    assert autre.get(corriger(atlaas.fiche(bassens, publiee=False))).status_code == 404
    assert "/compte/login/" in client.get(corriger(fiche))["Location"]


@pytest.mark.parametrize(
    ("nom", "lire", "decider"),
    [
        ("lectrice", 200, 403),
        ("chargee_de_mission", 200, 403),
        ("voisine", 200, 403),
        ("sans_role", 404, 404),
        ("redactrice", 200, 302),
    ],
)
def test_who_reads_and_decides(
    nom: str, lire: int, decider: int, correction: Correction, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client = connecte(request.getfixturevalue(nom))
    assert client.get(correction.get_absolute_url()).status_code == lire
    assert client.post(decision(correction, "ecarter"), {"motif": "Non"}).status_code == decider
    assert client.get(RECUES).status_code == (404 if nom in {"voisine", "sans_role"} else 200)


def test_the_author_takes_it_back(
    correction: Correction, voisine: Utilisateur, referente: Utilisateur, connecte: Connecte
) -> None:
    assert connecte(referente).post(decision(correction, "reprendre")).status_code == 403
    auteur = connecte(voisine)
    auteur.post(decision(correction, "reprendre"))
    assert "reprise" in auteur.get("/atlaas/corrections/").text
    assert auteur.post(decision(correction, "reprendre")).status_code == 403
    with pytest.raises(TransitionRefusee):
        actions.reprendre(correction, par=voisine, a=timezone.now())


def test_the_association_removes_it_with_a_motive(
    correction: Correction,
    chargee_de_mission: Utilisateur,
    voisine: Utilisateur,
    referente: Utilisateur,
    connecte: Connecte,
) -> None:
    association, adresse = connecte(chargee_de_mission), f"/admin/atlaas/correction/{correction.pk}/change/"
    association.post(adresse, {"motif": ""})
    correction.refresh_from_db()
    assert correction.etat == EtatCorrection.PROPOSEE
    association.post(adresse, {"motif": "Injurieux"})
    assert sujets(voisine) == ["Votre correction de « Le vélobus » n’est pas retenue"]
    assert "Injurieux" in connecte(voisine).get(correction.get_absolute_url()).text
    assert "vélobus" not in connecte(referente).get(RECUES).text
    assert "déjà décidée" in association.post(adresse, {"motif": "Encore"}).text


def test_limits(
    fiche: Action, voisine: Utilisateur, sans_role: Utilisateur, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposer(fiche, voisine)
    assert "déjà proposé" in connecte(voisine).post(corriger(fiche), {"voulu": "Autre", "pourquoi": "x"}).text
    for champ in ("titre", "outils"):
        proposer(fiche, voisine, champ=champ, voulu="Autre")
    with pytest.raises(TransitionRefusee, match="patientez"):
        proposer(fiche, voisine, champ="financement", voulu="Autre")
    monkeypatch.setattr(actions, "PAR_PERSONNE", 3)
    with pytest.raises(TransitionRefusee, match="reprenez demain"):
        proposer(fiche, voisine, champ="financement", voulu="Autre")
    monkeypatch.setattr(actions, "RECUES", 3)
    with pytest.raises(TransitionRefusee, match="écrivez-lui demain"):
        proposer(fiche, sans_role)
    Blocage.objects.create(utilisateur=sans_role, motif="Démarchage")
    assert connecte(sans_role).get(corriger(fiche)).status_code == 403


def test_a_fiche_that_left_is_not_corrected_and_a_closed_account_receives_nothing(
    correction: Correction, fiche: Action, referente: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    coeur.archiver_action(fiche, par=referente)
    agent = connecte(referente)
    assert "archivée" in agent.get(correction.get_absolute_url()).text
    assert agent.post(decision(correction, "accepter"), {"numero_version": 1}).status_code == 403
    Utilisateur.objects.filter(pk=voisine.pk).update(is_active=False)
    agent.post(decision(correction, "ecarter"), {"motif": "La fiche est archivée."})
    assert not sujets(voisine)


@pytest.mark.parametrize("nb", [1, 3])
def test_lists_cost_the_same(
    nb: int, fiche: Action, referente: Utilisateur, connecte: Connecte, django_assert_max_num_queries: Any
) -> None:
    for _ in range(nb):
        proposer(fiche, ground.utilisateur("Zoé"))
    agent = connecte(referente)
    with django_assert_max_num_queries(6):
        assert agent.get(RECUES).text.count("Décider") == nb
