from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

ADRESSE = "/collectivites/"
pytestmark = pytest.mark.django_db


def test_la_recherche_est_publique_et_vide_au_depart(client: Client) -> None:
    reponse = client.get(ADRESSE)
    assert reponse.status_code == 200
    assert 'role="search"' in reponse.text
    assert "réponse" not in reponse.text.split("<main")[1]


def test_la_page_liste_les_reponses_sans_javascript(client: Client, bassens: Collectivite) -> None:
    reponse = client.get(ADRESSE, {"q": "  BASSENS "})
    assert f'href="{bassens.get_absolute_url()}"' in reponse.text
    assert "Bassens (Gironde, 33)" in reponse.text
    assert 'value="BASSENS"' in reponse.text
    assert "1\u00a0réponse pour" in reponse.text


def test_la_page_dit_qu_il_y_en_a_d_autres(client: Client) -> None:
    for rang in range(21):
        ground.collectivite(f"Bourg {rang}", f"34{rang:03d}")
    page = client.get(ADRESSE, {"q": "bourg"}).text
    assert "Les 20 premières réponses" in page
    assert page.count('class="reponse"') == 20
    assert "« bourg 33 »" in page


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("zzz", "Aucune collectivité ne correspond à « zzz »"),
        ("a", "Tapez au moins deux caractères"),
        ("\x00", "Plusieurs façons de chercher"),
        ("'; DROP TABLE", "Aucune collectivité ne correspond à « &#x27;; DROP TABLE »"),
        ("& | ! :*", "Aucune collectivité ne correspond"),
        ("b" * 500, "Aucune collectivité ne correspond"),
    ],
)
def test_la_page_repond_a_toute_saisie(client: Client, texte: str, phrase: str) -> None:
    assert phrase in client.get(ADRESSE, {"q": texte}).text


@pytest.mark.parametrize(
    "options", [{"headers": {"HX-Request": "true"}}, {"query_params": {"q": "bass", "fragment": "1"}}]
)
def test_la_meme_adresse_donne_les_options(client: Client, bassens: Collectivite, options: dict) -> None:
    options.setdefault("query_params", {"q": "bass"})
    reponse = client.get(ADRESSE, **options)
    assert "<html" not in reponse.text
    assert reponse.text.count('role="option"') == 1
    assert 'data-code="33032" data-nom="Bassens (Gironde, 33)"' in reponse.text
    assert "max-age=300" in reponse["Cache-Control"]
    assert "HX-Request" in reponse["Vary"]


@pytest.mark.parametrize("nombre", [1, 3])
def test_le_nombre_de_requetes_ne_depend_pas_des_reponses(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, nombre: int
) -> None:
    for rang in range(nombre):
        ground.collectivite(f"Bourg {rang}", f"34{rang:03d}")
    with django_assert_num_queries(2):
        client.get(ADRESSE, {"q": "bourg"})


def test_la_recherche_ne_prend_que_des_lectures(client: Client) -> None:
    assert client.post(ADRESSE).status_code == 405


def test_l_administration_montre_le_registre_sans_l_ouvrir_en_ecriture(
    connecte: Callable[[Utilisateur], Client], administratrice: Utilisateur, bassens: Collectivite, bram: Collectivite
) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=administratrice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = connecte(administratrice)
    liste = client.get("/admin/territoires/collectivite/", {"q": "bassens"})
    assert liste.status_code == 200
    assert "33032" in liste.text
    assert "11049" not in liste.text
    assert "11049" in client.get("/admin/territoires/collectivite/").text
    fiche = client.get(f"/admin/territoires/collectivite/{bassens.pk}/change/")
    assert fiche.status_code == 200
    assert 'name="_save"' not in fiche.text
    colonne = client.get("/admin/territoires/collectivite/").context["cl"].list_display.index("nom_affiche")
    for sens, attendues in (("", [bassens, bram]), ("-", [bram, bassens])):
        triee = client.get("/admin/territoires/collectivite/", {"o": f"{sens}{colonne}"})
        assert list(triee.context["cl"].result_list) == attendues
    assert client.get("/admin/territoires/collectivite/add/").status_code == 403
    assert client.post(f"/admin/territoires/collectivite/{bassens.pk}/delete/").status_code == 403
