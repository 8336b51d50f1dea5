"""Every state × every transition."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from mosaique.etats import TRANSITIONS, EtatReponseInvitee
from mosaique.models import LienInvite, Mosaique, ReponseInvitee
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.socle.transitions import Transition, TransitionRefusee, franchir

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("etat", "transition"), list(itertools.product(EtatReponseInvitee, TRANSITIONS)))
def test_a_transition_holds_only_from_its_states(
    etat: EtatReponseInvitee, transition: Transition, mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur
) -> None:
    lien = LienInvite.objects.create(
        mosaique=mosaique,
        enjeu_id=enjeu.pk,
        courriel="camille@asso.example",
        empreinte_jeton="x",
        cree_par=referente,
        expire_le=timezone.now() + timedelta(days=1),
    )
    reponse = ReponseInvitee.objects.create(lien=lien, etat=etat)
    if etat in transition.depuis:
        franchir(reponse, transition, par=referente)
        attendu = transition.vers
    else:
        with pytest.raises(TransitionRefusee, match="Impossible"):
            franchir(reponse, transition, par=referente)
        attendu = etat
    assert ReponseInvitee.objects.get().etat == attendu
