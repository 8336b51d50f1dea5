"""What the intercommunalité of a commune has put in service, and the commune may set aside as its competence."""

from dataclasses import dataclass

from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries import statuts_declares
from villes_internet.referentiel.queries import EnjeuLu, ServiceLu

A_PROPOSER = {calculs.NON_RENSEIGNE, "pas_fait"}


@dataclass(frozen=True, slots=True)
class Competence:
    """``services`` may become « non concerné » with ``motif``; ``places``: how many more of the enjeu may."""

    epci: str
    services: tuple[ServiceLu, ...]
    places: int

    @property
    def motif(self) -> str:
        return f"Compétence de {self.epci}, qui l’a mis en service"


def competence_de(mosaique: Mosaique, enjeu: EnjeuLu, reponse: ReponseEnjeu) -> Competence | None:
    """From the intercommunalité's own answer of the same year; one query, none without intercommunalité.

    Nothing is proposed on an answer that is itself to be confirmed, nor in place of a service that the commune carries.
    """
    epci = mosaique.collectivite.epci_id
    if epci is None or reponse.est_a_confirmer or mosaique.est_figee:
        return None
    siennes = ReponseEnjeu.objects.filter(
        enjeu=enjeu.pk, mosaique__collectivite=epci, mosaique__millesime=mosaique.millesime, est_a_confirmer=False
    )
    sienne = siennes.select_related("mosaique__collectivite").first()
    if sienne is None:
        return None
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    leurs, notres = statuts_declares(sienne, enjeu), statuts_declares(reponse, enjeu)
    places = bareme.max_non_concernes - list(notres.values()).count(calculs.NON_CONCERNE)
    services = tuple(s for s in enjeu.services if leurs[s.code] in bareme.exigences and notres[s.code] in A_PROPOSER)
    if not services or places <= 0:
        return None
    return Competence(str(sienne.mosaique.collectivite.nom), services, places)
