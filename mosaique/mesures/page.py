"""The page of the mosaïque through the whole stack, against an empty page of the same layout."""

import statistics
import time
from collections.abc import Iterator
from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from mosaique import actions
from mosaique.mesures import semis
from mosaique.models import Mosaique
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.territoires.mesures import COMMUNES
from villes_internet.territoires.models import Collectivite

ANNEE = 2102
REPETITIONS = 40
ECHAUFFEMENT = 4
PLAFOND = 3.0  # times the empty page
PEU, BEAUCOUP = 1, 200  # fiches


def mesurer(communes: int = COMMUNES) -> Iterator[str]:
    """Lines to print: queries, time and ratio with one fiche and with two hundred."""
    with override_settings(ROOT_URLCONF="mosaique.mesures.vides", ALLOWED_HOSTS=["testserver"]):
        mosaique = _preparer()
        client = _client(mosaique.collectivite)
        yield f"  {'page':34} {'requêtes':>8} {'médiane':>10} {'vide':>10} {'× vide':>7}  {PLAFOND:.0f} ×"
        for nb in (PEU, BEAUCOUP):
            semis.donner_des_fiches(mosaique.collectivite, nb - 1 if nb == BEAUCOUP else nb, mosaique.version)
            yield _relever(client, mosaique.get_absolute_url(), f"mosaïque, {nb} fiche{'s' if nb > 1 else ''}")


def _preparer() -> Mosaique:
    """A commune that has answered every enjeu."""
    version = semis.version_de_2027()
    commune = Collectivite.objects.filter(code="C2").get()
    mosaique = actions.ouvrir(commune, ANNEE, version, semis.REFERENCE, None)
    alea = Random(ANNEE)  # noqa: S311 - the measure must be the same each time
    saisies = {pk: actions.Saisie(2, services) for pk, _, _, services in semis.variantes(version, alea, 1)}
    actions.enregistrer_reponses(mosaique, saisies, par=None)
    return mosaique


def _client(commune: Collectivite) -> Client:
    personne = Utilisateur.objects.create_user("referente@c2.example", None, first_name="Camille", last_name="Roux")
    Habilitation.objects.create(
        utilisateur=personne, collectivite=commune, role=Role.REFERENT, etat=EtatHabilitation.ACCEPTEE
    )
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _relever(client: Client, url: str, nom: str) -> str:
    """The two pages turn by turn, so that what else the machine does weighs on both alike."""
    vide = reverse("mesures_page")
    for _ in range(ECHAUFFEMENT):
        _chronometrer(client, vide)
        _chronometrer(client, url)
    with CaptureQueriesContext(connection) as requetes:
        client.get(url)
    nb = len(requetes)  # the log is emptied by the next request
    durees = [(_chronometrer(client, vide), _chronometrer(client, url)) for _ in range(REPETITIONS)]
    temoin, mediane = (statistics.median(d) for d in zip(*durees, strict=True))
    rapport = mediane / temoin
    return (
        f"  {nom:34} {nb:8} {mediane:7.1f} ms {temoin:7.1f} ms {rapport:7.2f}  "
        f"{'tenu' if rapport <= PLAFOND else 'DÉPASSÉ'}"
    )


def _chronometrer(client: Client, url: str) -> float:
    """Milliseconds."""
    depart = time.perf_counter()
    reponse = client.get(url)
    duree = (time.perf_counter() - depart) * 1000
    if reponse.status_code != 200:
        raise RuntimeError(f"« {url} » a répondu {reponse.status_code}")
    return duree
