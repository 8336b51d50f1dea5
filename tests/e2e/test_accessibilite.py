"""axe finds nothing, on any page of the journeys: agent, jury, association, public; light and dark, at 1280 and 390 px.

One test builds one country through the real actions and leads a campaign from its opening to its certificates; at each
moment the pages of each person are walked. Everything found is told at once: page, screen, rule, element.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from atlaas.models import Action
from candidatures.campagnes import actions as campagnes
from candidatures.dossiers import actions as actions_dossier
from candidatures.dossiers.etapes import ETAPES
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions as actions_jury
from candidatures.palmares.actions import publier_resultats
from candidatures.palmares.models import Certificat, LotCertificats
from tests.e2e import monde
from tests.e2e.conftest import TAILLE, TAILLE_MOBILE
from tests.factories import dossiers, ground, palmares
from tests.factories import jury as fabrique_jury
from villes_internet.comptes import actions as comptes
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

AXE = Path(reglages.BASE_DIR, "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
# Colours that fade from a theme to the other are measured once they have. Without "preload", axe writes no style sheet
# of its own, which our policy would refuse. The theme only changes colours: in the dark, their contrasts are enough.
ANALYSE = """async (couleurs) => {
  for (const fondu of document.getAnimations()) {
    if (fondu.effect.getComputedTiming().activeDuration !== Infinity) fondu.finish();
  }
  const options = couleurs ? {runOnly: ["color-contrast"]} : {};
  const {violations} = await axe.run(document, {...options, resultTypes: ["violations"], preload: false});
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id} : ${n.target.join(" ")} (${v.help})`));
}"""
ECRANS = [
    ("1280", TAILLE, "light"),
    ("1280, sombre", TAILLE, "dark"),
    ("390, sombre", TAILLE_MOBILE, "dark"),
    ("390", TAILLE_MOBILE, "light"),
]


@dataclass
class Releve:
    """Walks pages and keeps what axe says."""

    ouvrir_page: Any
    url: str
    trouves: list[str] = field(default_factory=list)
    nb: int = 0

    def page_de(self, personne: Utilisateur | None) -> Page:
        page: Page = self.ouvrir_page()
        page.emulate_media(reduced_motion="reduce")
        if personne:
            client = Client()
            client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
            cle = client.cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": cle, "url": self.url}])
        return page

    def parcourir(self, personne: Utilisateur | None, *adresses: str, statut: int = 200) -> Page:
        page = self.page_de(personne)
        for adresse in adresses:
            reponse = page.goto(adresse)
            if reponse is None or reponse.status != statut or "/login/" in page.url.removesuffix(adresse):
                self.trouves.append(f"{adresse} : réponse {reponse and reponse.status} à {page.url}")
            self.examiner(page, adresse)
        return page

    def envoyer(self, personne: Utilisateur | None, adresse: str, bouton: str) -> None:
        """The form as it is, sent: what the page says of its errors."""
        page = self.page_de(personne)
        page.goto(adresse)
        page.evaluate("() => { for (const form of document.forms) form.noValidate = true; }")
        with page.expect_navigation():
            page.get_by_role("button", name=bouton, exact=True).click()
        self.examiner(page, f"{adresse} après « {bouton} »")

    def examiner(self, page: Page, nom: str) -> None:
        self.nb += 1
        page.evaluate(AXE)
        for ecran, taille, theme in ECRANS:
            page.set_viewport_size(taille)
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.trouves += [f"{nom} [{ecran}] {faute}" for faute in page.evaluate(ANALYSE, theme == "dark")]
        page.set_viewport_size(TAILLE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")


def etapes(dossier: Dossier, *codes: str) -> list[str]:
    return [f"/dossiers/{dossier.pk}/{code}/" for code in codes]


TOUTES = [etape.code for etape in ETAPES]


def test_axe_finds_nothing(settings, live_server, ouvrir_page):
    settings.ADRESSE_PUBLIQUE = live_server.url
    releve = Releve(ouvrir_page, live_server.url)
    pays = monde.construire()
    cahors, figeac = (Collectivite.objects.get(code=code) for code in ("46042", "46102"))
    palmares.campagne_publiee(figeac, annee=2026)
    village, campagne = pays.village, pays.campagne

    # The campaign is open. The village has a complete draft; Cahors has just begun, and badly.
    nina = ground.habiliter(ground.utilisateur("Nina"), Role.REFERENT, village)
    jeanne = ground.habiliter(ground.utilisateur("Jeanne"), Role.SIGNATAIRE, village)
    carl = ground.habiliter(ground.utilisateur("Carl"), Role.REFERENT, cahors)
    nouveau = ground.utilisateur("Noé")
    complet = dossiers.dossier(village, campagne, etat="complet")
    vide = dossiers.dossier(cahors, campagne)
    ecrit = {"site": "pas une adresse", "presentation": ""}
    actions_dossier.enregistrer_section(
        vide, "collectivite", ecrit, 0, par=carl, invalides={"site": "Site officiel : saisissez une URL valide."}
    )
    demande = comptes.demander_rattachement(
        cahors, role=Role.CONTRIBUTEUR, fonction="archiviste", message="", site="", par=nouveau
    )
    comptes.inviter("lea@cahors.example", role=Role.LECTEUR, collectivite=cahors, par=carl, a=timezone.now())
    seul = ground.utilisateur("Zoé")
    premiere = comptes.demander_rattachement(
        Collectivite.objects.get(code="46251"), role=Role.REFERENT, fonction="maire", message="", site="", par=seul
    )
    fiche = Action.objects.filter(collectivite=village).first()
    brouillon = dossiers.fiche(cahors, "Un brouillon", publiee=False)
    ancien = Certificat.objects.get()
    membre = Habilitation.objects.get(utilisateur=jeanne)

    releve.parcourir(
        None,
        "/",
        "/collectivites/",
        "/collectivites/?q=saint",
        "/collectivites/?q=zzzz",
        "/atlaas/",
        "/atlaas/?q=zzzz",
        fiche.get_absolute_url(),
        f"/collectivites/{village.code}/",
        "/palmares/",
        "/palmares/2026/",
        "/palmares/2026/?q=zzzz",
        "/palmares/collectivites/46102/",
        f"/palmares/collectivites/{village.code}/",
        "/verifier/",
        ancien.get_absolute_url(),
        "/compte/login/",
        "/compte/signup/",
        "/compte/password/reset/",
        "/pages/accessibilite/",
        "/pages/donnees-personnelles/",
        "/pages/plan-du-site/",
        "/developpement/courriels/",
        f"/developpement/courriels/{Courriel.objects.latest('pk').pk}/",
        "/developpement/composants/",
    )
    releve.parcourir(None, "/introuvable/", "/verifier/AAAA-AAAA-AAAA/", statut=404)
    releve.envoyer(None, "/compte/signup/", "Créer mon compte")
    releve.envoyer(None, "/compte/login/", "Se connecter")
    releve.parcourir(
        nina,
        f"/espace/{village.code}/",
        f"/espace/{village.code}/equipe/",
        f"/espace/{village.code}/equipe/membres/{membre.pk}/",
        f"/espace/{village.code}/fiches/",
        f"/espace/{village.code}/fiches/creer/",
        f"/atlaas/fiches/{fiche.pk}/modifier/",
        complet.get_absolute_url(),
        *etapes(complet, *TOUTES),
        f"/mosaique/{village.code}/2027/",
        f"/mosaique/{village.code}/2027/A1/",
        "/compte/profil/",
        "/compte/rattachement/",
        "/compte/rattachement/?collectivite=46042",
        "/compte/password/change/",
        "/compte/email/",
        "/compte/2fa/",
        "/compte/sessions/",
    )
    releve.parcourir(nina, f"/atlaas/fiches/{Action.objects.get(pk=brouillon.pk).pk}/modifier/", statut=404)
    releve.parcourir(jeanne, f"/atlaas/fiches/{fiche.pk}/modifier/", statut=403)
    releve.envoyer(nina, f"/espace/{village.code}/fiches/creer/", "Enregistrer et publier")
    releve.envoyer(nina, f"/espace/{village.code}/equipe/", "Envoyer l’invitation")
    releve.parcourir(
        carl,
        f"/espace/{cahors.code}/",
        f"/espace/{cahors.code}/equipe/",
        f"/atlaas/fiches/{brouillon.pk}/modifier/",
        vide.get_absolute_url(),
        *etapes(vide, "collectivite", "mosaique", "actions", "phares", "mentions", "relecture", "depot"),
        f"/mosaique/{cahors.code}/2027/",
    )
    releve.parcourir(nouveau, "/espace/", f"/compte/rattachement/{demande.pk}/")
    releve.parcourir(ground.utilisateur("Ali"), "/espace/")
    releve.parcourir(
        pays.administratrice,
        "/admin/",
        "/admin/comptes/habilitation/",
        f"/admin/comptes/habilitation/{premiere.pk}/change/",
        "/admin/comptes/habilitation/add/",
        "/admin/comptes/utilisateur/",
        f"/admin/comptes/utilisateur/{nina.pk}/change/",
        "/admin/comptes/invitation/",
        "/admin/dossiers/",
        f"/admin/campagne/{campagne.pk}/",
        f"/admin/candidatures/campagne/{campagne.pk}/change/",
        "/admin/palmares/",
        f"/admin/palmares/certificats/{ancien.pk}/",
    )

    # Approved, deposited, closed, admitted: the association gives readers, the jury reads.
    actions_dossier.demander_approbation(complet, par=nina)
    releve.parcourir(jeanne, f"/espace/{village.code}/", *etapes(complet, "depot"))
    actions_dossier.approuver(complet, par=jeanne)
    actions_dossier.deposer(complet, par=nina)
    releve.parcourir(nina, f"/espace/{village.code}/", *etapes(complet, "lettre", "depot"))
    campagnes.clore(campagne, par=None, a=timezone.now(), motif="Essai")
    complet.refresh_from_db()
    releve.parcourir(pays.mission, f"/admin/dossiers/{complet.pk}/", "/admin/dossiers/?texte=zzzz")
    actions_dossier.declarer_recevable(complet, par=pays.mission)
    complet = Dossier.objects.get(pk=complet.pk)
    premier, second = (actions_jury.affecter(complet, jure, par=pays.mission) for jure in pays.jures)
    campagnes.evaluer(campagne, par=None)
    complet = Dossier.objects.get(pk=complet.pk)
    actions_jury.ouvrir_evaluation(complet, par=pays.mission)
    jules, irene = (jure.utilisateur for jure in pays.jures)
    lecture = f"/admin/jury/{complet.pk}/"
    releve.parcourir(jules, "/admin/", "/admin/jury/", lecture, f"{lecture}soumettre/", f"{lecture}recuser/")
    releve.envoyer(jules, f"{lecture}recuser/", "Me récuser")
    fabrique_jury.soumettre(premier)
    releve.parcourir(jules, "/admin/jury/", lecture)
    releve.parcourir(pays.mission, "/admin/jury/avancement/", f"/admin/dossiers/{complet.pk}/")
    fabrique_jury.soumettre(second, {"J1": "5"})
    releve.parcourir(irene, "/admin/jury/?filtre=soumises", lecture)

    # The deliberation, the publication.
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    decision = f"/admin/deliberation/{complet.pk}/"
    releve.parcourir(pays.presidente, "/admin/", "/admin/deliberation/", decision)
    complet = Dossier.objects.get(pk=complet.pk)
    actions_jury.decider(
        complet, arobases=3, mentions=[], motif="Le jury en a décidé.", par=pays.presidente, a=timezone.now()
    )
    campagnes.arreter(campagne, par=None)
    releve.parcourir(pays.administratrice, "/admin/palmares/")
    publier_resultats(campagne, par=pays.administratrice)
    lot = LotCertificats.objects.latest("pk")
    releve.parcourir(
        pays.administratrice, "/admin/palmares/", lot.get_absolute_url(), f"/admin/campagne/{campagne.pk}/"
    )
    releve.parcourir(nina, f"/espace/{village.code}/", "/palmares/2027/", f"/palmares/collectivites/{village.code}/")

    assert not releve.trouves, f"{len(releve.trouves)} défauts\n" + "\n".join(releve.trouves)
