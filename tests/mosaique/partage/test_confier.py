"""An enjeu is entrusted to a colleague, and taken back."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mosaique import actions as actions_mosaique
from mosaique.models import EnjeuConfie, Mosaique
from mosaique.partage import actions
from mosaique.partage.permissions import peut_confier
from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MOSAIQUE = "/mosaique/33032/2027/"
ENJEU = f"{MOSAIQUE}A1/"


def confier(mosaique: Mosaique, enjeu: EnjeuLu, a: Utilisateur, par: Utilisateur) -> EnjeuConfie:
    return actions.confier(mosaique, enjeu, a, par=par, le=timezone.now())


def sujets(personne: Utilisateur) -> list[str]:
    return list(Courriel.objects.filter(a__contains=[personne.email]).order_by("pk").values_list("sujet", flat=True))


@pytest.mark.parametrize(
    ("nom", "accorde", "masque"),
    [
        ("referente", True, False),
        ("redactrice", False, False),
        ("signataire", False, False),
        ("lectrice", False, False),
        ("chargee_de_mission", False, False),
        ("voisine", False, True),
        ("utilisateur_jure", False, True),
    ],
)
def test_only_the_referente_shares_out(
    nom: str, accorde: bool, masque: bool, mosaique: Mosaique, request: pytest.FixtureRequest
) -> None:
    verdict = peut_confier(request.getfixturevalue(nom), mosaique)
    assert (bool(verdict), verdict.masque) == (accorde, masque)


def test_a_frozen_mosaique_is_not_shared_out(
    mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur, redactrice: Utilisateur
) -> None:
    mosaique = actions_mosaique.figer(mosaique, par=None)
    assert "figée" in peut_confier(referente, mosaique).motif
    with pytest.raises(TransitionRefusee, match="figée"):
        confier(mosaique, enjeu, redactrice, referente)


def test_the_colleague_is_told_and_the_journal_keeps_it(
    mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur, redactrice: Utilisateur
) -> None:
    confie = confier(mosaique, enjeu, redactrice, referente)
    assert sujets(redactrice) == [f"{referente} vous confie « Démocratie locale »"]
    assert ENJEU in Courriel.objects.get().texte
    evenement = Evenement.objects.de(confie).get()
    assert (evenement.verbe, evenement.par) == ("confier l’enjeu", referente)


def test_entrusting_to_another_takes_it_back_from_the_first_and_twice_is_once(
    mosaique: Mosaique, enjeu: EnjeuLu, bassens: Collectivite, referente: Utilisateur, redactrice: Utilisateur
) -> None:
    autre = ground.habiliter(ground.utilisateur("Zoé"), Role.CONTRIBUTEUR, bassens)
    premier = confier(mosaique, enjeu, redactrice, referente)
    assert confier(mosaique, enjeu, redactrice, referente) == premier
    confier(mosaique, enjeu, autre, referente)
    premier.refresh_from_db()
    assert premier.repris_le
    assert EnjeuConfie.objects.en_cours().get().a == autre
    assert sujets(redactrice)[-1] == "« Démocratie locale » ne vous est plus confié"


def test_one_entrusts_to_oneself_without_a_message(mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur) -> None:
    confier(mosaique, enjeu, referente, referente)
    actions.reprendre(mosaique, enjeu, par=referente, le=timezone.now())
    assert not Courriel.objects.exists()
    assert not EnjeuConfie.objects.en_cours().exists()


@pytest.mark.parametrize("nom", ["lectrice", "voisine"])
def test_who_cannot_fill_is_not_entrusted(
    nom: str, mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(TransitionRefusee, match="ne peut pas remplir"):
        confier(mosaique, enjeu, request.getfixturevalue(nom), referente)


def test_the_referente_entrusts_from_the_page_of_the_enjeu(
    mosaique: Mosaique, referente: Utilisateur, redactrice: Utilisateur, lectrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    assert f"{ENJEU}confier/" in client.get(ENJEU).content.decode()
    page = client.get(f"{ENJEU}confier/").content.decode()
    assert str(redactrice) in page
    assert str(lectrice) not in page
    assert client.post(f"{ENJEU}confier/", {"a": redactrice.pk}).headers["Location"] == ENJEU
    assert f"Confié à <strong>{redactrice}</strong>" in client.get(ENJEU).content.decode()
    assert client.get(MOSAIQUE).content.decode().count(f"confié à {redactrice}") == 2  # the tile and the table
    assert client.post(f"{ENJEU}reprendre/").headers["Location"] == ENJEU
    assert "Confié à" not in client.get(ENJEU).content.decode()
    assert client.post(f"{ENJEU}reprendre/").status_code == 302


def test_choosing_nobody_or_a_stranger_is_refused_with_its_reason(
    mosaique: Mosaique, referente: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    assert "Choisissez une personne" in client.post(f"{ENJEU}confier/", {"a": ""}).content.decode()
    reponse = client.post(f"{ENJEU}confier/", {"a": voisine.pk})
    assert reponse.status_code == 422
    assert "choisissez dans la liste" in reponse.content.decode()


@pytest.mark.parametrize("chemin", ["confier/", "reprendre/"])
@pytest.mark.parametrize(("nom", "statut"), [("redactrice", 403), ("lectrice", 403), ("voisine", 404)])
def test_the_others_are_refused(
    chemin: str, nom: str, statut: int, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(f"{ENJEU}{chemin}", {"a": 1}).status_code == statut


def test_an_unknown_enjeu_is_not_found(mosaique: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
    assert connecte(referente).get(f"{MOSAIQUE}Z9/confier/").status_code == 404


def test_my_enjeux_are_shown_alone(
    mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur, redactrice: Utilisateur, connecte: Connecte
) -> None:
    assert "Mes enjeux" not in connecte(redactrice).get(MOSAIQUE).content.decode()
    confier(mosaique, enjeu, redactrice, referente)
    client = connecte(redactrice)
    assert "Mes enjeux (1)" in client.get(MOSAIQUE).content.decode()
    page = client.get(f"{MOSAIQUE}?miens=1").content.decode()
    assert page.count("mosaique__tuile--A") == 1
    assert "mosaique__tuile--B" not in page
    assert "Aucun enjeu ne vous est confié" in connecte(referente).get(f"{MOSAIQUE}?miens=1").content.decode()


def test_pages_cost_the_same_whatever_is_entrusted(
    mosaique: Mosaique, referente: Utilisateur, redactrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    client.get(MOSAIQUE)

    def couts() -> list[int]:
        nombres = []
        for page in (MOSAIQUE, ENJEU, f"{ENJEU}confier/"):
            with CaptureQueriesContext(connection) as requetes:
                client.get(page)
            nombres.append(len(requetes))
        return nombres

    mesures = []
    for code in ("A1", "A2", "A3"):
        lu = arbre(mosaique.version).enjeu(code)
        assert lu
        confier(mosaique, lu, redactrice, referente)
        mesures.append(couts())
    assert mesures[0] == mesures[1] == mesures[2]
    assert max(mesures[0]) <= 12
