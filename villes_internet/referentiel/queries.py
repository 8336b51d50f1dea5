"""Read models of the référentiel: the whole tree of a version in three queries, as plain values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models

from villes_internet.referentiel.calculs import Lien, composer, reporter
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Correspondance, Enjeu, Famille, Service, Version


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
def _arbre_fige(version_pk: int, revision: int) -> Arbre:
    """``revision`` tells a text corrected since: each process reads the version again, once."""
    return _charger(Version.objects.get(pk=version_pk))


def arbre(version: Version) -> Arbre:
    """Families → enjeux → services. A frozen version is read once per process; a draft each time, in three queries."""
    return _charger(version) if version.etat == EtatVersion.BROUILLON else _arbre_fige(version.pk, version.revision)


def version_courante() -> Version | None:
    """The latest published version: the one that new fiches are tagged with."""
    return Version.objects.filter(etat=EtatVersion.PUBLIEE, est_historique=False).order_by("-code").first()


def version_reliee(donnees: Any) -> Version | None:
    """The version that a file of correspondances leads to; None for any other file."""
    code = donnees.get("nouvelle") if isinstance(donnees, dict) and "liens" in donnees else None
    return Version.objects.filter(code=code).first() if isinstance(code, str) else None


def exporter(version: Version) -> dict[str, Any]:
    """The version as its file says it: importing what this gives makes the same version."""
    lu = arbre(version)
    donnees: dict[str, Any] = {"code": version.code, "libelle": version.libelle}
    if version.est_historique:
        donnees["est_historique"] = True
    else:
        donnees["bareme"] = version.bareme
        donnees |= {"faits": version.faits} if version.faits else {}
        donnees |= {"seuils": version.seuils, "portes": version.portes}
    donnees["familles"] = [
        {
            "code": famille.code,
            "nom": famille.nom,
            "transversale": famille.est_transversale,
            "enjeux": [_exporter_enjeu(enjeu) for enjeu in famille.enjeux],
        }
        for famille in lu.familles
    ]
    return donnees


def _exporter_enjeu(enjeu: EnjeuLu) -> dict[str, Any]:
    donnees: dict[str, Any] = {"code": enjeu.code, "nom": enjeu.nom}
    if enjeu.niveaux:
        donnees["niveaux"] = list(enjeu.niveaux)
    if enjeu.services:
        donnees["services"] = [service.nom for service in enjeu.services]
    return donnees


# Texts, for the correction of typos


@dataclass(frozen=True, slots=True)
class Texte:
    """A text of a version. It stands in ``conteneur[nom]`` (or, without one, in the attribute ``nom``) of ``objet``."""

    cle: str
    groupe: str
    libelle: str
    valeur: str
    longueur_max: int
    objet: models.Model
    nom: Any
    conteneur: Any = None


def textes(version: Version) -> list[Texte]:
    """Every name, descriptor and label of the version, in reading order, in four queries."""
    trouves = [Texte("libelle", "version", "libellé", version.libelle, 150, version, "libelle")]
    for famille in version.familles.prefetch_related("enjeux__services"):
        trouves.append(
            Texte(f"famille:{famille.code}", "familles", f"famille {famille.code}", famille.nom, 100, famille, "nom")
        )
        for enjeu in famille.enjeux.all():
            trouves += _textes_de(enjeu)
    return [*trouves, *_textes_des_regles(version)]


def trouver_texte(version: Version, cle: str) -> Texte | None:
    return next((texte for texte in textes(version) if texte.cle == cle), None)


def _textes_de(enjeu: Enjeu) -> Iterator[Texte]:
    yield Texte(f"enjeu:{enjeu.code}", enjeu.code, f"{enjeu.code}, nom", enjeu.nom, 100, enjeu, "nom")
    for rang, niveau in enumerate(enjeu.niveaux):
        cle, libelle = f"enjeu:{enjeu.code}:{rang}", f"{enjeu.code}, niveau {rang}"
        yield Texte(cle, enjeu.code, libelle, niveau, 600, enjeu, rang, enjeu.niveaux)
    for service in enjeu.services.all():
        libelle = f"service {service.code}"
        yield Texte(f"service:{service.code}", enjeu.code, libelle, service.nom, 150, service, "nom")


def _textes_des_regles(version: Version) -> Iterator[Texte]:
    niveaux = version.bareme.get("niveaux", [])
    for rang, nom in enumerate(niveaux):
        yield Texte(f"niveau:{rang}", "bareme", f"nom du niveau {rang}", nom, 80, version, rang, niveaux)
    for cle, liste, longueur in (
        ("statut", version.bareme.get("statuts", []), 80),
        ("strate", version.bareme.get("strates", []), 80),
        ("fait", version.faits, 150),
        ("porte", version.portes, 150),
    ):
        for objet in liste:
            code = f"{objet['arobases']}:{objet['code']}" if cle == "porte" else objet["code"]
            libelle = f"{cle} {code.replace(':', ' @, ')}"
            yield Texte(f"{cle}:{code}", "bareme", libelle, objet["libelle"], longueur, version, "libelle", objet)


# Correspondances


@dataclass(frozen=True, slots=True)
class CorrespondanceLue:
    """What the enjeux of an older version become; ``sans_origine``: new enjeux that nothing old feeds; ``perdus``: old
    services that are no service of the newer version."""

    ancienne: Version
    liens: list[Correspondance]
    sans_origine: list[Enjeu]
    perdus: list[Service]


def correspondances(version: Version) -> list[CorrespondanceLue]:
    """Those towards this version, newest origin first, in three queries."""
    liens = version.correspondances.select_related("ancien__famille__version", "nouveau").order_by(
        "ancien__position", "nouveau__position"
    )
    par_version: dict[Version, list[Correspondance]] = {}
    for lien in liens:
        par_version.setdefault(lien.ancien.famille.version, []).append(lien)
    enjeux = list(Enjeu.objects.filter(famille__version=version).order_by("position")) if par_version else []
    anciens = Service.objects.filter(enjeu__famille__version__in=par_version).values("pk")
    perdus = list(services_perdus(version.pk, anciens)) if par_version else []
    return [
        CorrespondanceLue(
            ancienne,
            lus,
            [e for e in enjeux if e.pk not in {lien.nouveau_id for lien in lus}],
            [service for service in perdus if service.enjeu.famille.version_id == ancienne.pk],
        )
        for ancienne, lus in sorted(par_version.items(), key=lambda paire: paire[0].code, reverse=True)
    ]


def chemin(depuis: Version, vers: Version) -> list[list[Lien]] | None:
    """The links of each mapping from an older version to a newer one, in order; None where no chain exists.

    One query: the versions are few.
    """
    etapes: dict[tuple[int, int], list[Lien]] = {}
    for version, ancienne, ancien, nouveau, poids in Correspondance.objects.order_by("pk").values_list(
        "version", "ancien__famille__version", "ancien__code", "nouveau__code", "poids"
    ):
        etapes.setdefault((ancienne, version), []).append(Lien(ancien, nouveau, poids))
    a_voir: list[tuple[int, list[list[Lien]]]] = [(depuis.pk, [])]
    vues = {depuis.pk}
    for position, parcouru in a_voir:
        if position == vers.pk:
            return parcouru
        for (ancienne, nouvelle), liens in etapes.items():
            if ancienne == position and nouvelle not in vues:
                vues.add(nouvelle)
                a_voir.append((nouvelle, [*parcouru, liens]))
    return None


def liens_vers(version: Version, depuis: Iterable[Version]) -> dict[int, list[Lien]]:
    """{key of each version of ``depuis`` that a chain links to ``version``: one mapping for the whole chain}.

    Of the version to itself, every enjeu is its own; one query for each other version.
    """
    trouves = {}
    for autre in depuis:
        if autre.pk == version.pk:
            trouves[autre.pk] = [Lien(enjeu.code, enjeu.code) for enjeu in arbre(version).enjeux]
        elif etapes := chemin(autre, version):
            trouves[autre.pk] = composer(etapes)
    return trouves


# Services, from version to version


def services_dans(version_pk: int, etiquettes: Any) -> models.QuerySet[Service]:
    """What these tags, services of any version (keys), are in one version; a tag may count for several."""
    valus = Service.equivalents.through.objects.filter(from_service__in=etiquettes).values("to_service")
    return (
        Service.objects.filter(enjeu__famille__version=version_pk)
        .filter(models.Q(pk__in=etiquettes) | models.Q(pk__in=valus))
        .order_by("enjeu__position", "position")
    )


def services_perdus(version_pk: int, etiquettes: Any) -> models.QuerySet[Service]:
    """Those of these tags (keys) that are nothing in the version: they prove nothing there."""
    repris = Service.equivalents.through.objects.filter(to_service__enjeu__famille__version=version_pk)
    return (
        Service.objects.filter(pk__in=etiquettes)
        .exclude(enjeu__famille__version=version_pk)
        .exclude(pk__in=repris.values("from_service"))
        .select_related("enjeu__famille")
        .order_by("enjeu__famille__version__code", "enjeu__position", "position")
    )


def reporter_les_scores(
    scores: Mapping[str, Decimal | None], depuis: Version, vers: Version
) -> dict[str, Decimal | None] | None:
    """Scores by enjeu of an older version, carried to a newer one; None where nothing links the two."""
    etapes = chemin(depuis, vers)
    if etapes is None:
        return None
    portes: dict[str, Decimal | None] = dict(scores)
    for liens in etapes:
        portes = reporter(portes, liens)
    return portes
