"""What a dossier still lacks for each level, before the jury: the gates, live, each with the place that unblocks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from candidatures.dossiers.models import Dossier, Etape
from candidatures.dossiers.queries.lecture import Lecture, lecture
from mosaique.interface import Tuile
from villes_internet.referentiel.calculs import Elements, avancement, concerne, est_tenue_avant_le_jury, strate_de

NB_TUILES = 6  # the nearest enjeux that a gate names
ETAPE_DU_FAIT = {"referent_nomme": Etape.EQUIPE}  # the others are told in the strategy


@dataclass(frozen=True, slots=True)
class Appui:
    """A place where a condition moves forward: an enjeu with where it stands."""

    libelle: str
    url: str


@dataclass(frozen=True, slots=True)
class Condition:
    """``tenue`` is None where only the jury's marks can tell; ``compte``: « 7 sur 10 », or nothing."""

    libelle: str
    tenue: bool | None
    compte: str
    url: str
    appuis: tuple[Appui, ...]


@dataclass(frozen=True, slots=True)
class Palier:
    """A level (1–5): its threshold on the jury's mark (0–100) and its conditions."""

    arobases: int
    seuil: Decimal
    conditions: tuple[Condition, ...]

    @property
    def nb_manquantes(self) -> int:
        return sum(c.tenue is False for c in self.conditions)

    @property
    def nb_tenues(self) -> int:
        return sum(c.tenue is True for c in self.conditions)

    @property
    def nb_verifiables(self) -> int:
        return self.nb_manquantes + self.nb_tenues


@dataclass(frozen=True, slots=True)
class Niveaux:
    """``points_mosaique`` are what the index brings today to the jury's mark, out of ``poids_mosaique``."""

    paliers: tuple[Palier, ...]
    indice: Decimal
    points_mosaique: Decimal
    poids_mosaique: int

    @property
    def prochain(self) -> Palier | None:
        """The lowest level with a condition missing: it holds back those above."""
        return next((palier for palier in self.paliers if palier.nb_manquantes), None)


def elements(lue: Lecture) -> Elements:
    """What the gates ask, read in the dossier; a tile whose services are all "non concerné" counts nowhere."""
    thematiques = _thematiques(lue)
    collectivite = lue.dossier.collectivite
    bareme = lue.dossier.mosaique.version.bareme
    return Elements(
        nb_actions=lue.nb_actions,
        nb_replicables=lue.nb_replicables,
        niveaux=tuple(t.niveau_etaye for t in thematiques if t.nb_concernes),
        nb_enjeux=len(thematiques),
        faits=frozenset(code for code, tenu in lue.faits.items() if tenu),
        type=collectivite.type,
        strate=strate_de(bareme, collectivite.type, lue.identite["population"]),
    )


def _thematiques(lue: Lecture) -> list[Tuile]:
    return [t for t in lue.mosaique.tuiles if not t.est_transversale]


def niveaux(dossier: Dossier) -> Niveaux:
    """Every level of the campaign as the dossier stands; the queries of ``lecture`` and one more."""
    lue = lecture(dossier)
    lus = elements(lue)
    version = dossier.mosaique.version
    seuils = {s["arobases"]: Decimal(str(s["min"])) for s in version.seuils}
    portes = [p for p in version.portes if concerne(p, lus.type, lus.strate)]
    paliers = tuple(
        Palier(rang, seuil, tuple(_condition(p, dossier, lue, lus) for p in portes if p["arobases"] == rang))
        for rang, seuil in sorted(seuils.items())
    )
    poids = sum(dossier.campagne.criteres.filter(est_precalcule=True).values_list("poids", flat=True))
    return Niveaux(paliers, lue.mosaique.indice, poids * lue.mosaique.indice / 100, poids)


def _condition(porte: Mapping[str, Any], dossier: Dossier, lue: Lecture, lus: Elements) -> Condition:
    compte = avancement(porte, lus)
    tenue = est_tenue_avant_le_jury(porte, lus)
    return Condition(
        libelle=porte["libelle"],
        tenue=tenue,
        compte=f"{min(compte)} sur {compte[1]}" if compte else "",
        url=_place(porte, dossier),
        appuis=tuple(_appuis(porte, dossier, lue)) if tenue is False and porte["regle"] == "enjeux" else (),
    )


def _place(porte: Mapping[str, Any], dossier: Dossier) -> str:
    """Where the condition is met; nothing where only the jury can."""
    match porte["regle"]:
        case "enjeux":
            return dossier.mosaique.get_absolute_url()
        case "nb_actions":
            return reverse("dossiers:etape", args=[dossier.pk, Etape.ACTIONS])
        case "nb_replicables":
            return reverse("atlaas:mes_fiches", args=[dossier.collectivite.code])
        case "fait":
            return reverse("dossiers:etape", args=[dossier.pk, ETAPE_DU_FAIT.get(porte["fait"], Etape.STRATEGIE)])
        case _:
            return ""


def _appuis(porte: Mapping[str, Any], dossier: Dossier, lue: Lecture) -> list[Appui]:
    """The enjeux nearest to the level that the gate asks for: those already declared there come first."""
    demande = int(porte["niveau"])
    proches = sorted(
        (t for t in _thematiques(lue) if t.nb_concernes and t.niveau_etaye < demande),
        key=lambda t: (-t.niveau_etaye, -min(t.niveau or 0, demande), -t.score),
    )
    lieu = (dossier.collectivite.code, lue.mosaique.millesime)
    return [Appui(_situation(t), reverse("mosaique:enjeu", args=[*lieu, t.code])) for t in proches[:NB_TUILES]]


def _situation(tuile: Tuile) -> str:
    if tuile.est_a_etayer:
        return f"{tuile.nom} (déclaré {tuile.niveau}, étayé {tuile.niveau_etaye})"
    return f"{tuile.nom} (niveau {tuile.niveau_etaye})"
