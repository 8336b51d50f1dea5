"""The space and the steps: journeys, rights per view, queries per page, and the faults that must lose nothing."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions, etapes, tasks
from candidatures.dossiers.models import Dossier, Etape, Piece, Section
from tests.factories import dossiers as fabrique
from tests.factories import ground
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
AUTO = {"HTTP_X_SAUVEGARDE": "1"}
MAX_REQUETES = 12


def image() -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", (8, 8)).save(tampon, "PNG")
    return tampon.getvalue()


def pdf(nom: str = "lettre.pdf") -> SimpleUploadedFile:
    tampon = io.BytesIO()
    redacteur = PdfWriter()
    redacteur.add_blank_page(200, 200)
    redacteur.write(tampon)
    return SimpleUploadedFile(nom, tampon.getvalue(), "application/pdf")


def url(dossier: Dossier, etape: str) -> str:
    return reverse("dossiers:etape", args=[dossier.pk, etape])


# The way in


def test_espace_leads_to_the_only_collectivite(connecte: Connecte, referente: Utilisateur) -> None:
    assert connecte(referente).get("/espace/").headers["Location"] == "/espace/33032/"


def test_espace_offers_the_choice_between_two(connecte: Connecte, referente: Utilisateur, bram: Collectivite) -> None:
    ground.habiliter(referente, Role.LECTEUR, bram)
    page = connecte(referente).get("/espace/").content.decode()
    assert "/espace/33032/" in page
    assert "/espace/11049/" in page


def test_espace_leads_the_newcomer_to_the_attachment_then_says_that_it_waits(
    connecte: Connecte, sans_role: Utilisateur, bassens: Collectivite
) -> None:
    client = connecte(sans_role)
    assert reverse("comptes:rattachement") in client.get("/espace/").content.decode()
    Habilitation.objects.create(utilisateur=sans_role, collectivite=bassens, role=Role.REFERENT)
    assert "Votre demande est reçue" in client.get("/espace/").content.decode()


def test_espace_leads_the_jury_and_the_association_to_the_admin(
    connecte: Connecte, utilisateur_jure: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    for personne in (utilisateur_jure, chargee_de_mission):
        assert connecte(personne).get("/espace/").headers["Location"] == "/admin/"


@pytest.mark.parametrize("etat", [None, "brouillon", "en_validation", "approuve", "depose"])
def test_the_space_says_the_next_thing_to_do(
    etat: str | None,
    connecte: Connecte,
    referente: Utilisateur,
    bassens: Collectivite,
    django_assert_max_num_queries: Any,
) -> None:
    campagne = ground.campagne()
    if etat:
        fabrique.dossier(bassens, campagne, etat=etat)
    client = connecte(referente)
    with django_assert_max_num_queries(MAX_REQUETES):
        page = client.get("/espace/33032/").content.decode()
    attendus = {
        None: "Commencer le dossier",
        "brouillon": "Compléter le dossier",
        "en_validation": "Relire et approuver",
        "approuve": "Déposer le dossier approuvé",
        "depose": "vous n’avez plus rien à faire",
    }
    assert attendus[etat] in page
    assert "Clôture des dépôts" in page


def test_the_space_without_campaign_still_opens(
    connecte: Connecte, redactrice: Utilisateur, voisine: Utilisateur
) -> None:
    assert "Aucune campagne" in connecte(redactrice).get("/espace/33032/").content.decode()
    assert connecte(voisine).get("/espace/33032/").status_code == 404
    assert "login" in Client().get("/espace/33032/").headers["Location"]


def test_a_double_click_on_the_first_button_makes_one_dossier(
    connecte: Connecte, referente: Utilisateur, redactrice: Utilisateur, voisine: Utilisateur
) -> None:
    ground.campagne()
    client = connecte(referente)
    premiere, seconde = (client.post("/espace/33032/dossier/") for _ in range(2))
    assert premiere.headers["Location"] == seconde.headers["Location"]
    assert Dossier.objects.count() == 1
    refuse = connecte(redactrice).post("/espace/33032/dossier/")
    assert refuse.status_code == 403
    assert "Seuls le référent et le signataire" in refuse.content.decode()
    assert connecte(voisine).post("/espace/33032/dossier/").status_code == 404


# Steps


@pytest.mark.parametrize("nb_fiches", [1, 3])
def test_every_step_opens_within_the_allowed_queries(
    nb_fiches: int,
    connecte: Connecte,
    referente: Utilisateur,
    bassens: Collectivite,
    django_assert_max_num_queries: Any,
) -> None:
    dossier = fabrique.dossier(bassens)
    for rang in range(nb_fiches):
        fiche = fabrique.fiche(bassens, f"Fiche {rang}")
        actions.presenter_action(dossier, fiche, par=referente, phare={"probleme": "Un besoin"})
    client = connecte(referente)
    client.get(url(dossier, "relecture"))
    for etape in etapes.ETAPES:
        with django_assert_max_num_queries(MAX_REQUETES):
            reponse = client.get(url(dossier, etape.code))
        assert reponse.status_code == 200, etape.code
        assert f"<h1>{etape.titre}</h1>" in reponse.content.decode()
    with django_assert_max_num_queries(MAX_REQUETES):
        assert client.get(dossier.get_absolute_url()).status_code == 200
    assert client.get(url(dossier, "inconnue")).status_code == 404


def test_a_stranger_finds_nothing_and_a_reader_cannot_write(
    connecte: Connecte,
    lectrice: Utilisateur,
    voisine: Utilisateur,
    utilisateur_jure: Utilisateur,
    bassens: Collectivite,
) -> None:
    dossier = fabrique.dossier(bassens)
    assert connecte(voisine).get(url(dossier, "lettre")).status_code == 404
    assert connecte(utilisateur_jure).get(url(dossier, "lettre")).status_code == 404
    client = connecte(lectrice)
    assert "Vous pouvez lire ce dossier, pas y écrire." in client.get(url(dossier, "lettre")).content.decode()
    refuse = client.post(url(dossier, "lettre"), {"texte": "Non"})
    assert refuse.status_code == 403
    assert "pas y écrire" in refuse.content.decode()
    auto = client.post(url(dossier, "lettre"), {"texte": "Non"}, **AUTO)
    assert (auto.status_code, auto.json()["etat"]) == (403, "refuse")
    assert not Section.objects.exists()


def test_a_step_saves_and_goes_on_or_stays_where_a_shape_is_wrong(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    client = connecte(redactrice)
    reponse = client.post(url(dossier, "strategie"), {"pnt_annee": "2012", "numero_version": "0"})
    assert reponse.headers["Location"] == url(dossier, "mosaique")
    reponse = client.post(
        url(dossier, "strategie"),
        {"pnt_annee": "2012", "schema_date": "le 22 mars", "numero_version": "1"},
        follow=True,
    )
    page = reponse.content.decode()
    assert "Enregistré tel quel" in page
    assert 'value="le 22 mars"' in page
    assert Section.objects.get().invalides.keys() == {"schema_date"}
    reponse = client.post(
        url(dossier, "strategie"), {"schema_date": "22/03/2016", "numero_version": "2", "rester": "1"}
    )
    assert reponse.headers["Location"] == url(dossier, "strategie")
    assert Section.objects.get().donnees["schema_date"] == "2016-03-22"


def test_a_letter_pasted_from_word_is_cleaned_and_nothing_is_lost(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    colle = "L’innovation\u00a0: «\u00a0numérique\u00a0»\r\n\uf0b7\tun axe\u200b\x0bla suite\x07 <b>et</b>"
    connecte(redactrice).post(url(dossier, "lettre"), {"texte": colle, "numero_version": "0"})
    texte = Section.objects.get().donnees["texte"]
    assert texte == "L’innovation\u00a0: «\u00a0numérique\u00a0»\n• un axe\nla suite <b>et</b>"


def test_a_text_that_is_too_long_is_kept_whole_and_said(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    reponse = connecte(redactrice).post(
        url(dossier, "collectivite"), {"presentation": "é" * 1501, "numero_version": "0"}, **AUTO
    )
    assert "1501 caractères pour 1500 au plus" in reponse.json()["erreurs"]["presentation"]
    assert len(Section.objects.get().donnees["presentation"]) == 1501


# Autosave


def test_autosave_says_when_it_saved_and_which_version(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    reponse = connecte(redactrice).post(url(dossier, "lettre"), {"texte": "Bonjour", "numero_version": "0"}, **AUTO)
    recu = reponse.json()
    assert (reponse.status_code, recu["etat"], recu["numero_version"], recu["erreurs"]) == (200, "enregistre", 1, {})
    assert recu["enregistre_le"].startswith(str(timezone.now().year))


def test_an_expired_login_answers_401_and_changes_nothing(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    reponse = Client().post(url(dossier, "lettre"), {"texte": "Bonjour"}, **AUTO)
    assert reponse.status_code == 401
    assert reponse.json()["connexion"].endswith(f"?next={url(dossier, 'lettre')}")
    assert not Section.objects.exists()


def test_an_expired_login_without_javascript_shows_back_what_was_typed(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    reponse = Client().post(url(dossier, "lettre"), {"texte": "Deux heures de travail <i>", "vide": ""})
    page = reponse.content.decode()
    assert reponse.status_code == 401
    assert "Deux heures de travail &lt;i&gt;" in page
    assert "Votre session a expiré" in page


def test_autosave_in_conflict_gives_the_other_version(
    connecte: Connecte, redactrice: Utilisateur, referente: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Celle d’Alice"}, 0, par=referente)
    reponse = connecte(redactrice).post(url(dossier, "lettre"), {"texte": "La mienne", "numero_version": "0"}, **AUTO)
    recu = reponse.json()
    assert (reponse.status_code, recu["numero_version"], recu["par"]) == (409, 1, "Alice Martin")
    assert recu["valeurs"]["texte"] == "Celle d’Alice"


def test_without_javascript_both_versions_are_shown_and_one_chooses_answer_by_answer(
    connecte: Connecte, redactrice: Utilisateur, referente: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    autre = {"texte": "Celle d’Alice", "maire_nom": "Alice", "engagements": ["partage"]}
    actions.enregistrer_section(dossier, Etape.LETTRE, autre, 0, par=referente)
    client = connecte(redactrice)
    mienne = {"texte": "La mienne", "maire_nom": "Ronja", "engagements": ["donnees"], "mode": "redigee"}
    reponse = client.post(url(dossier, "lettre"), {**mienne, "numero_version": "0"})
    page = reponse.content.decode()
    assert reponse.status_code == 409
    for texte in ("La mienne", "Celle d’Alice", "Ronja", "Protéger les données", "Partager nos réalisations"):
        assert texte in page
    choix = {"choix-texte": "autre", "choix-maire_nom": "mienne", "choix-engagements": "autre"}
    client.post(url(dossier, "lettre"), {**mienne, **choix, "numero_version": "1"})
    donnees = Section.objects.get().donnees
    assert (donnees["texte"], donnees["maire_nom"], donnees["mode"]) == ("Celle d’Alice", "Ronja", "redigee")
    assert donnees["engagements"] == ["partage"]


def test_writing_stops_at_the_closing_hour(connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    Campagne.objects.update(cloture_le=timezone.now() - timedelta(seconds=1))
    reponse = connecte(redactrice).post(url(dossier, "lettre"), {"texte": "Trop tard", "numero_version": "0"}, **AUTO)
    assert "close depuis le" in reponse.json()["motif"]


# Actions, flagships, mentions


def test_fiches_flagships_and_mentions_are_chosen_on_screen(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    cle = str(fabrique.fiche(bassens).pk)
    client = connecte(redactrice)
    assert "Choisir mes actions" in client.get(url(dossier, "phares")).content.decode()
    client.post(url(dossier, "actions"), {"actions": [cle], "numero_version": "0"})
    client.post(url(dossier, "phares"), {"phares": [cle], "numero_version": "0", "rester": "1"})
    assert f'name="a{cle}-probleme"' in client.get(url(dossier, "phares")).content.decode()
    client.post(url(dossier, "phares"), {"phares": [cle], f"a{cle}-probleme": "Un besoin", "numero_version": "1"})
    presentee = dossier.actions_presentees.get()
    assert presentee.est_phare
    mention = {"mention1": "democratie-locale", "mention1_actions": [cle], "mention1_texte": "Parce que."}
    client.post(url(dossier, "mentions"), {**mention, "numero_version": "0"})
    page = client.get(url(dossier, "relecture")).content.decode()
    for texte in ("Un besoin", "Démocratie locale", "Parce que.", "Guichet numérique"):
        assert texte in page


# Files


def test_a_file_goes_with_the_step_and_comes_back_only_to_those_who_may_see(
    connecte: Connecte,
    redactrice: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    bassens: Collectivite,
) -> None:
    dossier = fabrique.dossier(bassens)
    client = connecte(redactrice)
    client.post(url(dossier, "lettre"), {"mode": "signee", "numero_version": "0", "piece-fichier": pdf()})
    piece = Piece.objects.get()
    assert Section.objects.get().donnees["mode"] == "signee"
    adresse = reverse("dossiers:piece", args=[dossier.pk, piece.pk])
    reponse = client.get(adresse)
    assert (reponse["Content-Type"], reponse["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")
    assert connecte(voisine).get(adresse).status_code == 404
    assert connecte(chargee_de_mission).get(adresse).status_code == 404
    assert "login" in Client().get(adresse).headers["Location"]
    retrait = reverse("dossiers:retirer_piece", args=[dossier.pk, piece.pk])
    assert connecte(voisine).post(retrait).status_code == 404
    assert client.post(retrait).headers["Location"] == url(dossier, "lettre")
    assert not Piece.objects.exists()


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("virus.pdf", b"MZ\x90\x00" + b"\x00" * 200, "« virus.pdf » n’est pas un PDF"),
        ("vide.pdf", b"", "vide"),
        ("photo.png", image(), "« photo.png » n’est pas un PDF"),
        (
            "gros.pdf",
            b"%PDF-1.7\n" + b"0" * (21 * 1024 * 1024),
            "21,0 Mo : la limite est de 20 Mo".replace(" :", "\u00a0:"),
        ),
    ],
)
def test_a_refused_file_is_explained_and_the_text_beside_it_is_saved(
    nom: str, contenu: bytes, phrase: str, connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    fichier = SimpleUploadedFile(nom, contenu, "application/pdf")
    donnees = {"texte": "Ma lettre", "numero_version": "0", "piece-fichier": fichier}
    reponse = connecte(redactrice).post(url(dossier, "lettre"), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert phrase in page
    assert "Ma lettre" in page
    assert Section.objects.get().donnees["texte"] == "Ma lettre"
    assert not Piece.objects.exists()


def test_pieces_step_keeps_title_and_alternative(
    connecte: Connecte, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    donnees = {"piece-fichier": pdf("charte.pdf"), "piece-titre": "Charte", "piece-alternative": "La charte"}
    client = connecte(redactrice)
    assert client.post(url(dossier, "pieces"), donnees).headers["Location"] == url(dossier, "pieces")
    piece = Piece.objects.get()
    assert (piece.titre, piece.alternative, piece.objet) == ("Charte", "La charte", "autre")
    Piece.objects.update(taille=200 * 1024 * 1024)
    autre = pdf("autre.pdf")
    autre.seek(0)
    plein = client.post(url(dossier, "pieces"), {"piece-fichier": SimpleUploadedFile("b.pdf", autre.read() + b"\n%")})
    assert "200 Mo" in plein.content.decode()


# Deposit


def test_the_whole_way_from_complete_to_deposited_and_reopened(
    connecte: Connecte, referente: Utilisateur, signataire: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens, etat="complet")

    def geste(personne: Utilisateur, nom: str, **donnees: str) -> str:
        adresse = reverse("dossiers:geste", args=[dossier.pk, nom])
        reponse = connecte(personne).post(adresse, donnees, follow=True)
        return json.dumps(reponse.content.decode(), ensure_ascii=False)

    assert "L’approbation est demandée" in geste(referente, "demander")
    assert "Seul le signataire approuve" in geste(referente, "approuver")
    assert "revenu en brouillon" in geste(signataire, "renvoyer", motif="À revoir.")
    geste(referente, "demander")
    assert "Il reste à le déposer" in geste(signataire, "approuver")
    assert "Votre dossier est déposé" in geste(referente, "deposer")
    assert "déjà déposé" in geste(referente, "deposer")
    assert dossier.instantanes.count() == 1
    assert "Le dossier est rouvert" in geste(referente, "rouvrir")
    assert "Un motif est nécessaire" in geste(signataire, "retirer", motif="")
    assert "retiré de la campagne" in geste(signataire, "retirer", motif="Plus tard.")
    assert connecte(referente).post(reverse("dossiers:geste", args=[dossier.pk, "bruler"])).status_code == 404


def test_a_deposit_one_second_late_gets_a_sentence_and_no_snapshot(
    connecte: Connecte, referente: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    Campagne.objects.update(cloture_le=timezone.now() - timedelta(seconds=1))
    reponse = connecte(referente).post(reverse("dossiers:geste", args=[dossier.pk, "deposer"]))
    assert reponse.status_code == 403
    assert "La campagne est close depuis le" in reponse.content.decode()
    assert not dossier.instantanes.exists()


def test_an_incomplete_dossier_says_what_is_missing_beside_the_button(
    connecte: Connecte, referente: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens)
    client = connecte(referente)
    page = client.get(url(dossier, "depot")).content.decode()
    assert "Le dossier n’est pas complet" in page
    assert url(dossier, "relecture") in page
    page = client.get(url(dossier, "relecture")).content.decode()
    assert f"{url(dossier, 'collectivite')}#id_site" in page


def test_the_receipt_is_downloaded_from_the_space(
    connecte: Connecte,
    referente: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    bassens: Collectivite,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        dossier = fabrique.dossier(bassens, etat="depose")
    adresse = reverse("dossiers:recepisse", args=[dossier.pk, 1])
    page = connecte(referente).get(url(dossier, "depot")).content.decode()
    assert adresse in page
    assert b"".join(connecte(chargee_de_mission).get(adresse).streaming_content).startswith(b"%PDF")
    assert connecte(voisine).get(adresse).status_code == 404


def test_a_receipt_that_is_not_made_yet_is_waited_for(
    connecte: Connecte, referente: Utilisateur, voisine: Utilisateur, bassens: Collectivite
) -> None:
    dossier = fabrique.dossier(bassens, etat="depose")
    adresse = reverse("dossiers:recepisse", args=[dossier.pk, 1])
    client = connecte(referente)
    assert f'en cours de fabrication. <a href="{adresse}">' in client.get(url(dossier, "depot")).text
    attente = client.get(adresse)
    assert (attente.status_code, attente.headers["Retry-After"]) == (503, "10")
    assert "Votre récépissé est en cours de fabrication…" in attente.text
    assert f'href="{url(dossier, "depot")}"' in attente.text
    assert client.get(adresse, headers={"HX-Request": "true"}).status_code == 204
    assert tasks.envoyer_recepisse(dossier.instantanes.get().pk)
    assert "Votre récépissé est prêt" in client.get(adresse, headers={"HX-Request": "true"}).text
    assert client.get(reverse("dossiers:recepisse", args=[dossier.pk, 2])).status_code == 404
    assert connecte(voisine).get(adresse).status_code == 404
