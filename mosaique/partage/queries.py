"""Read models of the shared work: who is in charge of an enjeu, and to whom it may be entrusted."""

from dataclasses import dataclass

from mosaique.models import EnjeuConfie, Mosaique
from mosaique.permissions import REDACTION
from villes_internet.comptes.models import Habilitation, Utilisateur
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.territoires.models import Collectivite

MAX_COLLEGUES = 100


@dataclass(frozen=True, slots=True)
class PartageEnjeu:
    """What the page of an enjeu says of the shared work."""

    confie: EnjeuConfie | None


def partage_de(mosaique: Mosaique, enjeu: EnjeuLu) -> PartageEnjeu:
    """One query."""
    return PartageEnjeu(confie=confie_de(mosaique, enjeu))


def confie_de(mosaique: Mosaique, enjeu: EnjeuLu) -> EnjeuConfie | None:
    en_cours = EnjeuConfie.objects.en_cours().filter(mosaique=mosaique, enjeu=enjeu.pk)
    return en_cours.select_related("a", "par", "enjeu").first()


def collegues(collectivite: Collectivite) -> list[Utilisateur]:
    """Those who may fill the mosaïque of the collectivité today."""
    redacteurs = Habilitation.objects.actives().filter(collectivite=collectivite, role__in=REDACTION)
    actifs = Utilisateur.objects.filter(is_active=True, pk__in=redacteurs.values("utilisateur"))
    return list(actifs.order_by("last_name", "first_name", "pk")[:MAX_COLLEGUES])
