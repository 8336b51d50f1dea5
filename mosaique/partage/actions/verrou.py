from mosaique.models import Mosaique
from mosaique.permissions import FIGEE
from villes_internet.socle.transitions import TransitionRefusee


class PartageRefuse(TransitionRefusee):
    """The moment does not allow it; the message is a French sentence for the screen."""


def verrouiller(mosaique: Mosaique) -> None:
    """Two référents who share out the same enjeu wait for each other here; refused once frozen."""
    if Mosaique.objects.select_for_update().get(pk=mosaique.pk).est_figee:
        raise PartageRefuse(FIGEE)
