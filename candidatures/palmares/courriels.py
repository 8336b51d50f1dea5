"""The letter that tells a town its result."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from candidatures.campagnes.models import Campagne
from candidatures.palmares.models import Resultat
from candidatures.palmares.permissions import referents
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.socle import courriel


def annoncer(campagne: Campagne, resultats: Sequence[Resultat]) -> None:
    """One message a town to its référents; a town without référent is passed over."""
    adresses = referents(r.collectivite_id for r in resultats)
    for resultat in resultats:
        a = adresses.get(resultat.collectivite_id, [])
        if not a:
            continue
        contexte = {
            "campagne": campagne,
            "collectivite": resultat.collectivite,
            "niveau": libelle_arobases(resultat.arobases, est_verte=resultat.est_verte),
            "mentions": [m.nom for m in resultat.mentions.all()],
            "lien_certificat": _adresse("palmares:certificats_de", resultat.collectivite.code),
            "lien_palmares": _adresse("palmares:annee", campagne.annee),
        }
        courriel.envoyer("resultat", a, contexte)


def _adresse(nom: str, argument: str | int) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse(nom, args=[argument])
