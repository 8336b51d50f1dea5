"""Forty searches written as people write them, over the hundred and forty stories of the demonstration.

Each says what must come first (``premiere``: the service of the fiche) and what must be among the first ten.
"""

import csv
from pathlib import Path

import pytest

from atlaas import indexation
from atlaas.etats import EtatAction
from atlaas.models import Action
from atlaas.recherche.queries import suggestions
from atlaas.recherche.queries.comptes import compter
from atlaas.recherche.queries.criteres import Criteres
from atlaas.recherche.queries.resultats import feuille
from tests.factories import ground
from villes_internet.referentiel.models import Service

RECITS = Path(__file__).parents[2] / "candidatures" / "pilotage" / "demonstration" / "fiches.csv"
PREMIERS = 10

# (words, service of the first fiche or "" where several are as good, services among the first ten)
REQUETES = [
    ("budget participatif", "A1.4", {"A1.4"}),
    ("budgets participatifs", "A1.4", {"A1.4"}),
    ("BUDGET PARTICIPATIF", "A1.4", {"A1.4"}),
    ("budget particip", "A1.4", {"A1.4"}),
    ("conseil municipal", "A1.1", {"A1.1"}),
    ('"conseil municipal"', "A1.1", {"A1.1"}),
    ("delibérations", "A1.2", {"A1.2", "E2.2"}),
    ("signaler voirie", "A1.5", {"A1.5"}),
    ("etat civil", "A2.2", {"A2.2"}),
    ("titres d’identité", "A2.4", {"A2.4"}),
    ("cantine", "", {"A2.6", "B1.5"}),
    ("payer cantine", "A2.6", {"A2.6"}),
    ("permis de construire", "", set()),
    ("permis", "A2.7", {"A2.7"}),
    ("aidants connect", "A3.1", {"A3.1"}),
    ("franceconnect", "A3.2", {"A3.2"}),
    ("coffre fort", "A3.5", {"A3.5"}),
    ("coffre-fort numérique", "A3.5", {"A3.5"}),
    ("reconditionné", "", {"B2.3", "C4.2"}),
    ("wifi", "B3.1", {"B3.1"}),
    ("wi-fi public", "B3.1", {"B3.1"}),
    ("mediathèques", "C3.1", {"C3.1"}),
    ("médiathèque murs", "C3.1", {"C3.1"}),
    ("seniors or aînés", "", {"A3.7"}),
    ("écoles", "", {"C1.1", "C1.3"}),
    ("inscription école", "C1.3", {"C1.3"}),
    ("conseillers numériques", "C2.1", {"C2.1"}),
    ("bus", "C2.5", {"C2.5"}),
    ("decidim", "", {"A1.3", "A1.4", "A1.7"}),
    ("nextcloud associations", "B4.7", {"B4.7"}),
    ("logiciels libres", "A4.3", {"A4.3"}),
    ("fablab", "", set()),
    ("fab lab", "D4.1", {"D4.1"}),
    ("fab lab bram", "", set()),
    ("bus Bram", "C2.5", {"C2.5"}),
    ("sauvegardes", "E3.3", {"E3.3", "A4.6"}),
    ("intelligence artificielle", "E4.5", {"E4.5"}),
    ("accessibilité", "", {"E4.1", "E4.2"}),
    ("accessibilité -schéma", "E4.1", {"E4.1"}),
    ("fibre", "D3.1", {"D3.1"}),
    ("télétravail", "D1.5", {"D1.5"}),
    ("open data", "", set()),
    ("données ouvertes", "", {"E2.1"}),
    ("algorithme", "E2.7", {"E2.7"}),
    ("tiers lieux", "D3.5", {"D3.5"}),
]
FAUTES = [
    ("mediatheqe", "médiathèque"),
    ("delibération", ""),
    ("bugdet", "budget"),
    ("acessibilité", "accessibilité"),
    ("inteligence artificielle", "intelligence artificielle"),
    ("poubele", "poubelle"),
]


@pytest.fixture
def catalogue(db: None) -> dict[int, str]:
    """{fiche: its service}; the stories of families A and C are told by Bassens and Bram, the others by Annecy."""
    version = ground.version_publiee()
    services = {s.code: s for s in Service.objects.filter(enjeu__famille__version=version).order_by("pk")}
    villes = {
        "A": ground.collectivite("Bassens", "33032"),
        "C": ground.collectivite("Bram", "11049"),
        "": ground.collectivite("Annecy", "74010"),
    }
    with RECITS.open(encoding="utf-8", newline="") as flux:
        recits = list(csv.DictReader(flux, delimiter="|"))
    fiches = Action.objects.bulk_create(
        Action(
            collectivite=villes.get(recit["service"][0], villes[""]),
            etat=EtatAction.PUBLIEE,
            titre=recit["titre"],
            slug="fiche",
            resume=recit["resume"],
            description=recit["description"],
            outils=recit["outil"],
        )
        for recit in recits
    )
    codes = {fiche.pk: recit["service"] for fiche, recit in zip(fiches, recits, strict=True)}
    liens = Action.services.through
    liens.objects.bulk_create(liens(action_id=pk, service_id=services[code].pk) for pk, code in codes.items())
    indexation.tout_reindexer()
    return codes


def test_forty_searches_find_what_people_mean(catalogue: dict[int, str]) -> None:
    echecs = []
    for q, premiere, attendues in REQUETES:
        trouvees = [catalogue[a.pk] for a in feuille(Criteres(q), {}).fiches]
        if (premiere and trouvees[:1] != [premiere]) or not attendues <= set(trouvees[:PREMIERS]):
            echecs.append(f"{q} : {trouvees[:PREMIERS]} au lieu de {premiere or '…'}, {sorted(attendues)}")
    assert not echecs, "\n".join(echecs)


def test_misspellings_lead_to_a_word_of_the_catalogue_that_answers(catalogue: dict[int, str]) -> None:
    suggestions._vocabulaire.cache_clear()
    for q, attendue in FAUTES:
        proposee = suggestions.autre_orthographe(q)
        assert proposee == attendue, q
        if proposee:
            assert compter(Criteres(proposee), {})[""].total, proposee
