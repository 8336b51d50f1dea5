from datetime import date

import pytest

from atlaas import actions, etats
from atlaas.completude import manques
from atlaas.etats import EtatAction
from atlaas.interface import (
    Preuves,
    actions_de,
    actions_eligibles,
    distinctions_de,
    preuves,
    preuves_par_collectivite,
    resume_action,
)
from atlaas.models import Action, Distinction, Stade
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
AU = date(2027, 3, 31)


def test_creer_saves_a_draft_without_anything(bassens: Collectivite, referente: Utilisateur) -> None:
    action = actions.creer_action(bassens, par=referente)
    assert (str(action), action.slug, action.etat) == ("Fiche sans titre", "fiche", EtatAction.BROUILLON)
    assert Evenement.objects.de(action).get().verbe == "créer"
    assert [m.champ for m in manques(action)] == ["titre", "resume", "services"]


@pytest.mark.parametrize("champ", ["titre", "resume", "stade"])
def test_publier_names_each_missing_answer(bassens: Collectivite, champ: str) -> None:
    action = atlaas.fiche(bassens, publiee=False, **{champ: ""})
    with pytest.raises(TransitionRefusee):
        actions.publier_action(action, par=None)
    assert [m.champ for m in manques(action)] == [champ]
    assert action.etat == EtatAction.BROUILLON


def test_publier_keeps_the_date_of_the_first_publication(bassens: Collectivite) -> None:
    action = atlaas.fiche(bassens)
    premiere = action.publiee_le
    actions.reprendre_action(action, par=None)
    actions.publier_action(action, par=None)
    assert action.publiee_le == premiere


def test_modifier_grows_the_version_and_says_which_fields(bassens: Collectivite, referente: Utilisateur) -> None:
    action = atlaas.fiche(bassens, publiee=False, titre="L’œuvre d’été")
    assert action.slug == "l-oeuvre-d-ete"
    nouvelle = actions.modifier_action(
        action, par=referente, numero_version=1, services=[], titre="Le cœur de ville", stade=Stade.EN_SERVICE
    )
    assert (nouvelle.version, nouvelle.slug, nouvelle.services.count()) == (2, "le-coeur-de-ville", 0)
    evenement = Evenement.objects.de(action).recents()[0]
    assert (evenement.par, evenement.donnees["champs"]) == (referente, ["titre"])


def test_a_stale_modification_gives_the_current_fiche_and_changes_nothing(bassens: Collectivite) -> None:
    action = atlaas.fiche(bassens, publiee=False)
    actions.modifier_action(action, par=None, numero_version=1, services=[], titre="La première")
    with pytest.raises(VersionPerimee) as erreur:
        actions.modifier_action(action, par=None, numero_version=1, services=[], titre="La seconde")
    assert erreur.value.actuel.titre == "La première"
    action.refresh_from_db()
    assert action.titre == "La première"


def test_a_published_fiche_must_stay_complete(bassens: Collectivite) -> None:
    action = atlaas.fiche(bassens)
    with pytest.raises(TransitionRefusee, match="service"):
        actions.modifier_action(action, par=None, numero_version=1, services=[], titre="Autre")
    action.refresh_from_db()
    assert (action.titre != "Autre", action.services.count(), action.version) == (True, 1, 1)
    modifiee = actions.modifier_action(
        action, par=None, numero_version=1, services=atlaas.services("A1.2"), titre="Autre"
    )
    assert modifiee.titre == "Autre"


def test_moderation_needs_a_motive_and_gives_the_fiche_back_as_a_draft(
    bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    action = atlaas.fiche(bassens)
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.depublier_action(action, par=chargee_de_mission, motif=" ")
    actions.depublier_action(action, par=chargee_de_mission, motif="Données personnelles")
    assert action.etat == EtatAction.DEPUBLIEE
    actions.retablir_action(action, par=chargee_de_mission)
    assert action.etat == EtatAction.BROUILLON


@pytest.mark.parametrize("transition", etats.TRANSITIONS, ids=lambda t: t.verbe)
@pytest.mark.parametrize("etat", EtatAction)
def test_every_state_times_every_transition(bassens: Collectivite, etat: EtatAction, transition: object) -> None:
    action = atlaas.fiche(bassens)
    Action.objects.filter(pk=action.pk).update(etat=etat)
    if etat in transition.depuis:  # type: ignore[attr-defined]
        franchir(action, transition, par=None, motif="Motif")  # type: ignore[arg-type]
        assert action.etat == transition.vers  # type: ignore[attr-defined]
    else:
        with pytest.raises(TransitionRefusee):
            franchir(action, transition, par=None, motif="Motif")  # type: ignore[arg-type]


def test_inscrire_distinction_twice_corrects_the_row(bassens: Collectivite) -> None:
    for arobases in (3, 4):
        actions.inscrire_distinction(bassens, 2026, arobases, est_verte=True, mentions=["Transition écologique"])
    actions.inscrire_distinction(bassens, 2025, 3, est_verte=False, mentions=[])
    assert [(d.annee, d.arobases) for d in distinctions_de(bassens)] == [(2026, 4), (2025, 3)]
    assert str(Distinction.objects.get(annee=2025)).endswith("2025 : 3 @")


@pytest.mark.parametrize(
    ("champs", "eligible"),
    [
        ({"stade": Stade.EN_SERVICE}, True),
        ({"stade": Stade.EXPERIMENTATION}, True),
        ({"stade": Stade.IDEE}, False),
        ({"stade": Stade.PROGRAMMEE}, False),
        ({"stade": Stade.ARRETEE}, False),
        ({"stade": Stade.ARRETEE, "date_fin": date(2025, 4, 1)}, True),
        ({"stade": Stade.ARRETEE, "date_fin": date(2025, 3, 31)}, False),
        ({"stade": Stade.EN_SERVICE, "date_fin": date(2028, 1, 1)}, True),
        ({"date_debut": date(2027, 3, 31)}, True),
        ({"date_debut": date(2027, 4, 1)}, False),
        ({"publiee": False}, False),
    ],
)
def test_eligibility_follows_the_rule_of_2017(bassens: Collectivite, champs: dict[str, object], eligible: bool) -> None:
    atlaas.fiche(bassens, **champs)
    assert actions_eligibles(bassens, AU).exists() is eligible


def test_eligibility_is_judged_on_a_leap_day_too(bassens: Collectivite) -> None:
    atlaas.fiche(bassens)
    assert actions_eligibles(bassens, date(2028, 2, 29)).count() == 1


def test_actions_de_leaves_out_archives_and_removed_fiches(bassens: Collectivite, bram: Collectivite) -> None:
    gardees = [atlaas.fiche(bassens), atlaas.fiche(bassens, publiee=False)]
    actions.archiver_action(atlaas.fiche(bassens), par=None)
    Action.objects.filter(pk=atlaas.fiche(bassens).pk).update(etat=EtatAction.DEPUBLIEE)
    atlaas.fiche(bram)
    assert set(actions_de(bassens)) == set(gardees)


def test_preuves_counts_each_action_once_by_enjeu_in_one_query(
    bassens: Collectivite, bram: Collectivite, django_assert_num_queries: object
) -> None:
    atlaas.fiche(bassens, "A1.1", "A1.2", lien="https://example.org")
    atlaas.fiche_mesuree(bassens, "A1.3")
    atlaas.fiche_replicable(bassens, "B1.1")
    atlaas.fiche(bassens, "B1.2", est_replicable=True, contact="Mairie", resultats="Deux fois plus vite")
    atlaas.fiche(bassens, "B1.3", est_replicable=True, resultats="Sans contact")
    atlaas.fiche(bassens, "C1.1", indicateur_libelle="sans valeur")
    atlaas.fiche(bassens, "D1.1", publiee=False)
    atlaas.fiche(bram, "E1.1")
    version = ground.version_publiee()
    with django_assert_num_queries(1):  # type: ignore[operator]
        trouvees = preuves(bassens, AU, version)
    assert trouvees == {
        "A1": Preuves(2, 1, 0, frozenset({"A1.1", "A1.2", "A1.3"}), frozenset({"A1.1", "A1.2", "A1.3"})),
        "B1": Preuves(3, 1, 2, frozenset({"B1.1", "B1.2", "B1.3"}), frozenset({"B1.1"})),
        "C1": Preuves(1, 0, 0, frozenset({"C1.1"})),
    }


def test_the_proofs_of_several_towns_are_kept_apart_in_one_query(
    bassens: Collectivite, bram: Collectivite, django_assert_num_queries: object
) -> None:
    ailleurs, sans_fiche = ground.collectivite("Ambès"), ground.collectivite("Ambarès")
    atlaas.fiche(bassens, "A1.1", "A1.2")
    atlaas.fiche_mesuree(bram, "A1.1")
    atlaas.fiche(bram, "A1.1", "B1.1")
    atlaas.fiche(ailleurs, "A1.1")
    version = ground.version_publiee()
    with django_assert_num_queries(1):  # type: ignore[operator]
        trouvees = preuves_par_collectivite([bassens.pk, bram.pk, sans_fiche.pk], AU, version)
    assert trouvees == {
        bassens.pk: {"A1": Preuves(1, 0, 0, frozenset({"A1.1", "A1.2"}))},
        bram.pk: {
            "A1": Preuves(2, 1, 0, frozenset({"A1.1"}), frozenset({"A1.1"})),
            "B1": Preuves(1, 0, 0, frozenset({"B1.1"})),
        },
    }
    assert trouvees[bram.pk] == preuves(bram, AU, version)


def test_resume_action_is_plain_data(bassens: Collectivite) -> None:
    import json

    action = atlaas.fiche_mesuree(
        bassens, "A1.1", date_debut=date(2024, 1, 1), date_fin=date(2028, 1, 1), indicateur_date=date(2026, 1, 1)
    )
    lu = json.loads(json.dumps(resume_action(Action.objects.get(pk=action.pk))))
    assert lu["services"] == [{"code": "A1.1", "nom": "Conseil municipal retransmis ou en rediffusion"}]
    assert lu["indicateur"]["valeur"] == "412.00"
    assert (lu["date_debut"], lu["date_fin"], lu["indicateur"]["date"]) == ("2024-01-01", "2028-01-01", "2026-01-01")
    sans = resume_action(atlaas.fiche(bassens))
    assert (sans["indicateur"]["valeur"], sans["date_fin"]) == (None, None)


def test_s_inspirer_makes_one_draft_that_cites_its_source(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur
) -> None:
    source = atlaas.fiche(bram, "A1.1", "A1.2", titre="Le vélobus", publics="Les écoliers", resultats="120 enfants")
    brouillon = actions.s_inspirer(source, bassens, par=referente)
    assert actions.s_inspirer(source, bassens, par=referente) == brouillon
    assert (brouillon.etat, brouillon.stade) == (EtatAction.BROUILLON, Stade.IDEE)
    assert (brouillon.titre, brouillon.publics, brouillon.resultats) == ("Le vélobus", "Les écoliers", "")
    assert (brouillon.inspiree_de, brouillon.auteur) == (source, referente)
    assert {s.code for s in brouillon.services.all()} == {"A1.1", "A1.2"}


def test_one_is_inspired_by_the_published_fiche_of_another(bassens: Collectivite, bram: Collectivite) -> None:
    with pytest.raises(TransitionRefusee, match="fiche publiée"):
        actions.s_inspirer(atlaas.fiche(bram, publiee=False), bassens, par=None)
    with pytest.raises(TransitionRefusee, match="déjà la vôtre"):
        actions.s_inspirer(atlaas.fiche(bassens), bassens, par=None)
