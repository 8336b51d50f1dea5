"""What is measured at one size: the search, its pages, the map, the exports."""

import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection
from django.http import QueryDict
from django.test import Client

from atlaas.mesures import exports as envois
from atlaas.mesures.chronometre import REPETITIONS, Mesure, chronometrer, mesurer_une_page, sql_nu
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix, entrees, requete_de

DIRECTES = 3  # times that the single exact statement is run: it may take seconds
RECHERCHES = {
    "sans critère": "",
    "un mot fréquent": "q=médiathèque",
    "un mot très fréquent": "q=numerique",
    "deux mots": "q=budget participatif",
    "une expression": 'q="numerique participatif"',
    "un début de mot": "q=mot12",
    "un mot rare": "q=mot3000",
    "une région": "region=R3",
    "mot, région et taille": "q=atelier&region=R3&strate=village",
    "trois critères": "stade=en_service&enjeu=A1&libre=oui",
    "autour d’un lieu": "lat=45.2&lon=0.5&rayon=100",
    "mot autour d’un lieu": "q=atelier&lat=45.2&lon=0.5&rayon=30",
    "mot mal écrit": "q=mediateque lunaire",
}
CADRES = {  # box, zoom
    "France": ("-5.5,41,10,51.5", 6),
    "une région": ("-1.5,43,1.5,45", 8),
    "un département": ("0,44,0.9,44.8", 9),
    "une ville": ("0.1,44.1,0.3,44.25", 11),
}
FILTRES = {
    "": "",
    "facette": "region=R3",
    "stade": "stade=en_service",
    "mot": "q=numerique",
    "deux": "q=atelier&libre=oui",
}
DIRECT = """
WITH r AS MATERIALIZED ({lignes})
SELECT (SELECT count(*) FROM r),
       (SELECT array_agg(action) FROM (SELECT action FROM r ORDER BY {ordre}, action DESC LIMIT 24) p),
       (SELECT json_object_agg(f, n) FROM (SELECT f, count(*) AS n FROM r, unnest(facettes) f GROUP BY f) c)
"""


@dataclass(slots=True)
class Releve:
    """One size. ``directes``: {search: ms of one bare statement that gives the page, its exact total and choices}."""

    fiches: int
    semis: float
    recherches: dict[str, Mesure] = field(default_factory=dict)
    directes: dict[str, float] = field(default_factory=dict)
    premiere: float = 0.0
    millieme: float | None = None
    cartes: dict[str, Mesure] = field(default_factory=dict)
    exports: list[envois.Export] = field(default_factory=list)

    def rapport(self, nom: str) -> float:
        return self.recherches[nom].mediane / self.directes[nom]


def mesurer(fiches: int, semis: float) -> Releve:
    """All but the exports."""
    client = Client(headers={"accept-encoding": "gzip"})
    releve = Releve(fiches, semis)
    for nom, parametres in RECHERCHES.items():
        releve.recherches[nom] = mesurer_une_page(client, nom, f"/atlaas/?{parametres}")
        releve.directes[nom] = _directe(parametres)
    releve.premiere, releve.millieme = _pages(client)
    for nom, url in _cadres():
        releve.cartes[nom] = mesurer_une_page(client, nom, url)
    return releve


def _directe(parametres: str) -> float:
    """The page, its total and its choices by one statement, exact: what the best bare SQL would do."""
    form = RechercheForm(QueryDict(parametres), arbre=None)
    form.is_valid()
    criteres: Criteres = form.criteres()
    champs = ("action", "facettes", "qualite", *(["recherche"] if criteres.q else []))
    cles = cles_des_choix(criteres)
    if criteres.choix.keys() - cles.keys():
        return sql_nu("SELECT 1")  # a choice that no fiche has
    lignes = entrees(criteres, cles).values(*champs)
    sql, valeurs = lignes.query.sql_with_params()
    ordre, rang = "qualite DESC", []
    if criteres.q:
        compilateur = lignes.query.get_compiler("default")
        requete, mots = compilateur.compile(cast(Any, requete_de(criteres.q)).resolve_expression(lignes.query))
        ordre, rang = f"ts_rank(recherche, {requete}) DESC", list(mots)
    return sql_nu(DIRECT.format(lignes=sql, ordre=ordre), [*valeurs, *rang], DIRECTES)


def _pages(client: Client) -> tuple[float, float | None]:
    """The first page, and the thousandth, reached by its place as who has followed the links."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT qualite, action_id FROM atlaas_entree ORDER BY qualite DESC, action_id DESC OFFSET 23976 LIMIT 1"
        )
        loin = curseur.fetchone()
    premiere = statistics.median(chronometrer(lambda: client.get("/atlaas/")) for _ in range(REPETITIONS))
    if loin is None:
        return premiere, None
    url = f"/atlaas/?apres=q{loin[0]}_{loin[1]}"
    return premiere, statistics.median(chronometrer(lambda: client.get(url)) for _ in range(REPETITIONS))


def _cadres() -> Iterator[tuple[str, str]]:
    """Chosen boxes with and without a search, then boxes drawn anywhere, the same each time."""
    for lieu, (cadre, zoom) in CADRES.items():
        for filtre, parametres in FILTRES.items():
            yield f"{lieu} {filtre}".strip(), f"/atlaas/carte/cellules/?bbox={cadre}&zoom={zoom}&{parametres}"
    tirage = random.Random(7)  # noqa: S311 - no secret
    for rang in range(4):
        x, y, cote = tirage.uniform(-1.5, 6), tirage.uniform(43, 50), tirage.choice((0.05, 0.3, 2, 5))
        cadre = f"{x:.3f},{y:.3f},{x + cote:.3f},{y + cote * 0.7:.3f}"
        zoom = {0.05: 13, 0.3: 11, 2: 8, 5: 7}[cote]
        yield f"au hasard {rang + 1}", f"/atlaas/carte/cellules/?bbox={cadre}&zoom={zoom}&q=atelier"
