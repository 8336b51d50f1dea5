"""What an earlier year answered, and what has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

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
    """Since ``millesime``: a sentence for each thing that moved; ``report`` names the older enjeu it is read from."""

    millesime: int
    phrases: tuple[str, ...]
    report: str = ""


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
    """What moved on this enjeu since the latest earlier mosaïque; one query, one more when its version was another.

    An enjeu of an older version is the one that weighs most in this one; its services are known by their names.
    """
    avant = _avant(mosaique, enjeu)
    if avant is None or avant.niveau is None or reponse.niveau is None:
        return None
    est_autre = avant.enjeu_id != enjeu.pk
    services = _services(avant, enjeu, _noms(avant.mosaique)) if est_autre else avant.services
    libelles = {s["code"]: s["libelle"] for s in mosaique.version.bareme["statuts"]}
    phrases = []
    if avant.niveau != reponse.niveau:
        phrases.append(f"Niveau déclaré\u00a0: {avant.niveau} → {reponse.niveau}")
    statuts, anciens = statuts_declares(reponse, enjeu), statuts_declares(ReponseEnjeu(services=services), enjeu)
    for service in enjeu.services:
        ancien, nouveau = anciens[service.code], statuts[service.code]
        if ancien != nouveau and calculs.NON_RENSEIGNE not in (ancien, nouveau):
            phrases.append(f"{service.nom}\u00a0: {libelles.get(ancien, ancien).lower()} → {libelles[nouveau].lower()}")
    report = f"{avant.enjeu} («\u00a0{avant.mosaique.version}\u00a0»)" if est_autre else ""
    return Evolution(avant.mosaique.millesime, tuple(phrases), report)


def _avant(mosaique: Mosaique, enjeu: EnjeuLu) -> ReponseEnjeu | None:
    """The latest earlier answer to this enjeu, or to one that a correspondance leads to it."""
    liens = Correspondance.objects.filter(nouveau=enjeu.pk, ancien=OuterRef("enjeu"))
    return (
        ReponseEnjeu.objects.filter(
            Q(enjeu=enjeu.pk) | Exists(liens),
            mosaique__collectivite=mosaique.collectivite_id,
            mosaique__millesime__lt=mosaique.millesime,
        )
        .select_related("enjeu", "mosaique__version")
        .order_by("-mosaique__millesime", Subquery(liens.order_by("-poids").values("poids")[:1]).desc(), "pk")
        .first()
    )
