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
    """One query, none where the collectivité was loaded with its ``vitrine``."""
    vitrine: Vitrine | None = getattr(collectivite, "vitrine", None)
    return vitrine is not None and vitrine.montre_mosaique
