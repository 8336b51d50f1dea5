"""Messages of the searches that people follow."""

from django.conf import settings
from django.urls import reverse

from atlaas.models import Action, RechercheSuivie
from villes_internet.socle.courriel import envoyer


def nouvelles_fiches(suivie: RechercheSuivie, fiches: list[Action], nb: int) -> None:
    contexte = {
        "suivie": suivie,
        "nb": nb,
        "lignes": [
            (f"{fiche}, {fiche.collectivite}", settings.ADRESSE_PUBLIQUE + fiche.get_absolute_url()) for fiche in fiches
        ],
        "url": settings.ADRESSE_PUBLIQUE + suivie.get_absolute_url(),
        "reglages": settings.ADRESSE_PUBLIQUE + reverse("atlaas:recherches_suivies"),
    }
    envoyer("recherche_suivie", [suivie.utilisateur.email], contexte)
