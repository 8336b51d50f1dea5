"""Files as people send them, and the steps of an import, shared by the tests of this folder."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, TestCase
from openpyxl import Workbook

from atlaas.models import ImportFiches

IMPORTER = "/espace/33032/fiches/importer/"
ENTETE = ("Titre", "Résumé", "Services", "Stade")


def csv(*lignes: Sequence[str], entete: Sequence[str] = ENTETE, separateur: str = ";", codage: str = "utf-8") -> bytes:
    return "\r\n".join(separateur.join(ligne) for ligne in (entete, *lignes)).encode(codage)


def xlsx(*lignes: Sequence[Any], fusions: Sequence[str] = ()) -> bytes:
    classeur, flux = Workbook(), BytesIO()
    page = classeur.worksheets[0]
    for ligne in lignes:
        page.append(list(ligne))
    for fusion in fusions:
        page.merge_cells(fusion)
    classeur.save(flux)
    return flux.getvalue()


def fichier(contenu: bytes, nom: str = "fiches.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, contenu)


def envoyer(client: Client, contenu: bytes, nom: str = "fiches.csv") -> HttpResponse:
    return client.post(IMPORTER, {"fichier": fichier(contenu, nom)})  # type: ignore[return-value]


def dernier() -> ImportFiches:
    return ImportFiches.objects.select_related("collectivite").latest("pk")


def relier(client: Client, **choix: Any) -> ImportFiches:
    """The columns as they were guessed, but for ``choix``: {"colonne_2": ""}. The worker has judged the rows."""
    imprt = dernier()
    donnees = {f"colonne_{rang}": nom for nom, rang in imprt.liaison.items()} | {"vides_effacent": "non"} | choix
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"{imprt.get_absolute_url()}colonnes/", donnees)
    return dernier()


def confirmer(client: Client, **choix: str) -> ImportFiches:
    imprt = dernier()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(imprt.get_absolute_url(), choix)
    return dernier()


def lisible(reponse: Any) -> str:
    return " ".join(reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())
