"""Every state × every transition of every table: passes where the table says so, refuses in French elsewhere."""

import importlib
import itertools

import pytest
from django.db import models

from atlaas.etats import TRANSITIONS_CORRECTION, TRANSITIONS_PROPOS, EtatAction, EtatCorrection, EtatPropos
from candidatures.campagnes.etats import EtatCampagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.jury.etats import EtatEvaluation
from candidatures.palmares.etats import EtatCertificat
from tests.factories import ground
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import Transition, TransitionRefusee, franchir, peut_franchir

TABLES: dict[str, type[models.TextChoices]] = {
    "atlaas": EtatAction,
    "candidatures.campagnes": EtatCampagne,
    "candidatures.dossiers": EtatDossier,
    "candidatures.jury": EtatEvaluation,
    "candidatures.palmares": EtatCertificat,
    "villes_internet.comptes": EtatHabilitation,
    "villes_internet.referentiel": EtatVersion,
}
TOUTES = [
    *((etats, importlib.import_module(f"{chambre}.etats").TRANSITIONS) for chambre, etats in TABLES.items()),
    (EtatPropos, TRANSITIONS_PROPOS),
    (EtatCorrection, TRANSITIONS_CORRECTION),
]
CAS = [
    (etats, etat, transition)
    for etats, transitions in TOUTES
    for etat, transition in itertools.product(etats, transitions)
]


class Objet:
    def __init__(self, etat: models.TextChoices) -> None:
        self.etat = etat.value
        self.libelle = str(etat.label)

    def get_etat_display(self) -> str:
        return self.libelle


@pytest.mark.parametrize(("etats", "etat", "transition"), CAS)
def test_a_transition_passes_from_its_states_and_from_no_other(
    etats: type[models.TextChoices], etat: models.TextChoices, transition: Transition
) -> None:
    verdict = peut_franchir(Objet(etat), transition)
    assert bool(verdict) is (etat.value in transition.depuis)
    if not verdict:
        assert transition.verbe in verdict.motif
        assert str(etat.label) in verdict.motif


@pytest.mark.parametrize(("etats", "transitions"), TOUTES)
def test_tables_only_name_states_that_exist_and_reach_every_state(
    etats: type[models.TextChoices], transitions: tuple[Transition, ...]
) -> None:
    assert {e for t in transitions for e in {*t.depuis, t.vers}} == set(etats.values)


@pytest.fixture
def version(db: None) -> Version:
    return Version.objects.create(code="essai", libelle="Essai")


PUBLIER = Transition("publier", depuis={EtatVersion.BROUILLON}, vers=EtatVersion.PUBLIEE)
RETIRER = Transition("retirer", depuis={EtatVersion.PUBLIEE}, vers=EtatVersion.RETIREE, motif_requis=True)


def test_franchir_writes_the_state_its_fields_and_one_line_of_journal(version: Version) -> None:
    personne = ground.utilisateur()
    franchir(version, PUBLIER, par=personne, libelle="Publiée")
    version.refresh_from_db()
    assert (version.etat, version.libelle) == (EtatVersion.PUBLIEE, "Publiée")
    ligne = Evenement.objects.de(version).get()
    assert (ligne.verbe, ligne.par, ligne.avant, ligne.apres) == ("publier", personne, "brouillon", "publiee")


def test_franchir_believes_the_locked_row_and_not_a_stale_instance(version: Version) -> None:
    perimee = Version.objects.get(pk=version.pk)
    franchir(version, PUBLIER, par=None)
    with pytest.raises(TransitionRefusee, match="publier"):
        franchir(perimee, PUBLIER, par=None)
    assert Evenement.objects.de(version).count() == 1


@pytest.mark.parametrize("motif", ["", "  "])
def test_franchir_refuses_a_missing_motive_and_changes_nothing(version: Version, motif: str) -> None:
    franchir(version, PUBLIER, par=None)
    with pytest.raises(TransitionRefusee, match="motif"):
        franchir(version, RETIRER, par=None, motif=motif)
    version.refresh_from_db()
    assert version.etat == EtatVersion.PUBLIEE
