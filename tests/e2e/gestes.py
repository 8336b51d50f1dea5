"""What people do on the screens, one function a gesture; each waits for the answer that its author would wait for.

They work with and without JavaScript, unless they say otherwise.
"""

import re
from io import BytesIO
from typing import Any

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.factories import ground

NIVEAU_TENU = "2"
TEXTE_PHARE = {
    "probleme": "La mairie n’ouvre que deux matinées par semaine.",
    "public": "Les 207 habitants et les visiteurs.",
    "realisation": "Un guichet en ligne, tenu avec la secrétaire de mairie.",
    "resultats": "412 demandes traitées en 2026.",
    "reutilisation": "La convention et les modèles de courriers.",
}


def pdf(texte: str = "Lettre signée") -> dict[str, Any]:
    """A real small PDF, as a file to choose."""
    feuille, flux = PdfWriter(), BytesIO()
    feuille.add_blank_page(595, 842)
    feuille.add_metadata({"/Title": texte})
    feuille.write(flux)
    return {"name": "lettre-signee.pdf", "mimeType": "application/pdf", "buffer": flux.getvalue()}


def texte_du_pdf(contenu: bytes) -> str:
    pages = PdfReader(BytesIO(contenu)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def telecharger(page: Page, lien: Locator) -> bytes:
    """What the link gives to whoever is signed in on this page."""
    adresse = lien.get_attribute("href")
    assert adresse
    reponse = page.request.get(adresse)
    assert reponse.status == 200
    assert reponse.headers["content-type"] == "application/pdf"
    return reponse.body()


def annonce(page: Page, texte: str) -> None:
    """The message that the page gives after a gesture."""
    expect(page.locator("main")).to_contain_text(texte)


def avancer_jusqu_a(page: Page, cible: Locator) -> None:
    """Press Tab until the focus is there; fails when the keyboard cannot reach it."""
    expect(cible).to_be_visible()
    for _ in range(150):
        page.keyboard.press("Tab")
        if cible.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Le clavier n’atteint pas {cible}")


# Accounts


def inscrire(page: Page, prenom: str, nom: str, courriel: str) -> None:
    """From the sign-up form to the confirmed address; the page is then signed in."""
    page.get_by_label("Prénom").fill(prenom)
    page.get_by_label("Nom (obligatoire)", exact=True).fill(nom)
    page.get_by_label("Adresse électronique professionnelle").fill(courriel)
    page.locator("input[type=password]").fill(ground.MOT_DE_PASSE)
    page.get_by_label("J’accepte les conditions").check()
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page).to_have_url(re.compile("/confirm-email/"))
    suivre_le_courriel(page, courriel, "Vérifier mon adresse")
    page.get_by_role("button", name="Confirmer mon adresse").click()


def suivre_le_courriel(page: Page, courriel: str, lien: str | re.Pattern[str]) -> None:
    """Open the newest message of this address in the mailbox of the demonstration, then its link."""
    page.goto(f"/developpement/courriels/?a={courriel}")
    page.locator("tbody a").first.click()
    page.locator("article").get_by_role("link", name=lien).click()


def se_connecter(page: Page, courriel: str, adresse: str = "/compte/login/") -> None:
    page.goto(adresse)
    page.get_by_label("Adresse électronique").fill(courriel)
    page.locator("input[type=password]").fill(ground.MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator(".compte")).to_be_visible()


def demander_le_rattachement(page: Page, fonction: str) -> None:
    page.get_by_label(re.compile("^Référent label")).check()
    page.get_by_label("Votre fonction").fill(fonction)
    page.get_by_role("button", name="Envoyer ma demande").click()
    annonce(page, "Votre demande est envoyée")


def accepter_le_rattachement(page: Page, nom: str) -> None:
    """The association, from the first page of its panel."""
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile(nom)).click()
    page.get_by_role("button", name="Accepter la demande").click()
    annonce(page, "Acceptée")


def inviter(page: Page, code: str, courriel: str, role: str) -> None:
    page.goto(f"/espace/{code}/equipe/")
    page.locator("#id_courriel").fill(courriel)
    page.get_by_label(re.compile(f"^{role}")).check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    annonce(page, f"L’invitation part à {courriel}")


def accepter_l_invitation(page: Page, prenom: str, nom: str, courriel: str) -> None:
    """Somebody who has no account yet: the invitation is found again after signing up."""
    suivre_le_courriel(page, courriel, "Voir l’invitation")
    invitation = page.url
    page.get_by_role("link", name="Créer mon compte").click()
    inscrire(page, prenom, nom, courriel)
    expect(page.locator(".compte")).to_be_visible()
    page.goto(invitation)
    page.get_by_role("button", name="Accepter l’invitation").click()
    annonce(page, "Bienvenue")


# Fiches


def creer_fiche(page: Page, code: str, titre: str, service: str) -> None:
    page.goto(f"/espace/{code}/fiches/creer/")
    page.locator("#id_titre").fill(titre)
    page.locator("#id_resume").fill("Les démarches se font en ligne, ou au comptoir avec la secrétaire de mairie.")
    bloc = page.locator("details.choix-services__enjeu", has=page.get_by_label(service, exact=True))
    bloc.locator("summary").click()
    page.get_by_label(service, exact=True).check()
    page.locator("#id_stade").select_option("en_service")
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)


# The dossier


def commencer_le_dossier(page: Page, code: str) -> str:
    """The path of the dossier."""
    page.goto(f"/espace/{code}/")
    page.get_by_role("button", name="Commencer le dossier 2027").click()
    expect(page).to_have_url(re.compile(r"/dossiers/\d+/$"))
    trouve = re.search(r"/dossiers/\d+/", page.url)
    assert trouve
    return trouve[0]


def continuer(page: Page, titre: str) -> None:
    """Save the step, go to the next one."""
    etape = page.url
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page).not_to_have_url(etape)
    annonce(page, f"« {titre} » : enregistré.")


def remplir_les_textes(page: Page, dossier: str) -> None:
    """The first four steps and the means, as the agent finds them one after the other."""
    page.goto(f"{dossier}collectivite/")
    page.locator("#id_site").fill("https://www.saint-cirq.example")
    page.locator("#id_presentation").fill("Un village accroché à sa falaise, qui tient ses services à l’année.")
    continuer(page, "Ma collectivité")
    for champ, valeur in {
        "referent_nom": "Nina Delpech",
        "referent_fonction": "Secrétaire de mairie",
        "referent_courriel": "nina.delpech@saint-cirq.example",
        "elu_nom": "Marc Vayssié",
        "signataire_nom": "Jeanne Miquel",
        "signataire_fonction": "Maire",
    }.items():
        page.locator(f"#id_{champ}").fill(valeur)
    continuer(page, "L’équipe")


def remplir_la_lettre(page: Page) -> None:
    """The signed letter is joined: the file goes with the answers of the step."""
    page.get_by_label("Je joins la lettre signée en PDF").check()
    page.locator("#id_maire_nom").fill("Jeanne Miquel")
    page.locator("#id_maire_fonction").fill("Maire de Saint-Cirq-Lapopie")
    page.get_by_label("Garder une voie non numérique pour chaque démarche").check()
    page.locator("#id_piece-fichier").set_input_files(pdf())
    page.get_by_role("button", name="Enregistrer et continuer").click()
    annonce(page, "est dans le dossier.")
    expect(page.get_by_role("link", name="lettre-signee.pdf")).to_be_visible()


def remplir_la_strategie(page: Page, dossier: str) -> None:
    page.goto(f"{dossier}strategie/")
    page.locator("#id_elu_delegue").fill("Marc Vayssié")
    page.get_by_role("group", name="Une voie non numérique est maintenue").get_by_label("Oui").check()
    continuer(page, "Stratégie")


def remplir_enjeu(page: Page, code: str, enjeu: str, services: list[str], prouve: str = "") -> None:
    """A level, a status for each service: in service for ``prouve``, not done for the others."""
    page.goto(f"/mosaique/{code}/2027/{enjeu}/")
    page.locator(f"input[name=niveau][value='{NIVEAU_TENU}']").check()
    for service in services:
        page.locator(f"[name='statut_{service}']").select_option("en_service" if service == prouve else "pas_fait")
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    annonce(page, "est enregistré.")


def presenter(page: Page, dossier: str, *titres: str) -> None:
    """Actions presented; the first one is the flagship and bears the mention."""
    page.goto(f"{dossier}actions/")
    for titre in titres:
        page.get_by_label(titre).check()
    continuer(page, "Actions")
    page.get_by_label(titres[0]).check()
    page.get_by_role("button", name="Mettre à jour la liste des récits").click()
    recit = page.locator("[name$='-probleme']")
    expect(recit).to_be_visible()
    prefixe = str(recit.get_attribute("name")).removesuffix("probleme")
    for question, texte in TEXTE_PHARE.items():
        page.locator(f"[name='{prefixe}{question}']").fill(texte)
    continuer(page, "Actions phares")


def demander_une_mention(page: Page, dossier: str, mention: str, titre: str) -> None:
    page.goto(f"{dossier}mentions/")
    page.locator("#id_mention1").select_option(mention)
    page.locator("#div_id_mention1_actions").get_by_label(titre).check()
    page.locator("#id_mention1_texte").fill("Chaque démarche garde un accompagnement au comptoir.")
    continuer(page, "Mentions")


def demander_l_approbation(page: Page, dossier: str) -> None:
    page.goto(f"{dossier}relecture/")
    page.get_by_role("link", name="Aller à l’approbation et au dépôt").click()
    page.get_by_role("button", name="Demander l’approbation").click()
    annonce(page, "L’approbation est demandée")


def approuver(page: Page, courriel: str) -> None:
    """The signatory follows the message received."""
    suivre_le_courriel(page, courriel, "Relire et approuver")
    page.get_by_role("button", name="Approuver le dossier").click()
    annonce(page, "Le dossier est approuvé")


def deposer(page: Page, dossier: str) -> str:
    """The text of the receipt."""
    page.goto(f"{dossier}depot/")
    page.get_by_role("button", name="Déposer le dossier").click()
    annonce(page, "Votre dossier est déposé")
    return texte_du_pdf(telecharger(page, page.get_by_role("link", name="Récépissé (PDF)")))


# The association and the jury


def conduire(page: Page, campagne: int, geste: str, motif: str = "") -> None:
    page.goto(f"/admin/campagne/{campagne}/")
    formulaire = page.locator("form.geste", has=page.get_by_role("heading", name=geste))
    if motif:
        formulaire.get_by_label("Motif").fill(motif)
    formulaire.get_by_role("button", name=geste).click()
    annonce(page, "Label 2027 : ")


def lire_et_soumettre(page: Page, nom: str, notes: dict[str, str]) -> None:
    """A juror: the first dossier of the list, a mark for each criterion, then the submission."""
    page.goto("/admin/")
    page.get_by_role("link", name="Lire le premier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(nom)
    for critere, note in notes.items():
        page.locator(f"#id_{critere}-valeur label.note", has=page.locator(f"input[value='{note}']")).click()
    page.locator("#id_points_forts").fill("Un service tenu toute l’année, à hauteur du village.")
    page.locator("#id_pistes").fill("Publier une déclaration d’accessibilité.")
    page.get_by_role("button", name="Relire et soumettre").click()
    page.get_by_role("button", name="Soumettre ma lecture").click()
    annonce(page, "est soumise")
