"""The common page: landmarks, titles, menus, errors, flat pages."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import RECOURS_LOCAL, RECOURS_NATIONAL
from villes_internet.socle.verdict import refus

PAGES = ["accessibilite", "mentions-legales", "donnees-personnelles", "ecoconception", "plan-du-site"]
Connecte = Callable[[Utilisateur], Client]


@pytest.mark.parametrize("nom", PAGES)
@pytest.mark.django_db
def test_page_du_pied_ouverte_a_tous(client: Client, nom: str) -> None:
    reponse = client.get(reverse(f"pages:{nom}"))
    html = reponse.content.decode()
    assert reponse.status_code == 200
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert re.search(r"<title>[^<]+ · Villes Internet</title>", html)
    assert '<html lang="fr">' in html


@pytest.mark.django_db
def test_evitement_mene_au_contenu(client: Client) -> None:
    html = client.get(reverse("pages:accessibilite")).content.decode()
    assert html.index('href="#contenu"') < html.index("<header")
    assert '<main id="contenu"' in html


@pytest.mark.django_db
def test_menu_du_compte_sans_javascript(connecte: Connecte, referente: Utilisateur) -> None:
    html = connecte(referente).get(reverse("pages:accessibilite")).content.decode()
    assert "<details" in html
    assert f'<form method="post" action="{reverse("account_logout")}">' in html
    assert reverse("admin:index") not in html


@pytest.mark.django_db
def test_lien_d_administration_pour_le_personnel(connecte: Connecte, chargee_de_mission: Utilisateur) -> None:
    html = connecte(chargee_de_mission).get(reverse("pages:accessibilite")).content.decode()
    assert reverse("admin:index") in html


@pytest.mark.django_db
def test_rubrique_courante_signalee(client: Client) -> None:
    html = client.get(reverse("territoires:recherche")).content.decode()
    assert re.search(r'href="/collectivites/" aria-current="true"', html)


@pytest.mark.django_db
def test_introuvable_propose_une_suite(client: Client) -> None:
    reponse = client.get("/nulle-part/")
    html = reponse.content.decode()
    assert reponse.status_code == 404
    assert "Cette page n’existe pas" in html
    assert reverse("territoires:recherche") in html


def test_refus_dit_son_motif() -> None:
    requete = RequestFactory().get("/dossiers/1/")
    requete.user = AnonymousUser()
    verdict = refus("La campagne est close depuis le 3 mars.", "/dossiers/1/")
    html = render_to_string("403.html", {"verdict": verdict}, requete)
    assert "La campagne est close depuis le 3 mars." in html
    assert "rôle" not in html
    for suite in ("/dossiers/1/", reverse("account_login"), reverse("accueil")):
        assert f'href="{suite}"' in html


@pytest.mark.django_db
def test_refus_faute_de_role_dit_qui_le_donne(
    connecte: Connecte, lectrice: Utilisateur, voisine: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    equipe = reverse("comptes:equipe", args=["33032"])
    local = connecte(lectrice).post(reverse("dossiers:creer", args=["33032"]))
    assert local.status_code == 403
    assert RECOURS_LOCAL in local.text
    assert f'href="{equipe}"' in local.text
    for personne, adresse in ((voisine, "/admin/"), (chargee_de_mission, "/admin/comptes/utilisateur/add/")):
        national = connecte(personne).get(adresse, follow=True)
        assert national.status_code == 403
        assert RECOURS_NATIONAL in national.text
        assert f'href="{reverse("espace")}"' in national.text


@pytest.mark.django_db
def test_refus_faute_de_campagne_ne_parle_pas_de_role(connecte: Connecte, referente: Utilisateur) -> None:
    reponse = connecte(referente).post(reverse("dossiers:creer", args=["33032"]))
    assert reponse.status_code == 403
    assert "Aucune campagne n’est ouverte." in reponse.text
    assert "rôle" not in reponse.text.split("<main")[1].split("</main")[0]
    assert f'href="{reverse("espace")}"' in reponse.text


@pytest.mark.parametrize("code", ["400", "500"])
def test_erreur_sans_contexte(code: str) -> None:
    """These pages are rendered with nothing: no request, no database."""
    html = render_to_string(f"{code}.html")
    assert f"Erreur {code}" in html
    assert 'href="/"' in html


def test_aucun_style_ni_script_en_ligne() -> None:
    """The content-security policy would drop them in silence (messages and PDF pages apart)."""
    for gabarit in (settings.BASE_DIR / "templates").rglob("*.html"):
        if {"courriels", "pdf"} & set(gabarit.parts):
            continue
        texte = gabarit.read_text()
        assert not re.search(
            r"<style|\sstyle=\"|<script(?![^>]*(src=|application/(ld\+)?json))|\son(click|change|submit|load)=", texte
        ), gabarit
