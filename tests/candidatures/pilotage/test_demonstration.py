"""The demonstration is built by the real actions, entirely or not at all, the same each time."""

import pytest
from django.core.management import CommandError, call_command

from atlaas.models import Action, Distinction, Selection
from candidatures.models import Campagne, Certificat, Decision, Dossier, Evaluation, Instantane
from candidatures.pilotage.demonstration import comptes, fiches
from candidatures.pilotage.demonstration.scenario import EN_ATTENTE, RegistreAbsent, lire_liste, peupler
from tests.factories import ground
from villes_internet.comptes.models import Habilitation, Utilisateur
from villes_internet.referentiel.actions import charger_donnees

pytestmark = pytest.mark.long

CODES = ("33032", "83118", "26212", "88413", "12011", "13056")


def registre() -> None:
    for code in (*CODES, EN_ATTENTE):
        population = 1_300 if code in {"26212", "12011"} else 21_000
        ground.collectivite(f"Commune {code}", code, population=population)


def lignes() -> list[dict[str, str]]:
    return [ligne for ligne in lire_liste() if ligne["code"] in CODES]


def test_the_list_has_forty_collectivites_three_hundred_fiches_and_two_past_years() -> None:
    liste = lire_liste()
    assert len({ligne["code"] for ligne in liste}) == len(liste) >= 40
    assert sum(int(ligne["nb_fiches"]) for ligne in liste) >= 300
    assert {annee for ligne in liste for annee in ligne["annees"].split(",")} == {"2025", "2026", "2027"}
    assert len(comptes.JURES) == 10


def test_the_stories_cover_every_service_of_the_referentiel() -> None:
    services = {
        f"{enjeu['code']}.{rang}"
        for famille in charger_donnees("2027")["familles"]
        for enjeu in famille["enjeux"]
        for rang, _ in enumerate(enjeu["services"], start=1)
    }
    assert {recit.service for recit in fiches.lire()} == services
    assert {code for voisins in fiches.VOISINS.values() for code in voisins} <= services


@pytest.mark.django_db
def test_past_years_have_results_and_the_open_one_has_dossiers_in_every_state() -> None:
    registre()
    etapes: list[str] = []
    bilan = peupler(etapes.append, lignes())
    assert bilan.collectivites == len(CODES)
    assert bilan.resultats == Distinction.objects.count() == Certificat.objects.count() == Decision.objects.count()
    assert dict(Campagne.objects.values_list("annee", "etat")) == {2025: "publiee", 2026: "publiee", 2027: "ouverte"}
    assert set(Dossier.objects.filter(campagne__annee=2027).values_list("etat", flat=True)) == {
        "brouillon",
        "approuve",
        "en_validation",
        "depose",
        "retire",
    }
    assert all(
        i.depose_le < i.dossier.campagne.cloture_le for i in Instantane.objects.select_related("dossier__campagne")
    )
    assert Evaluation.objects.filter(etat="soumise").count() == 2 * bilan.resultats
    assert Action.objects.publiees().count() == bilan.fiches
    assert len(etapes) == 6
    assert Selection.objects.publiees().filter(retenues__action__etat="publiee").exists()
    _meme_histoire_au_second_passage()


def _meme_histoire_au_second_passage() -> None:
    call_command("peupler_demo")  # already there: nothing changes
    assert Campagne.objects.count() == 3


@pytest.mark.django_db
def test_bassens_tells_the_facts_of_its_letter() -> None:
    registre()
    peupler(lambda _: None, [ligne for ligne in lignes() if ligne["code"] == "33032"])
    dossier = Dossier.objects.get(campagne__annee=2027)
    sections = dict(dossier.sections.values_list("etape", "donnees"))
    strategie, lettre = sections["strategie"], sections["lettre"]
    assert (strategie["pnt_annee"], strategie["schema_date"], strategie["schema_vote"]) == (
        "2012",
        "2016-03-22",
        "unanimite",
    )
    assert len(strategie["schema_axes"].splitlines()) == 7
    assert (lettre["maire_nom"], lettre["delegue_nom"]) == ("Jean-Pierre Turon", "Alexandre Rubio")
    assert all(lettre[f"visa_{visa}_date"] for visa in ("service", "direction", "cabinet"))


@pytest.mark.django_db
def test_every_printed_account_can_sign_in() -> None:
    registre()
    peupler(lambda _: None, [ligne for ligne in lignes() if ligne["code"] == "33032"])
    for role, courriel, mot_de_passe in comptes.COMPTES:
        personne = Utilisateur.objects.get(email=courriel)
        assert personne.check_password(mot_de_passe), role
        assert Habilitation.objects.actives().filter(utilisateur=personne).exists(), role


@pytest.mark.django_db
def test_without_the_registry_one_sentence_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="importer_territoires"):
        call_command("peupler_demo")
    assert not Utilisateur.objects.exists()
    with pytest.raises(RegistreAbsent):
        peupler(lambda _: None)
