"""Messages of the shared work."""

from django.conf import settings

from mosaique.models import EnjeuConfie
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.courriel import envoyer


def enjeu_confie(confie: EnjeuConfie) -> None:
    url = settings.ADRESSE_PUBLIQUE + confie.get_absolute_url()
    envoyer("enjeu_confie", [confie.a.email], {"confie": confie, "mosaique": confie.mosaique, "url": url})


def enjeu_repris(confie: EnjeuConfie, par: Utilisateur) -> None:
    url = settings.ADRESSE_PUBLIQUE + confie.get_absolute_url()
    contexte = {"confie": confie, "mosaique": confie.mosaique, "par": par, "url": url}
    envoyer("enjeu_repris", [confie.a.email], contexte)
