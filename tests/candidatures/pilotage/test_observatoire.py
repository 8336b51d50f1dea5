"""The observatory in the admin: who reads it, what it says, what it keeps silent, and its export."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candidatures.campagnes.etats import EtatCampagne
from candidatures.dossiers.models import Dossier
from candidatures.pilotage.observatoire.queries import ENTETE, Choix, Recensement, observer, tableau
from candidatures.pilotage.permissions import effectif_minimal, peut_observer, peut_simuler, peut_voir_qui_bouge
from candidatures.pilotage.simulation.queries import campagnes_lues
from mosaique.interface import effectifs
from tests.factories import ground
from tests.factories import jury as fabrique
from tests.mosaique.statistiques.test_queries import cliche
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Version

Connecte = Callable[[Utilisateur], Client]
PAGE, TABLEAU = "/admin/observatoire/", "/admin/observatoire/tableau.csv"
CODES = [f"{famille}{rang}" for famille in "ABCDE" for rang in range(1, 5)]


def figures(points: int) -> dict[str, Any]:
    return {"scores": dict.fromkeys(CODES, f"{points}.00"), "niveaux": dict.fromkeys(CODES, points // 25)}


def semer(nb: int, version: Version, millesime: int = 2027, points: int = 40, **champs: Any) -> None:
    """Clichés of ``nb`` towns, the same ones each time for the same stratum."""
    strate = champs.get("strate", "petite")
    for rang in range(nb):
        code = f"{strate}{rang}"
        ville = ground.Collectivite.objects.filter(code=code).first() or ground.collectivite(f"Ville {code}", code)
        cliche(ville, version, millesime, **{**figures(points + rang), **champs})


@pytest.fixture
def version(db: None) -> Version:
    ground.departement()
    return ground.version_publiee()


@pytest.fixture
def deux_annees(version: Version) -> Version:
    """Nine towns and three villages, this year and the year before, ten points lower."""
    for millesime, points in ((2026, 30), (2027, 40)):
        semer(9, version, millesime, points)
        semer(3, version, millesime, points, strate="village")
    return version


def page(client: Client, **choix: Any) -> str:
    reponse = client.get(PAGE, choix)
    assert reponse.status_code == 200
    return reponse.content.decode().replace("\u00a0", " ")


def test_the_association_reads_every_group(
    deux_annees: Version, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(chargee_de_mission)
    texte = page(client)
    assert "12 mosaïques figées" in texte
    assert "+10" in texte
    assert "12 collectivités présentes en 2026 et en 2027" in texte
    assert "trop peu" not in texte
    assert "3 mosaïques figées" in page(client, strate="village")
    assert "C’est la première année" in page(client, annee=2026)
    assert "12 mosaïques" in page(client, annee="x", strate="nulle", region="99", depuis="2040")


def test_the_comite_reads_no_group_that_would_tell_a_few_towns(
    deux_annees: Version, membre_du_comite: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(membre_du_comite)
    texte = page(client)
    assert "12 mosaïques figées" in texte
    assert "trop peu pour être montré" in texte
    assert "Médianes par enjeu et par strate" not in texte
    assert "il en faut au moins 8" in page(client, strate="village")
    assert "retranché du groupe" in page(client, strate="petite"), "the whole less these nine tells the three others"
    export = client.get(TABLEAU, {"strate": "petite"}).content.decode()
    assert len(export.splitlines()) == 1, "the export is as silent as the page"


def test_the_export_is_the_table_of_the_choice(
    deux_annees: Version, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(chargee_de_mission).get(TABLEAU, {"strate": "petite"})
    assert reponse["Content-Disposition"] == 'attachment; filename="observatoire-2027.csv"'
    entete, indice, *enjeux = list(csv.reader(StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert tuple(entete) == ENTETE
    assert indice[4:10] == ["M", "indice de la mosaïque", "9", "40", "40", "40"]
    assert len(enjeux) == 20
    assert enjeux[0][4:10] == ["A1", "Démocratie locale", "9", "42", "44", "46"]
    assert enjeux[0][10:15] == ["0", "9", "0", "0", "0"]
    assert enjeux[0][15:] == ["2026", "9", "34", "44", "10"]


def test_a_name_that_begins_like_a_formula_is_neutralised(
    deux_annees: Version, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    version = referentiel.corriger(deux_annees, "enjeu:A1", "=1+1", par=None, motif="Essai")
    assert version.revision
    assert "'=1+1" in connecte(chargee_de_mission).get(TABLEAU).content.decode()


def test_growth_goes_through_a_version_that_changed_and_says_so(deux_annees: Version) -> None:
    suivante = referentiel.importer_version(
        {**referentiel.charger_donnees("2027"), "code": "2028", "libelle": "Référentiel 2028"}
    )
    semer(9, suivante, 2028, 70)
    recensement = Recensement(effectifs(), 1)
    seule = observer(recensement, Choix(2028, depuis=2027))
    assert "Rien ne relie" in seule.reports[0]
    assert (seule.progres, seule.n_compare) == ([], 0)
    liens = [{"ancien": code, "nouveau": code} for code in CODES]
    referentiel.importer_correspondance({"ancienne": "2027", "nouvelle": "2028", "liens": liens})
    vue = observer(recensement, Choix(2028, depuis=2027))
    assert "sont reportés" in vue.reports[0]
    assert {(li.croissance.n, li.croissance.ecart) for li in vue.enjeux if li.croissance} == {(9, 30)}
    assert [ligne.note for ligne in vue.par_annee] == ["Référentiel 2028", deux_annees.libelle, deux_annees.libelle]


def test_the_version_that_most_follow_is_the_years(deux_annees: Version) -> None:
    autre = referentiel.importer_version({**referentiel.charger_donnees("2027"), "code": "2028"})
    cliche(ground.collectivite("Seule"), autre, 2027, **figures(10))
    vue = observer(Recensement(effectifs(), 1), Choix(2027))
    assert (vue.version, vue.n, vue.n_ailleurs) == (deux_annees, 12, 1)
    assert len(tableau(vue)) == 21


def test_before_the_first_deposit_the_page_says_so(
    version: Version, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(chargee_de_mission)
    assert "Aucune mosaïque figée" in page(client)
    assert client.get(TABLEAU).content.decode().strip() == ";".join(ENTETE)


@pytest.mark.parametrize("nb", [1, 3])
def test_the_page_costs_the_same_for_one_mosaique_and_three(
    nb: int,
    version: Version,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for millesime in (2026, 2027):
        semer(nb, version, millesime)
    client = connecte(chargee_de_mission)
    client.get(PAGE)
    with django_assert_max_num_queries(19):
        client.get(PAGE)


def test_who_observes(
    membre_du_comite: Utilisateur,
    chargee_de_mission: Utilisateur,
    administratrice: Utilisateur,
    presidente_du_jury: Utilisateur,
    utilisateur_jure: Utilisateur,
    referente: Utilisateur,
) -> None:
    for personne in (chargee_de_mission, administratrice):
        assert peut_observer(personne)
        assert peut_simuler(personne)
        assert peut_voir_qui_bouge(personne)
        assert effectif_minimal(personne) == 1
    assert peut_observer(membre_du_comite)
    assert peut_simuler(membre_du_comite)
    assert peut_voir_qui_bouge(membre_du_comite).masque
    assert effectif_minimal(membre_du_comite) == 8
    for personne in (presidente_du_jury, utilisateur_jure, referente):
        assert peut_observer(personne).masque
        assert peut_simuler(personne).masque


@pytest.mark.parametrize("adresse", [PAGE, TABLEAU])
def test_the_others_do_not_find_it(
    adresse: str, presidente_du_jury: Utilisateur, referente: Utilisateur, connecte: Connecte, client: Client
) -> None:
    assert connecte(presidente_du_jury).get(adresse).status_code == 404
    assert connecte(referente).get(adresse, follow=True).status_code == 403
    assert "/compte/login/" in client.get(adresse, follow=True).redirect_chain[-1][0]


# The comité d'orientation: no dossier, no mark, no town


@pytest.fixture
def lu(db: None) -> Dossier:
    """One dossier read by two jurors, in a campaign whose jury has not published."""
    return fabrique.evalue(fabrique.en_evaluation(ground.campagne()), indice="0")


def test_the_comite_simulates_published_campaigns_without_their_towns(
    lu: Dossier, membre_du_comite: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(membre_du_comite)
    assert "Aucun dossier lu" in client.get("/admin/simulation/").content.decode(), "embargo"
    assert not campagnes_lues(publiees=True).exists()
    type(lu.campagne).objects.filter(pk=lu.campagne_id).update(etat=EtatCampagne.PUBLIEE)
    essai = referentiel.importer_version({**referentiel.charger_donnees("2027"), "code": "2028", "libelle": "Essai"})
    essai.portes, essai.seuils = [], [{**seuil, "min": 0} for seuil in essai.seuils]
    essai.save()
    texte = client.get("/admin/simulation/", {"version": essai.pk}).content.decode().replace("\u00a0", " ")
    assert "1 en hausse, 0 en baisse" in texte
    assert str(lu.collectivite) not in texte


def test_the_comite_finds_its_desk_and_nothing_else(
    lu: Dossier, membre_du_comite: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(membre_du_comite)
    accueil = client.get("/admin/").content.decode()
    assert "Importer un brouillon" in accueil
    assert "Registres et réglages" not in accueil
    menu = client.get(PAGE).context["menu"]
    assert [entree["titre"] for entree in menu] == ["Observatoire", "Simulation", "Grille du jury", "Référentiel"]
    pk = lu.pk
    fermees = [
        *("dossiers/", f"dossiers/{pk}/", "jury/", "jury/avancement/", "deliberation/", f"deliberation/{pk}/"),
        *(f"campagne/{lu.campagne_id}/", "comptes/habilitation/", "comptes/invitation/", "comptes/utilisateur/"),
        *("candidatures/jure/", "atlaas/action/"),
        *(f"jury/{affectation.pk}/" for affectation in lu.affectations.all()),
    ]
    for adresse in fermees:
        assert client.get(f"/admin/{adresse}").status_code in {403, 404}, adresse
    mosaique = lu.mosaique
    for adresse in (
        reverse("dossiers:dossier", args=[pk]),
        reverse("mosaique:mosaique", args=[lu.collectivite.code, mosaique.millesime]),
        reverse("comptes:equipe", args=[lu.collectivite.code]),
    ):
        assert client.get(adresse).status_code == 404, adresse
    assert client.post(f"/admin/dossiers/{pk}/recevabilite/").status_code in {403, 404}
