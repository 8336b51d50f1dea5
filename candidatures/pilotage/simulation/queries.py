"""The simulation: the dossiers of a campaign under the rules of another version of the référentiel."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, QuerySet

from candidatures.campagnes.models import Campagne
from candidatures.dossiers.models import Dossier, Instantane
from candidatures.dossiers.queries.lecture import lecture
from candidatures.dossiers.queries.niveaux import elements
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.models import Note, Synthese
from candidatures.palmares.permissions import PUBLIEES
from candidatures.pilotage.simulation.calculs import HISTOIRE, Projection, Regles, projeter, repartition
from mosaique.interface import enjeux_figes, indice_selon
from villes_internet.referentiel.calculs import AROBASES_MAX
from villes_internet.referentiel.models import Version

CENTIEME = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ligne:
    """A dossier before and after; ``decide`` is what the jury decided, if it has."""

    dossier: Dossier
    avant: Projection
    apres: Projection
    decide: int | None

    @property
    def ecart(self) -> int:
        return self.apres.arobases - self.avant.arobases


@dataclass(frozen=True, slots=True)
class Barre:
    """How many dossiers at a level, and their share of all (0–100); ``histoire``: {year: share}."""

    arobases: int
    avant: int
    apres: int
    part_avant: int
    part_apres: int
    histoire: dict[int, int]


@dataclass(frozen=True, slots=True)
class Simulation:
    lignes: Sequence[Ligne]
    barres: Sequence[Barre]

    @property
    def deplaces(self) -> list[Ligne]:
        """Those who would move, falls first."""
        return sorted((li for li in self.lignes if li.ecart), key=lambda li: (li.ecart, -li.avant.note))

    @property
    def nb_hausses(self) -> int:
        return sum(li.ecart > 0 for li in self.lignes)

    @property
    def nb_baisses(self) -> int:
        return sum(li.ecart < 0 for li in self.lignes)


def campagnes_lues(*, publiees: bool = False) -> QuerySet[Campagne]:
    """Campaigns whose dossiers a jury has read, newest first; ``publiees``: only those whose results are known."""
    lues = Synthese.objects.filter(moyenne__isnull=False).order_by().values("campagne")
    campagnes = Campagne.objects.filter(pk__in=lues).select_related("version").order_by("-annee")
    return campagnes.filter(etat__in=PUBLIEES) if publiees else campagnes


def simuler(campagne: Campagne, version: Version) -> Simulation:
    """Every dossier read, under the campaign's own rules and under those of ``version``; six queries."""
    dossiers = list(
        Dossier.objects.filter(campagne=campagne, synthese__moyenne__isnull=False)
        .select_related("collectivite", "mosaique__version", "decision", "campagne")
        .order_by("collectivite__cle_alphabetique", "pk")
    )
    notes = _notes(campagne)
    depots = _depots(dossiers)
    figes = enjeux_figes([d.mosaique_id for d in dossiers])
    grille = list(campagne.criteres.all())
    poids = {c.code: c.poids for c in grille}
    precalcules = frozenset(c.code for c in grille if c.est_precalcule)
    actuelles = Regles(campagne.version.seuils, campagne.version.portes, poids, precalcules)
    autres = Regles(version.seuils, version.portes, poids, precalcules)
    lignes = []
    for dossier in dossiers:
        lus = elements(lecture(dossier, route_piece="admin:jury_piece", instantane=depots[dossier.pk]))
        avant = dossier.mosaique.indice
        apres = indice_selon(figes[dossier.mosaique_id], version.bareme)
        lignes.append(
            Ligne(
                dossier,
                projeter(notes[dossier.pk], lus, actuelles, indice=avant, avant=avant),
                projeter(notes[dossier.pk], lus, autres, indice=apres, avant=avant),
                dossier.decision.arobases if hasattr(dossier, "decision") else None,
            )
        )
    return Simulation(lignes, _barres(lignes))


def _notes(campagne: Campagne) -> dict[int, dict[str, Decimal]]:
    """{dossier key: {criterion: mean of the submitted readings that count}}."""
    trouvees: dict[int, dict[str, Decimal]] = defaultdict(dict)
    moyennes = (
        Note.objects.filter(
            evaluation__etat=EtatEvaluation.SOUMISE,
            evaluation__affectation__recusee_le__isnull=True,
            evaluation__affectation__dossier__campagne=campagne,
        )
        .order_by()
        .values_list("evaluation__affectation__dossier", "critere__code")
        .annotate(moyenne=Avg("valeur"))
    )
    for dossier, code, moyenne in moyennes:
        trouvees[dossier][code] = moyenne.quantize(CENTIEME)
    return trouvees


def _depots(dossiers: Sequence[Dossier]) -> dict[int, Instantane]:
    """{dossier key: its latest snapshot}."""
    lus = Instantane.objects.filter(dossier__in=dossiers).order_by("dossier", "-numero").distinct("dossier")
    return {depot.dossier_id: depot for depot in lus}


def _barres(lignes: Sequence[Ligne]) -> list[Barre]:
    avant = repartition(li.avant.arobases for li in lignes)
    apres = repartition(li.apres.arobases for li in lignes)
    total = len(lignes) or 1
    return [
        Barre(
            n + 1,
            avant[n],
            apres[n],
            round(100 * avant[n] / total),
            round(100 * apres[n] / total),
            {annee: parts[n] for annee, parts in HISTOIRE.items()},
        )
        for n in range(AROBASES_MAX)
    ]
