"""Asking for the documents: who may, what is served, what waits, what is stale, what never changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from atlaas.interface import archiver_action
from mosaique import actions as mosaique_actions
from mosaique.models import Diagnostic, Mosaique
from mosaique.restitution import actions, calculs, queries, tasks
from tests.factories import atlaas
from tests.factories import mosaique as fabrique
from tests.mosaique.droits import LectureReservee
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.calculs import Elements
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PAGE = "/mosaique/33032/2027/diagnostic/"
DOCUMENT = f"{PAGE}diagnostic.pdf"


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


def demander(mosaique: Mosaique) -> Diagnostic:
    """Asked for; no worker has made it yet."""
    return actions.demander(mosaique, par=None)


def livrer(diagnostic: Diagnostic) -> Diagnostic:
    """As a worker leaves it, without the time that setting takes."""
    for champ, nom in (("document", "diagnostic.pdf"), ("planche", "planche.pdf"), ("image", "planche.png")):
        getattr(diagnostic, champ).save(nom, ContentFile(f"fichier {nom}".encode()))
    return diagnostic


@pytest.mark.parametrize("page", [PAGE])
class TestLecture(LectureReservee):
    pass


@pytest.mark.parametrize("nom", ["diagnostic.pdf", "planche.pdf", "planche.png"])
def test_a_document_is_for_the_people_of_the_collectivite_and_the_association(
    nom: str,
    mosaique: Mosaique,
    referente: Utilisateur,
    chargee_de_mission: Utilisateur,
    voisine: Utilisateur,
    client: Client,
    connecte: Connecte,
) -> None:
    livrer(demander(mosaique))
    for personne in (referente, chargee_de_mission):
        reponse = connecte(personne).get(PAGE + nom)
        assert reponse.status_code == 200
        assert b"".join(reponse.streaming_content) == f"fichier {nom}".encode()  # type: ignore[attr-defined]
        assert reponse["Cache-Control"] == "private, no-store"
    assert connecte(voisine).get(PAGE + nom).status_code == 404
    assert connecte(voisine).post(PAGE).status_code == 404
    assert client.get(PAGE + nom).status_code == 302
    assert connecte(referente).get(f"{PAGE}autre.pdf").status_code == 404


def test_from_the_page_of_the_mosaique_one_asks_waits_and_downloads(
    mosaique: Mosaique, lectrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(lectrice)
    assert f'href="{PAGE}"' in client.get("/mosaique/33032/2027/").content.decode()
    assert client.get(DOCUMENT).headers["Location"] == PAGE, "nobody asked for it yet"
    assert not Diagnostic.objects.exists(), "reading asks for nothing"
    assert client.post(PAGE).headers["Location"] == DOCUMENT
    attente = client.get(DOCUMENT)
    assert (attente.status_code, attente["Retry-After"]) == (503, "10")
    assert client.get(DOCUMENT, headers={"HX-Request": "true"}).status_code == 204
    assert "en cours de fabrication" in client.get(PAGE).content.decode()
    livrer(Diagnostic.objects.get())
    servi = client.get(DOCUMENT)
    assert b"".join(servi.streaming_content) == b"fichier diagnostic.pdf"  # type: ignore[attr-defined]
    page = client.get(PAGE).content.decode()
    assert "la mosaïque n’a pas bougé depuis" in page
    assert "planche.png" in page


def test_a_document_is_stale_once_the_mosaique_moved(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    premier = livrer(demander(mosaique))
    fabrique.repondre(mosaique, "A1", 1)
    client = connecte(referente)
    assert client.get(DOCUMENT).headers["Location"] == PAGE
    assert client.get(DOCUMENT, headers={"HX-Request": "true"})["HX-Redirect"] == PAGE
    assert "Le dernier diagnostic n’est plus à jour" in client.get(PAGE).content.decode()
    assert demander(mosaique) != premier


def test_a_frozen_diagnostic_never_changes(mosaique: Mosaique, bassens: Collectivite) -> None:
    fiche = atlaas.fiche(bassens, "A1.1", titre="Le guichet")
    fabrique.repondre(mosaique, "A1", 2)
    ouvert = demander(mosaique)
    mosaique_actions.figer(mosaique, par=None)
    fige = demander(mosaique)
    assert fige != ouvert
    assert "Le guichet" in str(fige.contenu)
    archiver_action(fiche, par=None)
    atlaas.fiche(bassens, "A1.2", titre="Publiée après")
    Collectivite.objects.filter(pk=bassens.pk).update(nom="Bassens-sur-Garonne")
    relue = Mosaique.objects.get(pk=mosaique.pk)
    assert demander(relue) == queries.courant(relue) == fige
    assert "Publiée après" not in str(queries.contenu(relue)), "what it says comes from what was kept"
    mosaique_actions.defiger(relue, relue.date_reference, par=None)
    assert demander(relue) != fige, "open again, it is another state"


def test_what_cannot_be_set_is_given_up_after_three_times_and_may_be_asked_again(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    diagnostic = demander(mosaique)
    juste = diagnostic.contenu
    Diagnostic.objects.update(contenu={})
    for _ in range(4):
        actions.produire(diagnostic.pk)
    diagnostic.refresh_from_db()
    assert (diagnostic.nb_echecs, diagnostic.est_en_echec) == (3, True)
    assert diagnostic.erreur
    client = connecte(referente)
    assert client.get(DOCUMENT)["Retry-After"] == "3600"
    assert "n’ont pas pu être fabriqués" in client.get(PAGE).content.decode()
    client.post(PAGE)
    repris = Diagnostic.objects.get()
    assert (repris.nb_echecs, repris.contenu) == (0, juste), "written anew"


def test_what_a_lost_message_left_is_set_going_again(mosaique: Mosaique) -> None:
    diagnostic = demander(mosaique)
    assert tasks.reprendre_diagnostics() == 0, "it was just asked for"
    Diagnostic.objects.update(contenu={}, demande_le=timezone.now() - 2 * tasks.SILENCE)
    assert tasks.reprendre_diagnostics() == 1
    diagnostic.refresh_from_db()
    assert diagnostic.nb_echecs == 1, "a worker took it"


@pytest.mark.parametrize(
    ("niveaux", "attendu"),
    [((1, 1, 1), (2, 3, 4)), ((1,) * 8, (3, 0, 4)), ((4,) * 16, None)],
)
def test_the_next_step_is_the_first_condition_on_the_enjeux_that_is_not_held(
    niveaux: tuple[int, ...], attendu: tuple[int, int, int] | None
) -> None:
    portes: list[dict[str, Any]] = [
        {"arobases": 3, "code": "b", "libelle": "8", "regle": "enjeux", "min": 8, "niveau": 1},
        {"arobases": 2, "code": "a", "libelle": "4", "regle": "enjeux", "min": 4, "niveau": 1},
        {"arobases": 3, "code": "c", "libelle": "4 à 2", "regle": "enjeux", "min": 4, "niveau": 2},
        {"arobases": 2, "code": "d", "libelle": "élu", "regle": "fait", "fait": "elu_delegue"},
    ]
    complets = niveaux + (0,) * (16 - len(niveaux))
    palier = calculs.palier_suivant(portes, Elements(niveaux=complets, type="commune", strate="petite"))
    assert (palier and (palier.arobases, palier.nb, palier.demandes)) == attendu
