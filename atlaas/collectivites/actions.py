"""What changes the public page of a collectivité."""

from atlaas.models import Vitrine
from villes_internet.territoires.models import Collectivite


def montrer_mosaique(collectivite: Collectivite, *, accord: bool) -> bool:
    """Written downward by the mosaïque, which journals it; whether anything changed."""
    vitrine, _ = Vitrine.objects.get_or_create(collectivite=collectivite)
    if vitrine.montre_mosaique == accord:
        return False
    vitrine.montre_mosaique = accord
    vitrine.save(update_fields=["montre_mosaique"])
    return True


def mosaique_est_montree(collectivite: Collectivite) -> bool:
    return Vitrine.objects.filter(collectivite=collectivite, montre_mosaique=True).exists()
