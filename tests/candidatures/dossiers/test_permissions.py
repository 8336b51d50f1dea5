"""Rights: who, in which state, with which reason; the queryset rule beside the instance rule."""

from typing import Any

import pytest
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.dossiers import permissions
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.permissions import visibles_par
from tests.factories import dossiers as fabrique
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def etat(dossier: Dossier, valeur: str) -> Dossier:
    Dossier.objects.filter(pk=dossier.pk).update(etat=valeur)
    dossier.refresh_from_db()
    return dossier


def test_a_draft_is_seen_by_its_team_only_and_a_deposit_by_the_association_too(
    bassens: Collectivite,
    lectrice: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    utilisateur_jure: Utilisateur,
) -> None:
    dossier = fabrique.dossier(bassens)
    for personne, voit in ((lectrice, True), (voisine, False), (chargee_de_mission, False), (utilisateur_jure, False)):
        verdict = permissions.peut_voir(personne, dossier)
        assert (bool(verdict), verdict.masque) == (voit, not voit)
        assert visibles_par(personne).filter(pk=dossier.pk).exists() == voit
    etat(dossier, "depose")
    assert permissions.peut_voir(chargee_de_mission, dossier)
    assert visibles_par(chargee_de_mission).get() == dossier
    assert permissions.peut_voir(utilisateur_jure, dossier).masque


RIGHTS: dict[str, tuple[str, set[str]]] = {
    "peut_modifier": ("brouillon", {"redactrice", "referente", "signataire"}),
    "peut_approuver": ("en_validation", {"signataire"}),
    "peut_renvoyer": ("en_validation", {"referente", "signataire"}),
    "peut_rouvrir": ("depose", {"referente", "signataire"}),
    "peut_retirer": ("brouillon", {"signataire"}),
}


@pytest.mark.parametrize("nom", RIGHTS)
def test_each_right_by_role_and_state(nom: str, request: pytest.FixtureRequest, bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    peut: Any = getattr(permissions, nom)
    bon_etat, qui = RIGHTS[nom]
    for persona in ("lectrice", "redactrice", "referente", "signataire"):
        personne = request.getfixturevalue(persona)
        verdict = peut(personne, etat(dossier, bon_etat))
        assert bool(verdict) == (persona in qui), persona
        assert verdict or (verdict.motif and not verdict.masque)
        assert not peut(personne, etat(dossier, "publie"))
    assert peut(request.getfixturevalue("voisine"), etat(dossier, bon_etat)).masque
    refus = peut(request.getfixturevalue("chargee_de_mission"), etat(dossier, "depose"))
    assert not refus
    assert not refus.masque


def test_the_step_that_closes_fiches_belongs_to_those_who_write_them(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur, voisine: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    assert permissions.peut_modifier_etape(referente, dossier, "actions")
    assert permissions.peut_modifier_etape(signataire, dossier, "lettre")
    refus = permissions.peut_modifier_etape(signataire, dossier, "actions")
    assert "qui écrivent les fiches" in refus.motif
    assert permissions.peut_modifier_etape(voisine, dossier, "actions").masque


def test_asking_and_depositing_need_a_complete_dossier(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    refus = permissions.peut_demander_approbation(referente, dossier)
    assert "n’est pas complet" in refus.motif
    assert refus.lien.endswith("/relecture/")
    assert permissions.peut_demander_approbation(referente, dossier, [])
    assert not permissions.peut_deposer(referente, etat(dossier, "approuve"))
    assert permissions.peut_deposer(referente, dossier, [])


def test_nothing_is_written_outside_an_open_campaign(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    campagnes.clore(dossier.campagne, par=None, a=timezone.now(), motif="Essai")
    dossier.campagne.refresh_from_db()
    assert "n’est pas ouverte" in permissions.peut_modifier(referente, dossier).motif
    assert not permissions.peut_creer(referente, bassens, dossier.campagne)
    assert "Aucune campagne" in permissions.peut_creer(referente, bassens, None).motif


def test_only_the_association_examines_a_deposit_and_only_once_closed(
    bassens: Collectivite, referente: Utilisateur, voisine: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    assert permissions.peut_instruire(chargee_de_mission, dossier).masque
    etat(dossier, "depose")
    assert "après la clôture" in permissions.peut_instruire(chargee_de_mission, dossier).motif
    assert "L’association" in permissions.peut_instruire(referente, dossier).motif
    assert permissions.peut_instruire(voisine, dossier).masque
    campagnes.clore(dossier.campagne, par=None, a=timezone.now(), motif="Essai")
    dossier.campagne.refresh_from_db()
    assert permissions.peut_instruire(chargee_de_mission, dossier)


def test_the_space_and_national_roles(
    bassens: Collectivite, lectrice: Utilisateur, voisine: Utilisateur, utilisateur_jure: Utilisateur
) -> None:
    assert permissions.peut_voir_espace(lectrice, bassens)
    assert permissions.peut_voir_espace(voisine, bassens).masque
    assert permissions.peut_creer(voisine, bassens, None).masque
    assert "comptes" not in permissions.peut_creer(lectrice, bassens, ground.campagne()).motif
    assert permissions.est_du_label(utilisateur_jure)
    assert not permissions.est_du_label(lectrice)
