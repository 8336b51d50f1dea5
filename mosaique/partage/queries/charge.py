"""Read models of the shared work: who is in charge of an enjeu, and to whom it may be entrusted."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mosaique.models import EnjeuConfie, LienInvite, Mosaique
from mosaique.permissions import REDACTION
from villes_internet.comptes.models import Habilitation, Utilisateur
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.territoires.models import Collectivite

MAX_COLLEGUES = 100
MAX_LIENS = 20


@dataclass(frozen=True, slots=True)
class PartageEnjeu:
    """What the page of an enjeu says of the shared work."""

    confie: EnjeuConfie | None
    liens: tuple[LienInvite, ...]

    @property
    def a_relire(self) -> list[LienInvite]:
        return [lien for lien in self.liens if hasattr(lien, "reponse")]

    @property
    def attendus(self) -> list[LienInvite]:
        return [lien for lien in self.liens if not hasattr(lien, "reponse")]


def partage_de(mosaique: Mosaique, enjeu: EnjeuLu, a: datetime) -> PartageEnjeu:
    """Two queries. The links are those that one waits for, or whose answer is to be read again."""
    vivants = LienInvite.objects.vivants(a).filter(mosaique=mosaique, enjeu=enjeu.pk)
    liens = vivants.select_related("cree_par", "reponse").order_by("cree_le")
    return PartageEnjeu(confie=confie_de(mosaique, enjeu), liens=tuple(liens[:MAX_LIENS]))


def confie_de(mosaique: Mosaique, enjeu: EnjeuLu) -> EnjeuConfie | None:
    en_cours = EnjeuConfie.objects.en_cours().filter(mosaique=mosaique, enjeu=enjeu.pk)
    return en_cours.select_related("a", "par", "enjeu").first()


def collegues(collectivite: Collectivite) -> list[Utilisateur]:
    """Those who may fill the mosaïque of the collectivité today."""
    redacteurs = Habilitation.objects.actives().filter(collectivite=collectivite, role__in=REDACTION)
    actifs = Utilisateur.objects.filter(is_active=True, pk__in=redacteurs.values("utilisateur"))
    return list(actifs.order_by("cle_alphabetique", "pk")[:MAX_COLLEGUES])


def liens() -> QuerySet[LienInvite]:
    """Links with all that the guest's page reads."""
    return LienInvite.objects.select_related(
        "mosaique__collectivite", "mosaique__version", "enjeu", "cree_par", "reponse"
    )
