"""A mosaïque that begins takes the answers of the last one, each to be confirmed."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mosaique import actions as actions_mosaique
from mosaique.interface import Tuile, manques, ouvrir, resume
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.partage import actions
from tests.factories import ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Correspondance, Enjeu, Famille, Service, Version
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MOSAIQUE = "/mosaique/33032/2027/"
ENJEU = f"{MOSAIQUE}A1/"
CONFIRMER = f"{MOSAIQUE}confirmer/"


@pytest.fixture
def ancienne(bassens: Collectivite) -> Mosaique:
    """The year before last: A1, A2 and B1 answered."""
    mosaique = fabrique.mosaique(bassens, 2025)
    fabrique.repondre(mosaique, "A1", 2, ["programme"] + ["pas_fait"] * 6, commentaire="Écrit en 2025")
    fabrique.repondre(mosaique, "A2", 1)
    fabrique.repondre(mosaique, "B1", 1)
    return mosaique


@pytest.fixture
def nouvelle(ancienne: Mosaique, referente: Utilisateur) -> Mosaique:
    return ouvrir(ancienne.collectivite, 2027, ancienne.version, fabrique.REFERENCE, referente)


def reponse(mosaique: Mosaique, code: str) -> ReponseEnjeu:
    return mosaique.reponses.get(enjeu__code=code)


def tuile(mosaique: Mosaique, code: str) -> Tuile:
    return next(t for t in resume(mosaique).tuiles if t.code == code)


def test_the_answers_of_the_latest_year_arrive_to_be_confirmed(ancienne: Mosaique, nouvelle: Mosaique) -> None:
    reprise = reponse(nouvelle, "A1")
    assert (reprise.niveau, reprise.commentaire, reprise.est_a_confirmer) == (2, "Écrit en 2025", True)
    assert reprise.services == reponse(ancienne, "A1").services
    assert not reponse(nouvelle, "A3").est_a_confirmer
    assert Evenement.objects.de(nouvelle).filter(verbe="reprendre les réponses").get().donnees == {"nb": 3}


def test_to_confirm_counts_in_the_score_as_declared_and_in_completeness_as_missing(nouvelle: Mosaique) -> None:
    assert tuile(nouvelle, "A1").niveau == 2
    assert not tuile(nouvelle, "A1").est_renseigne
    assert nouvelle.nb_renseignes == 0
    assert nouvelle.nb_manques == 20
    phrases = dict(manques(nouvelle))
    assert phrases["A1"] == "Démocratie locale\u00a0: la réponse reprise d’une année passée est à confirmer."
    assert phrases["A3"].startswith("Identités, droits et libertés\u00a0: il manque le niveau")
    ReponseEnjeu.objects.filter(mosaique=nouvelle, enjeu__code="A1").update(services={})
    assert dict(manques(nouvelle))["A1"].endswith("est à confirmer ; il manque le statut de 7 services.")


def test_the_score_of_a_taken_over_answer_is_the_declared_one(nouvelle: Mosaique, referente: Utilisateur) -> None:
    avant = tuile(nouvelle, "A1").score
    actions.confirmer(nouvelle, [reponse(nouvelle, "A1").enjeu_id], par=referente, a=timezone.now())
    assert tuile(nouvelle, "A1").score == avant > 0


def test_opening_again_or_for_the_first_time_takes_nothing_over(
    nouvelle: Mosaique, bram: Collectivite, referente: Utilisateur
) -> None:
    fabrique.repondre(nouvelle, "A1", 4)
    assert ouvrir(nouvelle.collectivite, 2027, nouvelle.version, fabrique.REFERENCE, referente) == nouvelle
    assert reponse(nouvelle, "A1").niveau == 4
    seule = ouvrir(bram, 2027, nouvelle.version, fabrique.REFERENCE, referente)
    assert not seule.reponses.filter(est_a_confirmer=True).exists()


def test_an_empty_earlier_year_gives_nothing(bassens: Collectivite) -> None:
    vide = fabrique.mosaique(bassens, 2026)
    suivante = ouvrir(bassens, 2027, vide.version, fabrique.REFERENCE, None)
    assert not suivante.reponses.filter(est_a_confirmer=True).exists()


def test_saving_confirms(nouvelle: Mosaique) -> None:
    fabrique.repondre(nouvelle, "A1", 2)
    assert not reponse(nouvelle, "A1").est_a_confirmer
    assert tuile(nouvelle, "A1").est_renseigne


def test_one_is_confirmed_then_a_whole_family(nouvelle: Mosaique, redactrice: Utilisateur, connecte: Connecte) -> None:
    client = connecte(redactrice)
    assert "3\u00a0réponses à confirmer" in client.get(MOSAIQUE).content.decode()
    assert "Réponse à confirmer" in client.get(ENJEU).content.decode()
    assert client.post(CONFIRMER, {"enjeu": "B1", "suite": "B2"}).headers["Location"] == f"{MOSAIQUE}B2/"
    gardee = reponse(nouvelle, "B1")
    assert (gardee.est_a_confirmer, gardee.numero_version, gardee.modifie_par) == (False, 1, redactrice)
    assert client.post(CONFIRMER, {"famille": "A"}).headers["Location"] == MOSAIQUE
    nouvelle.refresh_from_db()
    assert (nouvelle.nb_renseignes, nouvelle.nb_manques) == (3, 17)
    suite = client.post(CONFIRMER, {"famille": "A"}, follow=True).content.decode()
    assert "à confirmer" not in suite
    assert Evenement.objects.de(nouvelle).filter(verbe="confirmer des réponses").count() == 2


@pytest.mark.parametrize(("nom", "statut"), [("lectrice", 403), ("chargee_de_mission", 403), ("voisine", 404)])
def test_only_who_fills_confirms(
    nom: str, statut: int, nouvelle: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(CONFIRMER, {"famille": "A"}).status_code == statut
    assert reponse(nouvelle, "A1").est_a_confirmer


def test_nothing_is_confirmed_once_frozen(nouvelle: Mosaique, referente: Utilisateur) -> None:
    actions_mosaique.figer(nouvelle, par=None)
    with pytest.raises(TransitionRefusee, match="figée"):
        actions.confirmer(nouvelle, [reponse(nouvelle, "A1").enjeu_id], par=referente, a=timezone.now())


def test_what_changed_is_said(nouvelle: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
    client = connecte(referente)
    fabrique.repondre(nouvelle, "A1", 3, ["experimente"] + ["pas_fait"] * 6)
    page = client.get(ENJEU).content.decode()
    assert "Depuis 2025" in page
    assert "Niveau déclaré\u00a0: 2 → 3" in page
    assert "Conseil municipal retransmis ou en rediffusion\u00a0: programmé → en expérimentation" in page
    fabrique.repondre(nouvelle, "A2", 1)
    assert "rien n’a changé" in client.get(f"{MOSAIQUE}A2/").content.decode()
    assert "Depuis 2025" not in client.get(f"{MOSAIQUE}A3/").content.decode()


@pytest.fixture
def autre_version(ancienne: Mosaique) -> Version:
    """X1 takes over A1 (most) and A2; X2 comes from nowhere; one service of A1 keeps its name."""
    version = Version.objects.create(code="2029", libelle="Référentiel 2029", bareme=ancienne.version.bareme)
    famille = Famille.objects.create(version=version, code="X", nom="Nouvelle", position=1)
    x1, _ = (
        Enjeu.objects.create(famille=famille, code=code, nom=code, position=rang, niveaux=list("01234"))
        for rang, code in enumerate(("X1", "X2"))
    )
    gardes = ("Conseil municipal retransmis ou en rediffusion", "Un service nouveau")
    for rang, nom in enumerate(gardes, start=1):
        Service.objects.create(enjeu=x1, code=f"X1.{rang}", nom=nom, position=rang)
    for code, poids in (("A1", "0.7"), ("A2", "0.3")):
        ancien = fabrique.enjeu(ancienne, code)
        Correspondance.objects.create(version=version, ancien=ancien, nouveau=x1, poids=poids)
    Correspondance.objects.create(version=version, ancien=fabrique.enjeu(ancienne, "B1"), nouveau=None)
    return version


def test_through_a_mapping_only_what_is_the_same_is_taken_over(ancienne: Mosaique, autre_version: Version) -> None:
    mosaique = ouvrir(ancienne.collectivite, 2029, autre_version, date(2029, 3, 31), None)
    reprise = reponse(mosaique, "X1")
    assert (reprise.niveau, reprise.est_a_confirmer) == (2, True)
    assert {code: d["statut"] for code, d in reprise.services.items()} == {"X1.1": "programme"}
    assert not reponse(mosaique, "X2").est_a_confirmer


def test_without_a_mapping_nothing_is_taken_over(ancienne: Mosaique, autre_version: Version) -> None:
    Correspondance.objects.all().delete()
    mosaique = ouvrir(ancienne.collectivite, 2029, autre_version, date(2029, 3, 31), None)
    assert not mosaique.reponses.filter(est_a_confirmer=True).exists()


def test_a_dossier_says_what_is_to_confirm_with_its_link(ancienne: Mosaique, referente: Utilisateur) -> None:
    from candidatures.dossiers import actions as actions_dossier
    from candidatures.dossiers import completude

    dossier = actions_dossier.creer_dossier(ground.campagne(), ancienne.collectivite, par=referente)
    a_confirmer = [m for m in completude.manques(dossier) if "à confirmer" in m.phrase]
    assert [m.url for m in a_confirmer] == [f"{MOSAIQUE}{code}/" for code in ("A1", "A2", "B1")]
    assert all(m.est_bloquant for m in a_confirmer)


def test_taking_over_costs_no_query_an_answer(ancienne: Mosaique, bram: Collectivite) -> None:
    toute = fabrique.remplir(fabrique.mosaique(bram, 2025))
    couts = []
    for mosaique in (ancienne, toute):
        with CaptureQueriesContext(connection) as requetes:
            ouvrir(mosaique.collectivite, 2027, mosaique.version, fabrique.REFERENCE, None)
        couts.append(len(requetes))
    assert abs(couts[0] - couts[1]) <= 2  # twenty answers against three
