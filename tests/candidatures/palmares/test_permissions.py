from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from candidatures.campagnes.etats import EtatCampagne
from candidatures.palmares import actions
from candidatures.palmares import permissions as p
from candidatures.palmares.models import LotCertificats
from tests.factories import ground, palmares
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
ANONYME = AnonymousUser()


@pytest.mark.parametrize("etat", list(EtatCampagne))
def test_palmares_is_seen_by_all_once_published_and_by_nobody_before(
    etat: EtatCampagne, administratrice: Utilisateur
) -> None:
    campagne = ground.campagne()
    campagne.etat = etat
    for personne in (ANONYME, administratrice):
        verdict = p.peut_voir_palmares(personne, campagne)
        assert bool(verdict) == (etat in {"publiee", "cloturee"})
        assert verdict.masque != bool(verdict)


def test_only_the_association_manages_results(bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    lot = LotCertificats.objects.get()
    lot.fini_le = None
    arretee = palmares.campagne_arretee(annee=2028)
    for role in (*Role, None):
        locale = role in {Role.LECTEUR, Role.CONTRIBUTEUR, Role.REFERENT, Role.SIGNATAIRE}
        personne: Any = ground.utilisateur("Zoé")
        if role:
            ground.habiliter(personne, role, bassens if locale else None)
        verdicts = [
            p.peut_gerer_palmares(personne),
            p.peut_publier(personne, arretee),
            p.peut_suivre_lot(personne, lot),
            p.peut_reprendre_lot(personne, lot),
            p.peut_reemettre(personne, certificat),
            p.peut_annuler(personne, certificat),
            p.peut_corriger(personne, certificat.resultat),
        ]
        association = role in {Role.CHARGE_DE_MISSION, Role.ADMINISTRATEUR}
        assert {bool(v) for v in verdicts} == {association}, role
        if not association:
            assert all("Seule l’association" in v.motif for v in verdicts), role


def test_states_refuse_the_association_too(chargee_de_mission: Utilisateur, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    actions.annuler(certificat, motif="Erreur", par=chargee_de_mission)
    assert "annulé" in p.peut_reemettre(chargee_de_mission, certificat).motif
    assert "annulé" in p.peut_annuler(chargee_de_mission, certificat).motif
    assert "publiée" in p.peut_publier(chargee_de_mission, certificat.resultat.campagne).motif
    assert "fini" in p.peut_reprendre_lot(chargee_de_mission, LotCertificats(fini_le=timezone.now())).motif
    certificat.resultat.campagne.etat = EtatCampagne.ARRETEE
    assert "pas publié" in p.peut_corriger(chargee_de_mission, certificat.resultat).motif


def test_certificate_in_force_is_downloaded_by_anyone(bassens: Collectivite, voisine: Utilisateur) -> None:
    certificat = palmares.certificat(bassens)
    assert p.peut_telecharger(ANONYME, certificat)
    assert p.peut_telecharger(voisine, certificat)


def test_certificate_under_embargo_is_unknown_and_one_without_file_is_a_matter_of_time(bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    certificat.fichier = ""
    assert p.peut_telecharger(ANONYME, certificat)
    certificat.resultat.campagne.etat = EtatCampagne.ARRETEE
    assert p.peut_telecharger(ANONYME, certificat).masque


def test_certificate_that_no_longer_stands_is_kept_by_the_association_only(
    bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    certificat = palmares.certificat(bassens)
    actions.reemettre(certificat, motif="Nom", par=chargee_de_mission)
    refus = p.peut_telecharger(ANONYME, certificat)
    assert "remplacé" in refus.motif
    assert refus.lien == f"/verifier/{certificat.code}/"
    assert p.peut_telecharger(chargee_de_mission, certificat)


def test_annulled_certificate_says_so(bassens: Collectivite, chargee_de_mission: Utilisateur) -> None:
    certificat = palmares.certificat(bassens)
    actions.annuler(certificat, motif="Erreur", par=chargee_de_mission)
    assert "annulé" in p.peut_telecharger(ANONYME, certificat).motif


def test_presidence_du_jury_signs_and_nobody_does_without_one() -> None:
    assert p.presidence_du_jury() == ""
    palmares.presidence()
    assert p.presidence_du_jury() == "Paule Martin"


def test_referents_are_those_of_each_town(
    referente: Utilisateur, voisine: Utilisateur, redactrice: Utilisateur
) -> None:
    cles = {u: u.habilitations.get().collectivite_id for u in (referente, voisine)}
    assert p.referents(cles.values()) == {cles[referente]: [referente.email], cles[voisine]: [voisine.email]}
