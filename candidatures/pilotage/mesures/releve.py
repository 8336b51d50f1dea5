"""Time pages through the whole stack (middleware, views, templates, database), in one process and one run."""

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidatures.campagnes.models import Campagne
from candidatures.jury.models import Affectation, Evaluation
from candidatures.pilotage.mesures.semis import ANNEE, changer_d_etat
from villes_internet.comptes.models import Utilisateur

REPETITIONS = 40
ECHAUFFEMENT = 4


@dataclass(frozen=True, slots=True)
class Releve:
    """Times in milliseconds; ``octets`` as sent (compressed) over the wire."""

    page: str
    temoin: str
    requetes: int
    octets: int
    mediane: float
    p95: float


def _client(courriel: str) -> Client:
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(
        Utilisateur.objects.get(email=courriel), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def _mesurer(page: str, temoin: str, demander: Callable[[], HttpResponseBase], attendu: int = 200) -> Releve:
    for _ in range(ECHAUFFEMENT):
        reponse = demander()
    if reponse.status_code != attendu:
        raise RuntimeError(f"« {page} » a répondu {reponse.status_code}")
    with CaptureQueriesContext(connection) as requetes:
        demander()
    nb_requetes = len(requetes)
    durees = []
    for _ in range(REPETITIONS):
        depart = time.perf_counter()
        demander()
        durees.append((time.perf_counter() - depart) * 1000)
    corps = getattr(reponse, "content", b"")
    octets = len(corps) if reponse.get("Content-Encoding") == "gzip" else len(gzip.compress(corps))
    return Releve(page, temoin, nb_requetes, octets, statistics.median(durees), statistics.quantiles(durees, n=20)[-1])


def relever(campagne: Campagne) -> list[Releve]:
    """Every page of the benchmark, the campaign brought to the moment when each is used."""
    mission = _client("mission@villes-internet.example")
    jure = _client("jure1@villes-internet.example")
    presidence = _client("presidence@villes-internet.example")
    anonyme = Client(headers={"accept-encoding": "gzip"})
    panneau, page = "panneau vide", "page vide"
    palmares = reverse("palmares:annee", args=[ANNEE])

    changer_d_etat(campagne, "evaluation", "en_evaluation")
    affectation = _a_lire()
    lecture = reverse("admin:jury_lecture", args=[affectation.dossier_id])
    releves = [
        _mesurer(panneau, panneau, lambda: mission.get(reverse("mesures_panneau"))),
        _mesurer("liste des dossiers (association)", panneau, lambda: mission.get(reverse("admin:pilotage_dossiers"))),
        _mesurer("mes dossiers à lire (juré)", panneau, lambda: jure.get(reverse("admin:jury_dossiers"))),
        _mesurer("lecture et grille (juré)", panneau, lambda: jure.get(lecture)),
        _mesurer("enregistrer une note (juré)", panneau, lambda: _noter(jure, lecture, affectation)),
    ]
    changer_d_etat(campagne, "deliberation", "evalue")
    releves.append(_mesurer("délibération", panneau, lambda: presidence.get(reverse("admin:deliberation"))))
    changer_d_etat(campagne, "publiee", "publie")
    releves += [
        _mesurer(page, page, lambda: anonyme.get(reverse("mesures_page"))),
        _mesurer("palmarès public", page, lambda: anonyme.get(palmares)),
        _mesurer("palmarès public, une région", page, lambda: anonyme.get(palmares, {"region": "75"})),
    ]
    return releves


def _a_lire() -> Affectation:
    """A reading not submitted yet of the first juror, on a dossier that has its snapshot."""
    return (
        Affectation.objects.filter(
            jure__utilisateur__email="jure1@villes-internet.example",
            evaluation__etat="brouillon",
            dossier__instantanes__isnull=False,
        )
        .order_by("pk")[:1]
        .get()
    )


def _noter(client: Client, url: str, affectation: Affectation) -> HttpResponseBase:
    version = Evaluation.objects.values_list("numero_version", flat=True).get(affectation=affectation)
    notes = {f"J{n}-valeur": f"{2 + (version + n) % 3}" for n in (1, 3, 4, 5, 6, 7, 8)}
    donnees = {"numero_version": version, "points_forts": "Tenu.", "pistes": "Publier.", **notes}
    return client.post(url, donnees, headers={"X-Sauvegarde": "1"})


def comparer(petite: list[Releve], grande: list[Releve], tailles: tuple[int, int]) -> list[str]:
    """Lines of the printed table: figures at the large size, ratio to the empty page, growth since the small size."""
    temoins = {r.page: r.mediane for r in grande}
    lignes = [
        f"{'page':34} {'requêtes':>8} {'octets':>8} {'médiane':>9} {'p95':>9} {'× vide':>7} "
        f"{f'{tailles[1]}/{tailles[0]}':>11}"
    ]
    for avant, apres in zip(petite, grande, strict=True):
        lignes.append(
            f"{apres.page:34} {apres.requetes:8} {apres.octets:8} {apres.mediane:6.1f} ms {apres.p95:6.1f} ms "
            f"{apres.mediane / temoins[apres.temoin]:7.2f} {apres.mediane / avant.mediane:11.2f}"
        )
    return lignes
