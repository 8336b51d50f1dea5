"""Read models of the référentiel: the whole tree of a version in three queries, as plain values."""

from dataclasses import dataclass
from functools import lru_cache

from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Enjeu, Famille, Service, Version


@dataclass(frozen=True, slots=True)
class ServiceLu:
    pk: int
    code: str
    nom: str


@dataclass(frozen=True, slots=True)
class EnjeuLu:
    """``niveaux``: the five descriptors, from 0 to 4."""

    pk: int
    code: str
    nom: str
    niveaux: tuple[str, ...]
    famille_code: str
    famille_nom: str
    est_transversal: bool
    services: tuple[ServiceLu, ...]


@dataclass(frozen=True, slots=True)
class FamilleLue:
    code: str
    nom: str
    est_transversale: bool
    enjeux: tuple[EnjeuLu, ...]


@dataclass(frozen=True, slots=True)
class Arbre:
    version_pk: int
    version_code: str
    libelle: str
    familles: tuple[FamilleLue, ...]

    @property
    def enjeux(self) -> tuple[EnjeuLu, ...]:
        return tuple(enjeu for famille in self.familles for enjeu in famille.enjeux)

    def enjeu(self, code: str) -> EnjeuLu | None:
        return next((enjeu for enjeu in self.enjeux if enjeu.code == code), None)


def _charger(version: Version) -> Arbre:
    services: dict[int, list[ServiceLu]] = {}
    for s in Service.objects.filter(enjeu__famille__version=version).order_by("enjeu", "position"):
        services.setdefault(s.enjeu_id, []).append(ServiceLu(s.pk, s.code, s.nom))
    enjeux: dict[int, list[Enjeu]] = {}
    for e in Enjeu.objects.filter(famille__version=version).order_by("position"):
        enjeux.setdefault(e.famille_id, []).append(e)
    familles = tuple(
        FamilleLue(
            f.code,
            f.nom,
            f.est_transversale,
            tuple(
                EnjeuLu(
                    e.pk,
                    e.code,
                    e.nom,
                    tuple(e.niveaux),
                    f.code,
                    f.nom,
                    f.est_transversale,
                    tuple(services.get(e.pk, ())),
                )
                for e in enjeux.get(f.pk, ())
            ),
        )
        for f in Famille.objects.filter(version=version).order_by("position")
    )
    return Arbre(version.pk, version.code, version.libelle, familles)


@lru_cache(maxsize=8)
def _arbre_fige(version_pk: int) -> Arbre:
    return _charger(Version.objects.get(pk=version_pk))


def arbre(version: Version) -> Arbre:
    """Families → enjeux → services. A frozen version is read once per process; a draft each time, in three queries."""
    return _charger(version) if version.etat == EtatVersion.BROUILLON else _arbre_fige(version.pk)


def version_courante() -> Version | None:
    """The latest published version: the one that new fiches are tagged with."""
    return Version.objects.filter(etat=EtatVersion.PUBLIEE).order_by("-code").first()
