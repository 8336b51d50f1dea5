"""What axe says of the pages of a person: light and dark, at 1280 and 390 px. Everything found is told at once: page,
screen, rule, element. The walks are in files of their own, one for each public, so that they run side by side."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings as reglages
from django.test import Client
from playwright.sync_api import Page

from candidatures.dossiers.models import Dossier
from tests.e2e.ecrans import TAILLE, TAILLE_MOBILE
from villes_internet.comptes.models import Utilisateur

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
        page.add_init_script(AXE)
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
        for ecran, taille, theme in ECRANS:
            page.set_viewport_size(taille)
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.trouves += [f"{nom} [{ecran}] {faute}" for faute in page.evaluate(ANALYSE, theme == "dark")]
        page.set_viewport_size(TAILLE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def dire(self) -> str:
        return f"{len(self.trouves)} défauts\n" + "\n".join(self.trouves)


def etapes(dossier: Dossier, *codes: str) -> list[str]:
    return [f"/dossiers/{dossier.pk}/{code}/" for code in codes]
