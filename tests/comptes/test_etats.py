"""Every state × every transition."""

import itertools

import pytest
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes.etats import TRANSITIONS, EtatHabilitation
from villes_internet.comptes.models import Habilitation, Role
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import Transition, TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite


@pytest.mark.parametrize(("etat", "transition"), list(itertools.product(EtatHabilitation, TRANSITIONS)))
def test_a_transition_holds_only_from_its_states(
    etat: EtatHabilitation, transition: Transition, bassens: Collectivite
) -> None:
    habilitation = Habilitation.objects.create(
        utilisateur=ground.utilisateur(), collectivite=bassens, role=Role.LECTEUR, etat=etat
    )
    if etat in transition.depuis:
        franchir(habilitation, transition, par=None, motif="Un motif", decidee_le=timezone.now())
        habilitation.refresh_from_db()
        assert habilitation.etat == transition.vers
        assert Evenement.objects.de(habilitation).get().avant == etat
    else:
        with pytest.raises(TransitionRefusee, match="Impossible"):
            franchir(habilitation, transition, par=None, motif="Un motif")
        habilitation.refresh_from_db()
        assert habilitation.etat == etat
        assert not Evenement.objects.de(habilitation).exists()
