"""The agreement to show the mosaïque to everyone, written downward to the collectivité's public page."""

from django.db import transaction

from atlaas.interface import montrer_mosaique as ecrire
from mosaique.models import Mosaique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner


@transaction.atomic
def montrer_mosaique(mosaique: Mosaique, *, accord: bool, par: Utilisateur | None) -> None:
    """Agree, or no longer agree; every year follows at once."""
    if ecrire(mosaique.collectivite, accord=accord):
        consigner(mosaique, "montrer la mosaïque" if accord else "ne plus montrer la mosaïque", par=par)
