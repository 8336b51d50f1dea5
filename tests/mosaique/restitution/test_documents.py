"""What the diagnostic says, to everyone; it is set once for the whole module, through the real actions."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from pytest_django import DjangoCaptureOnCommitCallbacks

from mosaique.comparaison.actions import publier_partages
from mosaique.models import Diagnostic
from mosaique.restitution import actions, pdf, queries
from tests.factories import atlaas, ground
from tests.factories import comparaison as fabrique
from tests.factories import mosaique as mosaiques
from villes_internet.territoires.models import Collectivite

COMMENTAIRE = "Le guichet est ouvert le samedi ; « dites-le-nous une fois » commence en juin. " * 6
_rendu: dict[str, Any] = {}


@pytest.fixture
def rendu(bassens: Collectivite, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> dict[str, Any]:
    """The three files and the row's ``contenu`` of an open mosaïque among nine of its stratum, with a past year."""
    if _rendu:
        return _rendu
    fabrique.deposee(bassens, 1, 2026)
    mosaique = mosaiques.mosaique(bassens)
    atlaas.fiche_replicable(bassens, "A1.1", titre="Le guichet au fil de l’eau")
    statuts = ["evalue", "en_service", "programme", "non_concerne", "pas_fait", "experimente", "pas_fait"]
    mosaiques.repondre(mosaique, "A1", 3, statuts, commentaire=COMMENTAIRE[:500])
    mosaiques.repondre(mosaique, "B2", 1)
    fabrique.villes(8)
    publier_partages()
    ancien = Diagnostic.objects.create(mosaique=mosaique, contenu={}, empreinte="a" * 64)
    ancien.image.save("planche.png", ContentFile(b"ancienne"))
    with django_capture_on_commit_callbacks(execute=True):
        cle = actions.demander(mosaique, par=None).pk
    fait = Diagnostic.objects.get(pk=cle)
    assert fait.est_pret, fait.erreur
    assert actions.demander(mosaique, par=None) == fait, "the same state is set once"
    assert not actions.produire(cle), "safe to run twice"
    assert not Diagnostic.objects.filter(pk=ancien.pk).exists()
    assert not ancien.image.storage.exists(ancien.image.name or "")
    _rendu["contenu"] = fait.contenu
    for champ in ("document", "planche", "image"):
        with getattr(fait, champ).open("rb") as fichier:
            _rendu[champ] = fichier.read()
    _rendu["lu"], _rendu["pages"] = lire(_rendu["document"])
    return _rendu


def lire(octets: bytes) -> tuple[PdfReader, list[str]]:
    lecteur = PdfReader(BytesIO(octets))
    return lecteur, [" ".join(page.extract_text().split()) for page in lecteur.pages]


def elements(noeud: Any) -> Iterator[Any]:
    """Every element of the structure tree under ``noeud``."""
    objet = noeud.get_object()
    if isinstance(objet, list):
        for enfant in objet:
            yield from elements(enfant)
    elif isinstance(objet, dict) and "/K" in objet:
        yield objet
        yield from elements(objet["/K"])


@pytest.mark.long
def test_the_report_is_tagged_titled_in_french_and_its_pictures_have_words(rendu: dict[str, Any]) -> None:
    lecteur = rendu["lu"]
    racine = lecteur.trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    assert racine["/Lang"] == "fr"
    assert b'pdfuaid:part="1"' in racine["/Metadata"].get_data()
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Diagnostic de Bassens, mosaïque 2027"
    arbre = list(elements(racine["/StructTreeRoot"]))
    figures = [e for e in arbre if e.get("/S") == "/Figure"]
    assert all(str(f.get("/Alt", "")).strip() for f in figures)
    assert any(str(f["/Alt"]).startswith("Radar des familles") for f in figures)
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/L"} <= {str(e.get("/S")) for e in arbre}


def test_the_report_is_two_pages_then_half_a_page_an_enjeu(rendu: dict[str, Any]) -> None:
    pages = rendu["pages"]
    assert len(pages) == 12
    assert "Enjeu par enjeu" in pages[2]
    assert "Démocratie locale" in pages[2]
    assert "Services publics" in pages[2]


def test_the_synthesis_says_the_date_the_index_and_the_group(rendu: dict[str, Any]) -> None:
    pages = rendu["pages"]
    synthese = " ".join(pages[:2])
    assert "État au" in synthese
    assert "ouverte" in synthese
    assert f"{float(rendu['contenu']['indice']):.1f}".replace(".", ",") in synthese
    assert "2 sur 20" in synthese, "enjeux filled in"
    assert "8 collectivités" in synthese
    assert "Ce qui a bougé depuis 2026" in synthese
    assert "Démocratie locale : de 15 à" in synthese
    assert "Vers 2 arobases" in synthese
    assert "la mosaïque en a 2 sur 4" in synthese
    assert "Ville " not in " ".join(pages), "no other town is named"


def test_an_enjeu_says_its_levels_services_actions_lacks_and_comment(rendu: dict[str, Any]) -> None:
    pages = rendu["pages"]
    enjeu = pages[2]
    assert "Déclaré 3, installé et mesuré ; étayé 2, structuré" in enjeu
    for attendu in ("En service et évalué", "Programmé", "Compétence de l’EPCI", "compte comme « en expérimentation »"):
        assert attendu in enjeu
    assert "1 action éligible" in enjeu
    assert "Le guichet au fil de l’eau, avec indicateur, réplicable" in enjeu
    assert "Pour étayer le niveau 3 : 2 fiches publiées" in enjeu
    assert "« dites-le-nous une fois » commence en juin" in enjeu


def test_the_radar_s_table_has_the_figures_of_its_words(rendu: dict[str, Any]) -> None:
    lecteur, pages = rendu["lu"], rendu["pages"]
    radar = rendu["contenu"]["radar"]
    assert [cle for cle, *_ in radar["series"]] == ["mien", "passe", "groupe"]
    mots = next(
        str(e["/Alt"])
        for e in elements(lecteur.trailer["/Root"]["/StructTreeRoot"])
        if str(e.get("/Alt", "")).startswith("Radar")
    )
    for rang, (_, nom) in enumerate(radar["familles"]):
        valeurs = [str(serie[2][rang]) for serie in radar["series"]]
        assert f"{nom} {' '.join(valeurs)}" in pages[1], "the row of the table"
        assert all(f"{nom} {valeur}" in mots for valeur in valeurs)


def test_the_slide_is_one_wide_page_and_an_image_of_it(rendu: dict[str, Any]) -> None:
    lecteur, (texte,) = lire(rendu["planche"])
    boite = lecteur.pages[0].mediabox
    assert (float(boite.width), float(boite.height)) == pytest.approx((960, 540), abs=0.1)
    for attendu in ("Bassens", "2027", "sur 100", "Nos points forts", "Nos pistes", "État au", "Démocratie locale"):
        assert attendu in texte
    with Image.open(BytesIO(rendu["image"]), formats=["PNG"]) as image:
        assert image.size == (1920, 1080)


def test_the_longest_name_leaves_the_slide_on_one_page(rendu: dict[str, Any]) -> None:
    contenu = {**rendu["contenu"]}
    contenu["collectivite"] = {"nom": "Communauté de communes du Pays de Saint-Gilles-Croix-de-Vie et de l’Atlantique"}
    contenu["pistes"] = [
        ["Accessibilité, éthique et IA", "Portail famille, inscriptions et factures " * 3, "", "1"]
    ] * 3
    octets = pdf.planche(Diagnostic(contenu=contenu, demande_le=timezone.now()))
    assert len(lire(octets)[1]) == 1


def test_a_row_written_before_a_change_of_the_code_has_its_words(rendu: dict[str, Any]) -> None:
    contenu = rendu["contenu"]
    gardes = {*pdf.GARDES, "score", "ligne", "services"}
    anciennes = [
        {**famille, "tuiles": [{cle: tuile[cle] for cle in gardes} for tuile in famille["tuiles"]]}
        for famille in contenu["familles"]
    ]
    page = lire(pdf.planche(Diagnostic(contenu=contenu | {"familles": anciennes}, demande_le=timezone.now())))[1]
    assert page == lire(rendu["planche"])[1]
    tuile = pdf.contexte(Diagnostic(contenu=contenu | {"familles": anciennes}, demande_le=timezone.now()))
    assert "Déclaré 3, étayé 2" in [t.niveau_en_mots for f in tuile["resume"]["familles"] for t in f.tuiles]


@pytest.mark.django_db
def test_an_empty_mosaique_has_a_diagnostic_to_say(bassens: Collectivite) -> None:
    contenu = queries.contenu(mosaiques.mosaique(bassens))
    assert contenu["forces"] == []
    assert contenu["mouvements"]["annee"] is None
    assert contenu["groupe"]["lignes"] == []
    assert "il en faut au moins 8" in contenu["groupe"]["absence"]
    premier = contenu["familles"][0]["tuiles"][0]
    assert premier["manques"] == ["Le niveau reste à choisir."]


@pytest.mark.django_db
@pytest.mark.parametrize("nb", [1, 3])
def test_the_content_costs_the_same_queries_whatever_the_number_of_actions(
    nb: int, bassens: Collectivite, django_assert_max_num_queries: Any
) -> None:
    mosaique = mosaiques.mosaique(bassens)
    ground.version_publiee()
    for _ in range(nb):
        atlaas.fiche(bassens, "A1.1", "C2.1")
    with django_assert_max_num_queries(12):
        queries.contenu(mosaique)
