"""Messages about fiches."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from atlaas.models import Action, DemandeFiche
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


def fiche_demandee(demande: DemandeFiche, url: str) -> None:
    envoyer("fiche_demandee", [demande.courriel], {"demande": demande, "url": url})


def fiche_a_relire(demande: DemandeFiche, fiche: Action) -> None:
    url = settings.ADRESSE_PUBLIQUE + reverse("atlaas:relire_fiche", args=[fiche.pk])
    envoyer("fiche_a_relire", [demande.cree_par.email], {"demande": demande, "fiche": fiche, "url": url})


def fiche_relue(fiche: Action, par: Utilisateur, motif: str = "") -> None:
    contexte = {"fiche": fiche, "collectivite": fiche.collectivite, "par": par, "motif": motif}
    destinataires = list(DemandeFiche.objects.filter(fiche=fiche).values_list("courriel", flat=True))
    envoyer("fiche_relue", destinataires, contexte)
