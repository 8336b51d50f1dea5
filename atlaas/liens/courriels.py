"""The message of the week to the référents of a town: what is new, and the page where it is mended."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from atlaas.liens.calculs import bilan_de, phrase
from atlaas.models import LienDeFiche
from villes_internet.comptes.queries import referents_de
from villes_internet.socle.courriel import envoyer
from villes_internet.territoires.models import Collectivite

NOMMES = 15


def liens_a_revoir(ville: Collectivite, liens: Sequence[LienDeFiche]) -> None:
    lignes = [
        (lien.action, lien.adresse.url, phrase(lien.adresse.url, bilan_de(lien.adresse), lien.adresse.code))
        for lien in liens[:NOMMES]
    ]
    contexte = {
        "collectivite": ville,
        "nb": len(liens),
        "lignes": lignes,
        "nb_autres": max(0, len(liens) - NOMMES),
        "url": settings.ADRESSE_PUBLIQUE + reverse("atlaas:liens", args=[ville.code]),
    }
    for referent in referents_de(ville):
        envoyer("liens_a_revoir", [referent.email], contexte)
