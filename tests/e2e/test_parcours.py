"""The acceptance journeys, in a real browser: from a place that nobody holds to a certificate that anybody checks."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from candidatures.dossiers.models import Dossier
from candidatures.palmares.models import Certificat
from tests.e2e import gestes, monde
from tests.factories import dossiers, ground
from villes_internet.comptes import actions as comptes
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.referentiel.models import Service

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

AGENTE, MAIRE = "nina.delpech@saint-cirq.example", "jeanne.miquel@saint-cirq.example"
CODE = monde.CODE_VILLAGE
GUICHET, CARTE = "Un guichet numérique au village", "La carte des sentiers ouverte"
NOTES = {"J1": "3.00", "J3": "3.50", "J4": "3.00", "J5": "2.50", "J6": "2.00", "J7": "3.00", "J8": "4.00"}


@pytest.fixture
def pays(settings, live_server):
    settings.ADRESSE_PUBLIQUE = live_server.url
    return monde.construire()


def service(code):
    return Service.objects.get(code=code)


def services_de(enjeu):
    return list(Service.objects.filter(enjeu__code=enjeu).order_by("position").values_list("code", flat=True))


def choisir_le_village(page):
    """In the combobox, with JavaScript."""
    champ = page.get_by_role("combobox", name="Votre commune ou votre intercommunalité")
    champ.press_sequentially("saint cirq")
    page.get_by_role("option", name=re.compile(monde.VILLAGE)).click()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Rejoindre {monde.VILLAGE}")


def test_parcours_complet(pays, ouvrir_page, live_server):
    agente, maire, mission = ouvrir_page(), ouvrir_page(), ouvrir_page()

    # A new agent, a place that nobody holds, the association's answer.
    agente.goto("/")
    agente.get_by_role("link", name="Se connecter").click()
    agente.get_by_role("link", name="Créer un compte").click()
    gestes.inscrire(agente, "Nina", "Delpech", AGENTE)
    choisir_le_village(agente)
    gestes.demander_le_rattachement(agente, "Secrétaire de mairie")
    gestes.se_connecter(mission, pays.mission.email)
    gestes.accepter_le_rattachement(mission, "Nina Delpech, pour Saint-Cirq-Lapopie")

    # The team and the fiches.
    gestes.inviter(agente, CODE, MAIRE, "Signataire")
    gestes.accepter_l_invitation(maire, "Jeanne", "Miquel", MAIRE)
    gestes.creer_fiche(agente, CODE, GUICHET, service("A1.1").nom)
    gestes.creer_fiche(agente, CODE, CARTE, service("B1.1").nom)

    # The dossier, step by step.
    dossier = gestes.commencer_le_dossier(agente, CODE)
    gestes.remplir_les_textes(agente, dossier)
    gestes.remplir_la_lettre(agente)
    gestes.remplir_la_strategie(agente, dossier)
    gestes.remplir_enjeu(agente, CODE, "A1", services_de("A1"), prouve="A1.1")
    gestes.remplir_enjeu(agente, CODE, "B1", services_de("B1"), prouve="B1.1")
    tableau = Dossier.objects.get().mosaique
    monde.finir_la_mosaique(tableau, Utilisateur.objects.get(email=AGENTE))
    gestes.presenter(agente, dossier, GUICHET, CARTE)
    gestes.demander_une_mention(agente, dossier, "mediation-numerique", GUICHET)
    gestes.demander_l_approbation(agente, dossier)
    gestes.approuver(maire, MAIRE)
    recepisse = gestes.deposer(agente, dossier)
    assert monde.VILLAGE in recepisse
    assert Dossier.objects.get().instantanes.get().empreinte in recepisse.replace(" ", "")

    # The association: closing before the hour, admissibility, readers; the juror of the village is refused.
    campagne = pays.campagne.pk
    administratrice = ouvrir_page()
    gestes.se_connecter(administratrice, pays.administratrice.email)
    gestes.conduire(administratrice, campagne, "Clore les dépôts", "Toutes les collectivités ont déposé.")
    mission.goto("/admin/dossiers/")
    mission.get_by_role("link", name=monde.VILLAGE).click()
    mission.get_by_role("button", name="Déclarer recevable").click()
    gestes.annonce(mission, "Le dossier est recevable.")
    lie = mission.locator(".jures li", has_text=str(pays.jure_lie))
    expect(lie.get_by_role("checkbox")).to_have_count(0)
    expect(lie).to_contain_text("Conflit d’intérêts : même collectivité")
    for jure in pays.jures:
        mission.get_by_label(str(jure)).check()
    mission.get_by_role("button", name="Affecter").click()
    for jure in pays.jures:
        gestes.annonce(mission, f"{jure} lira ce dossier.")
    gestes.conduire(administratrice, campagne, "Ouvrir l’évaluation")

    # Two readings, the deliberation, the publication.
    for jure in pays.jures:
        juge = ouvrir_page()
        gestes.se_connecter(juge, jure.utilisateur.email)
        gestes.lire_et_soumettre(juge, monde.VILLAGE, NOTES)
    gestes.conduire(administratrice, campagne, "Ouvrir la délibération")
    presidente = ouvrir_page()
    gestes.se_connecter(presidente, pays.presidente.email)
    presidente.goto("/admin/deliberation/")
    presidente.get_by_role("link", name=monde.VILLAGE).click()
    presidente.get_by_label("3 arobases").check()
    presidente.get_by_label("Médiation numérique").check()
    presidente.locator("#id_motif").fill("Le jury salue un service tenu toute l’année par un village de 207 habitants.")
    presidente.get_by_role("button", name="Enregistrer la décision").click()
    gestes.annonce(presidente, "est enregistrée")
    gestes.conduire(administratrice, campagne, "Arrêter les résultats")
    gestes.conduire(administratrice, campagne, "Publier les résultats")

    # The certificate says the decision; anybody can check it; the town is in the list.
    decision = Dossier.objects.get().decision
    certificat = Certificat.objects.get()
    agente.goto(f"/espace/{CODE}/")
    agente.get_by_role("link", name="Télécharger les certificats").click()
    with agente.expect_download() as attente:
        agente.get_by_role("link", name=re.compile("Télécharger le certificat")).click()
    lu = gestes.texte_du_pdf(attente.value.path().read_bytes())
    assert decision.arobases == 3
    for attendu in (monde.VILLAGE, "3 arobases", "2027", certificat.numero, "Médiation numérique", "Lot"):
        assert attendu in lu
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", lu)
    assert code
    passant = ouvrir_page()
    passant.goto(f"/verifier/{code[0]}/")
    gestes.annonce(passant, "Ce certificat est valable")
    gestes.annonce(passant, certificat.numero)
    expect(passant.locator(".certificat-dit")).to_contain_text(monde.VILLAGE)
    expect(passant.locator(".certificat-dit")).to_contain_text("3 arobases")
    passant.goto("/palmares/2027/")
    expect(passant.get_by_role("link", name=monde.VILLAGE)).to_be_visible()


def test_parcours_agent_sans_javascript(pays, ouvrir_page):
    """The agent's part, and the signatory's, in browsers that run no script."""
    agente, maire = ouvrir_page(javascript=False), ouvrir_page(javascript=False)
    agente.goto("/compte/signup/")
    gestes.inscrire(agente, "Nina", "Delpech", AGENTE)

    # Two places begin like this: the server proposes, the agent chooses.
    agente.get_by_label("Votre commune ou votre intercommunalité").fill("saint")
    agente.get_by_role("button", name="Continuer").click()
    agente.get_by_label(re.compile(monde.VILLAGE)).check()
    agente.get_by_role("button", name="Continuer").click()
    gestes.demander_le_rattachement(agente, "Secrétaire de mairie")
    demande = Habilitation.objects.get(utilisateur__email=AGENTE)
    comptes.accepter(demande, par=pays.mission, a=timezone.now())  # in the panel: shown by the first journey

    gestes.inviter(agente, CODE, MAIRE, "Signataire")
    gestes.accepter_l_invitation(maire, "Jeanne", "Miquel", MAIRE)
    gestes.creer_fiche(agente, CODE, GUICHET, service("A1.1").nom)
    dossier = gestes.commencer_le_dossier(agente, CODE)
    gestes.remplir_les_textes(agente, dossier)
    gestes.remplir_la_lettre(agente)
    gestes.remplir_la_strategie(agente, dossier)
    gestes.remplir_enjeu(agente, CODE, "A1", services_de("A1"), prouve="A1.1")
    monde.finir_la_mosaique(Dossier.objects.get().mosaique, Utilisateur.objects.get(email=AGENTE))
    gestes.presenter(agente, dossier, GUICHET)
    gestes.demander_l_approbation(agente, dossier)
    gestes.approuver(maire, MAIRE)

    assert monde.VILLAGE in gestes.deposer(agente, dossier)
    assert Dossier.objects.get().etat == "depose"


def test_parcours_au_clavier(pays, page):
    """No mouse: what is reached is reached with Tab, what is pressed is pressed with a key."""
    nina = ground.habiliter(ground.utilisateur("Nina"), Role.REFERENT, pays.village)
    jeanne = ground.habiliter(ground.utilisateur("Jeanne"), Role.SIGNATAIRE, pays.village)
    dossier = dossiers.dossier(pays.village, pays.campagne, etat="complet")
    clavier = page.keyboard

    page.goto("/compte/login/")
    gestes.avancer_jusqu_a(page, page.get_by_label("Adresse électronique"))
    clavier.type(nina.email)
    gestes.avancer_jusqu_a(page, page.locator("input[type=password]"))
    clavier.type(ground.MOT_DE_PASSE)
    clavier.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(monde.VILLAGE)

    # The combobox: arrows, Enter to choose, Enter to send.
    page.goto("/compte/rattachement/")
    champ = page.get_by_role("combobox")
    gestes.avancer_jusqu_a(page, champ)
    clavier.type("cahors")
    expect(page.get_by_role("option")).to_have_count(1)
    clavier.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Cahors")
    clavier.press("Enter")
    expect(champ).to_have_value(re.compile("^Cahors"))
    clavier.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rejoindre Cahors")

    # A step.
    page.goto(f"/dossiers/{dossier.pk}/moyens/")
    gestes.avancer_jusqu_a(page, page.locator("#id_etp"))
    clavier.type("0,5")
    gestes.avancer_jusqu_a(page, page.locator("#id_formation"))
    clavier.type("Deux journées par agent.")
    gestes.avancer_jusqu_a(page, page.get_by_role("button", name="Enregistrer et continuer"))
    clavier.press("Enter")
    gestes.annonce(page, "« Moyens » : enregistré.")
    assert dossier.sections.get(etape="moyens").donnees["etp"] == "0,5"

    # An enjeu: one level higher, a service, a comment.
    page.goto(f"/mosaique/{CODE}/2027/A1/")
    gestes.avancer_jusqu_a(page, page.locator("input[name=niveau]:checked"))
    clavier.press("ArrowDown")
    statut = page.locator("[name='statut_A1.1']")
    gestes.avancer_jusqu_a(page, statut)
    clavier.type("Programmé")
    expect(statut).to_have_value("programme")
    gestes.avancer_jusqu_a(page, page.locator("#id_commentaire"))
    clavier.type("Voté en juin.")
    gestes.avancer_jusqu_a(page, page.get_by_role("button", name="Enregistrer et passer au suivant"))
    clavier.press("Enter")
    gestes.annonce(page, "est enregistré.")
    reponse = dossier.mosaique.reponses.get(enjeu__code="A1")
    assert (reponse.niveau, reponse.services["A1.1"]["statut"]) == (2, "programme")

    # Approval asked, then given by the signatory from elsewhere; the deposit.
    page.goto(f"/dossiers/{dossier.pk}/depot/")
    gestes.avancer_jusqu_a(page, page.get_by_role("button", name="Demander l’approbation"))
    clavier.press("Enter")
    gestes.annonce(page, "L’approbation est demandée")
    dossier.refresh_from_db()
    dossiers.actions.approuver(dossier, par=jeanne)
    page.goto(f"/dossiers/{dossier.pk}/depot/")
    gestes.avancer_jusqu_a(page, page.get_by_role("button", name="Déposer le dossier"))
    clavier.press("Enter")
    gestes.annonce(page, "Votre dossier est déposé")


def test_a_lost_session_loses_no_text(pays, page):
    """Typing saves itself; once the session is gone the text stays on the device, and leaves after a new sign-in."""
    nina = ground.habiliter(ground.utilisateur("Nina"), Role.REFERENT, pays.village)
    dossier = dossiers.dossier(pays.village, pays.campagne)
    gestes.se_connecter(page, nina.email)
    page.goto(f"/dossiers/{dossier.pk}/collectivite/")
    champ, etat = page.locator("#id_presentation"), page.locator("[data-indicateur-sauvegarde]")
    champ.press_sequentially("Un village ")
    expect(etat).to_contain_text("Enregistré à")

    page.context.clear_cookies(name="sessionid")
    champ.press_sequentially("accroché à sa falaise.")
    expect(etat).to_contain_text("Votre session a expiré. Votre saisie est gardée sur cet appareil.")
    assert dossier.sections.get(etape="collectivite").donnees["presentation"] == "Un village"

    etat.get_by_role("link", name="Se reconnecter").click()
    page.get_by_label("Adresse électronique").fill(nina.email)
    page.locator("input[type=password]").fill(ground.MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile(f"/dossiers/{dossier.pk}/collectivite/"))
    expect(champ).to_have_value("Un village accroché à sa falaise.")
    expect(etat).to_contain_text("Enregistré à")
    donnees = dossier.sections.get(etape="collectivite").donnees
    assert donnees["presentation"] == "Un village accroché à sa falaise."
