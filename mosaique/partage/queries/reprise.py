"""What an earlier year answered, and what has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass

from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries import statuts_declares
from villes_internet.referentiel.models import Correspondance, Service
from villes_internet.referentiel.queries import EnjeuLu, arbre


@dataclass(frozen=True, slots=True)
class Reprise:
    """An earlier answer in the words of this year's référentiel."""

    niveau: int | None
    services: Mapping[str, Mapping[str, str]]
    commentaire: str


@dataclass(frozen=True, slots=True)
class Evolution:
    """Since ``millesime``: a sentence for each thing that moved."""

    millesime: int
    phrases: tuple[str, ...]


def _precedente(mosaique: Mosaique) -> Mosaique | None:
    """The latest earlier mosaïque of the collectivité."""
    anterieures = Mosaique.objects.filter(collectivite=mosaique.collectivite_id, millesime__lt=mosaique.millesime)
    return anterieures.order_by("-millesime").first()


def a_reprendre(mosaique: Mosaique) -> dict[int, Reprise]:
    """{enjeu key: what is taken over from the latest earlier mosaïque}; at most five queries.

    Of another version, an enjeu takes the answer of the old one that weighs most in it, and of its services those that
    bear the same name: what cannot be told apart is not taken over.
    """
    precedente = _precedente(mosaique)
    if precedente is None:
        return {}
    origines = _origines(mosaique, precedente)
    anciennes = {r.enjeu_id: r for r in precedente.reponses.order_by()}
    noms = {} if precedente.version_id == mosaique.version_id else _noms(precedente)
    reprises = {}
    for enjeu in arbre(mosaique.version).enjeux:
        ancienne = anciennes.get(origines.get(enjeu.pk, 0))
        if ancienne and ancienne.niveau is not None:
            services = _services(ancienne, enjeu, noms)
            reprises[enjeu.pk] = Reprise(ancienne.niveau, services, ancienne.commentaire)
    return reprises


def _origines(mosaique: Mosaique, precedente: Mosaique) -> dict[int, int]:
    """{enjeu of this year: enjeu of the earlier one}; the same in the same version."""
    if precedente.version_id == mosaique.version_id:
        return {enjeu.pk: enjeu.pk for enjeu in arbre(mosaique.version).enjeux}
    liens = Correspondance.objects.filter(
        version=mosaique.version_id, ancien__famille__version=precedente.version_id, nouveau__isnull=False
    )
    return dict(liens.order_by("poids", "-pk").values_list("nouveau", "ancien"))


def _noms(precedente: Mosaique) -> dict[str, str]:
    """{code of a service of the older version: its name}."""
    services = Service.objects.filter(enjeu__famille__version=precedente.version_id)
    return dict(services.order_by().values_list("code", "nom"))


def _services(ancienne: ReponseEnjeu, enjeu: EnjeuLu, noms: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    if not noms:
        return dict(ancienne.services)
    par_nom = {noms[code]: donnees for code, donnees in ancienne.services.items() if code in noms}
    return {service.code: par_nom[service.nom] for service in enjeu.services if service.nom in par_nom}


def evolution(mosaique: Mosaique, enjeu: EnjeuLu, reponse: ReponseEnjeu) -> Evolution | None:
    """What moved on this enjeu since the latest earlier mosaïque of the same version; one query."""
    anterieures = ReponseEnjeu.objects.filter(
        enjeu=enjeu.pk, mosaique__collectivite=mosaique.collectivite_id, mosaique__millesime__lt=mosaique.millesime
    )
    avant = anterieures.select_related("mosaique").order_by("-mosaique__millesime").first()
    if avant is None or avant.niveau is None or reponse.niveau is None:
        return None
    libelles = {s["code"]: s["libelle"] for s in mosaique.version.bareme["statuts"]}
    phrases = []
    if avant.niveau != reponse.niveau:
        phrases.append(f"Niveau déclaré\u00a0: {avant.niveau} → {reponse.niveau}")
    statuts, anciens = statuts_declares(reponse, enjeu), statuts_declares(avant, enjeu)
    for service in enjeu.services:
        ancien, nouveau = anciens[service.code], statuts[service.code]
        if ancien != nouveau and calculs.NON_RENSEIGNE not in (ancien, nouveau):
            phrases.append(f"{service.nom}\u00a0: {libelles[ancien].lower()} → {libelles[nouveau].lower()}")
    return Evolution(avant.mosaique.millesime, tuple(phrases))
