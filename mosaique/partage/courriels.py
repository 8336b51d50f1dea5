"""Messages of the shared work."""

from django.conf import settings
from django.urls import reverse

from mosaique.models import EnjeuConfie, LienInvite
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.courriel import envoyer


def enjeu_confie(confie: EnjeuConfie) -> None:
    url = settings.ADRESSE_PUBLIQUE + confie.get_absolute_url()
    envoyer("enjeu_confie", [confie.a.email], {"confie": confie, "mosaique": confie.mosaique, "url": url})


def enjeu_repris(confie: EnjeuConfie, par: Utilisateur) -> None:
    url = settings.ADRESSE_PUBLIQUE + confie.get_absolute_url()
    contexte = {"confie": confie, "mosaique": confie.mosaique, "par": par, "url": url}
    envoyer("enjeu_repris", [confie.a.email], contexte)


def lien_invite(lien: LienInvite, url: str) -> None:
    envoyer("lien_invite", [lien.courriel], {"lien": lien, "mosaique": lien.mosaique, "url": url})


def reponse_a_relire(lien: LienInvite) -> None:
    chemin = reverse("mosaique:relire", args=[*_adresse(lien), lien.pk])
    contexte = {"lien": lien, "mosaique": lien.mosaique, "url": settings.ADRESSE_PUBLIQUE + chemin}
    envoyer("reponse_a_relire", [lien.cree_par.email], contexte)


def reponse_relue(lien: LienInvite, par: Utilisateur, motif: str = "") -> None:
    contexte = {"lien": lien, "mosaique": lien.mosaique, "par": par, "motif": motif}
    envoyer("reponse_relue", [lien.courriel], contexte)


def _adresse(lien: LienInvite) -> tuple[str, int, str]:
    return lien.mosaique.collectivite.code, lien.mosaique.millesime, lien.enjeu.code
