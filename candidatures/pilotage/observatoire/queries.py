"""The observatory: what the frozen mosaïques of a year say together, and since when; nobody is named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mosaique.interface import (
    TOUTES,
    Croissance,
    Distribution,
    Effectif,
    Indices,
    Perimetre,
    a_taire,
    croissances,
    indices,
    par_enjeu,
    parts,
)
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import EnjeuLu, arbre, liens_vers
from villes_internet.territoires.models import Region, Strate

NB_MIS_EN_AVANT = 5
STRATES = {s.value: str(s.label) for s in Strate}
TRANCHES = (*(f"{bas} à {bas + 9}" for bas in range(0, 90, 10)), "90 à 100")


@dataclass(frozen=True, slots=True)
class Choix:
    """What is looked at; ``depuis``: an earlier year, None when there is none."""

    annee: int
    strate: str = TOUTES
    region: str = TOUTES
    depuis: int | None = None


@dataclass(frozen=True, slots=True)
class LigneEnjeu:
    """``strates``: median of each stratum that the page shows, None where it is silent or empty."""

    enjeu: EnjeuLu
    lu: Distribution
    croissance: Croissance | None
    strates: tuple[int | None, ...]

    @property
    def mediane(self) -> int:
        return self.lu.quartiles[1]

    @property
    def niveaux(self) -> list[tuple[int, int, int, int]]:
        """(level, members, share in whole percents, where the share begins)."""
        pourcents = parts(self.lu.niveaux)
        return [(n, self.lu.niveaux[n], part, sum(pourcents[:n])) for n, part in enumerate(pourcents)]


@dataclass(frozen=True, slots=True)
class LigneIndice:
    """``n`` is that of the group, ``lu`` None when it is too small to be shown to this reader."""

    libelle: str
    n: int
    lu: Distribution | None
    est_choisie: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """``absence`` says why nothing is shown; ``n_ailleurs``: mosaïques of that year under another version."""

    choix: Choix
    version: Version
    n: int
    ecrit_le: datetime | None
    n_ailleurs: int
    absence: str
    enjeux: tuple[LigneEnjeu, ...] = ()
    indices: Indices | None = None
    strates_montrees: tuple[tuple[str, int], ...] = ()
    par_strate: tuple[LigneIndice, ...] = ()
    par_region: tuple[LigneIndice, ...] = ()
    par_annee: tuple[LigneIndice, ...] = ()
    reports: tuple[str, ...] = ()

    @property
    def a_une_strate_tue(self) -> bool:
        return any(ligne.n and not ligne.lu for ligne in self.par_strate)

    @property
    def noms_des_niveaux(self) -> list[str]:
        """The supported levels, 0 to 4, in the words of the version."""
        noms: list[str] = self.version.bareme["niveaux"]
        return noms

    @property
    def faibles(self) -> list[LigneEnjeu]:
        return sorted(self.enjeux, key=lambda li: (li.mediane, li.lu.quartiles[2]))[:NB_MIS_EN_AVANT]

    @property
    def progres(self) -> list[LigneEnjeu]:
        """The fastest-growing; those that did not grow are not among them."""
        lus = [li for li in self.enjeux if li.croissance and li.croissance.ecart > 0]
        return sorted(lus, key=lambda li: -li.croissance.ecart if li.croissance else 0)[:NB_MIS_EN_AVANT]

    @property
    def n_compare(self) -> int:
        """Collectivités present in both years."""
        return max((li.croissance.n for li in self.enjeux if li.croissance), default=0)

    @property
    def tranches(self) -> list[tuple[str, int, int]]:
        """(label, members, length on 100 of the longest) of each ten points of the index."""
        nombres = self.indices.tranches if self.indices else ()
        haut = max(nombres, default=0) or 1
        return [(TRANCHES[i], n, round(100 * n / haut)) for i, n in enumerate(nombres)]


class Recensement:
    """The counts of every group, and which ones a reader must not see: under ``minimum``, or guessed by difference."""

    def __init__(self, effectifs: Sequence[Effectif], minimum: int) -> None:
        self.effectifs, self.minimum = effectifs, minimum

    @property
    def annees(self) -> list[int]:
        return sorted({e.millesime for e in self.effectifs}, reverse=True)

    def version(self, annee: int) -> int:
        """Key of the version that most mosaïques of the year follow."""
        comptes = self._sommes(annee, None, "version_id")
        cle: int = max(comptes, key=lambda version: (comptes[version], version))
        return cle

    def nombre(self, annee: int, version: int | None, strate: str = TOUTES, region: str = TOUTES) -> int:
        return sum(e.n for e in self._lignes(annee, version, strate, region))

    def ecrit_le(self, annee: int, version: int) -> datetime | None:
        return max((e.ecrit_le for e in self._lignes(annee, version)), default=None)

    def valeurs(self, champ: str) -> set[str]:
        return {getattr(e, champ) for e in self.effectifs} - {TOUTES}

    def se_montre(self, annee: int, version: int | None, strate: str = TOUTES, region: str = TOUTES) -> bool:
        """Whether a group may be shown beside the others of its stratum and of its region, and beside all."""
        if self.nombre(annee, version, strate, region) < self.minimum:
            return False
        tues = (
            (strate, self._tues(annee, version, "strate")),
            (region, self._tues(annee, version, "region")),
            (strate, self._tues(annee, version, "strate", region=region)),
            (region, self._tues(annee, version, "region", strate=strate)),
        )
        return not any(valeur and valeur in muettes for valeur, muettes in tues)

    def _tues(self, annee: int, version: int | None, champ: str, **ou: str) -> Collection[str]:
        return a_taire(self._sommes(annee, version, champ, **ou), self.minimum)

    def _lignes(self, annee: int, version: int | None, strate: str = TOUTES, region: str = TOUTES) -> list[Effectif]:
        return [
            e
            for e in self.effectifs
            if e.millesime == annee
            and version in (None, e.version_id)
            and strate in (TOUTES, e.strate)
            and region in (TOUTES, e.region)
        ]

    def _sommes(self, annee: int, version: int | None, champ: str, **ou: str) -> dict[Any, int]:
        sommes: dict[Any, int] = {}
        for e in self._lignes(annee, version, **ou):
            sommes[getattr(e, champ)] = sommes.get(getattr(e, champ), 0) + e.n
        return sommes


def observer(recensement: Recensement, choix: Choix) -> Observation:
    """Everything that the page and its export say; nine queries, one more for each older version to carry."""
    cle = recensement.version(choix.annee)
    versions = {v.pk: v for v in Version.objects.order_by("pk")}
    n = recensement.nombre(choix.annee, cle, choix.strate, choix.region)
    n_ailleurs = recensement.nombre(choix.annee, None, choix.strate, choix.region) - n
    base = Observation(choix, versions[cle], n, recensement.ecrit_le(choix.annee, cle), n_ailleurs, "")
    if not recensement.se_montre(choix.annee, cle, choix.strate, choix.region):
        return Observation(choix, base.version, n, base.ecrit_le, n_ailleurs, _trop_peu(n, recensement.minimum))
    perimetre = Perimetre(choix.annee, cle, choix.strate, choix.region)
    evolutions, reports = _evolutions(recensement, perimetre, choix.depuis, versions)
    strates = tuple(s for s in STRATES if recensement.se_montre(choix.annee, cle, s, choix.region))
    montrees = () if choix.strate else strates
    lus, indices_lus = par_enjeu(perimetre), indices(perimetre)
    return Observation(
        choix,
        base.version,
        n,
        base.ecrit_le,
        n_ailleurs,
        "",
        enjeux=tuple(
            LigneEnjeu(
                enjeu,
                lus[enjeu.code][TOUTES],
                evolutions.get(enjeu.code),
                tuple(_mediane(lus[enjeu.code].get(s)) for s in montrees),
            )
            for enjeu in arbre(base.version).enjeux
            if enjeu.code in lus
        ),
        indices=indices_lus,
        strates_montrees=tuple((STRATES[s], recensement.nombre(choix.annee, cle, s, choix.region)) for s in montrees),
        par_strate=_par_strate(recensement, perimetre, indices_lus),
        par_region=_par_region(recensement, perimetre, indices_lus),
        par_annee=_par_annee(recensement, perimetre, indices_lus, versions),
        reports=reports,
    )


def _trop_peu(n: int, minimum: int) -> str:
    if n >= minimum:
        return (
            "Ce groupe ne se montre pas : retranché du groupe qui le contient, il dirait les chiffres de quelques "
            "collectivités."
        )
    combien = f"{n} mosaïques figées" if n > 1 else "Une seule mosaïque figée" if n else "Aucune mosaïque figée"
    return f"{combien} ici : il en faut au moins {max(minimum, 1)} pour montrer des chiffres."


def _mediane(lu: Distribution | None) -> int | None:
    return lu.quartiles[1] if lu else None


def _evolutions(
    recensement: Recensement, perimetre: Perimetre, depuis: int | None, versions: Mapping[int, Version]
) -> tuple[Mapping[str, Croissance], tuple[str, ...]]:
    """What grew since ``depuis``, and a sentence for each version that had to be carried, or could not be."""
    if depuis is None:
        return {}, ()
    version = versions[perimetre.version_id]
    anciennes = [versions[e] for e in sorted({e.version_id for e in recensement.effectifs if e.millesime == depuis})]
    liens = liens_vers(version, anciennes)
    lues = croissances(perimetre, depuis, liens)
    phrases = tuple(
        f"Les scores de {depuis} donnés avec « {ancienne} » sont reportés par les correspondances vers « {version} »."
        if ancienne.pk in liens
        else f"Rien ne relie « {ancienne} » à « {version} » : ses mosaïques de {depuis} ne sont pas comparées."
        for ancienne in anciennes
        if ancienne != version
    )
    return {code: lue for code, lue in lues.items() if lue.n >= recensement.minimum}, phrases


def _par_strate(recensement: Recensement, p: Perimetre, lus: Indices) -> tuple[LigneIndice, ...]:
    return tuple(
        LigneIndice(
            libelle,
            recensement.nombre(p.millesime, p.version_id, code, p.region),
            lus.strates.get(code) if recensement.se_montre(p.millesime, p.version_id, code, p.region) else None,
            code == p.strate,
        )
        for code, libelle in STRATES.items()
    )


def _par_region(recensement: Recensement, p: Perimetre, lus: Indices) -> tuple[LigneIndice, ...]:
    """The regions that have a mosaïque that year, in the French order."""
    presentes = {code for code in lus.regions if code}
    regions = Region.objects.filter(pk__in=presentes).order_by("cle_alphabetique", "pk")
    return tuple(
        LigneIndice(
            region.nom,
            recensement.nombre(p.millesime, p.version_id, p.strate, region.pk),
            lus.regions[region.pk] if recensement.se_montre(p.millesime, p.version_id, p.strate, region.pk) else None,
            region.pk == p.region,
        )
        for region in regions
    )


def _par_annee(
    recensement: Recensement, p: Perimetre, lus: Indices, versions: Mapping[int, Version]
) -> tuple[LigneIndice, ...]:
    """Each year under its own version and scale: ``note`` says which."""
    return tuple(
        LigneIndice(
            str(annee),
            recensement.nombre(annee, None, p.strate, p.region),
            lus.millesimes.get(annee) if recensement.se_montre(annee, None, p.strate, p.region) else None,
            annee == p.millesime,
            versions[recensement.version(annee)].libelle,
        )
        for annee in recensement.annees
    )


ENTETE = (
    "annee",
    "referentiel",
    "strate",
    "region",
    "code",
    "enjeu",
    "n",
    "quartile_inferieur",
    "mediane",
    "quartile_superieur",
    *(f"niveau_{n}" for n in range(5)),
    "depuis",
    "n_compare",
    "mediane_avant",
    "mediane_apres",
    "croissance",
)


def tableau(vue: Observation) -> list[list[object]]:
    """The rows of the export: the index of the group, then its enjeux; empty when the group is not shown."""
    choix = vue.choix
    debut = [choix.annee, vue.version.code, STRATES.get(choix.strate, "toutes"), choix.region or "toutes"]
    vide = [""] * 5
    lignes: list[list[object]] = []
    if vue.indices and vue.indices.tout:
        tout = vue.indices.tout
        lignes.append([*debut, "M", "indice de la mosaïque", tout.n, *tout.quartiles, *vide, *vide])
    for ligne in vue.enjeux:
        c = ligne.croissance
        evolution: list[object] = [choix.depuis, c.n, c.avant, c.apres, c.ecart] if c else list(vide)
        figures = [*ligne.lu.quartiles, *ligne.lu.niveaux]
        lignes.append([*debut, ligne.enjeu.code, ligne.enjeu.nom, ligne.lu.n, *figures, *evolution])
    return lignes
