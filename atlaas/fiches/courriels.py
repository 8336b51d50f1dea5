"""Messages about fiches."""

from collections.abc import Sequence

from atlaas.models import Action
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.courriel import envoyer
from villes_internet.territoires.models import Collectivite

NOMMEES = 15


def a_confirmer(referent: Utilisateur, ville: Collectivite, fiches: Sequence[Action], url: str) -> None:
    contexte = {
        "collectivite": ville,
        "fiches": fiches[:NOMMEES],
        "nb": len(fiches),
        "nb_autres": max(0, len(fiches) - NOMMEES),
        "url": url,
    }
    envoyer("fiches_a_confirmer", [referent.email], contexte)
