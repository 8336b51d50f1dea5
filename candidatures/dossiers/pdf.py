"""The receipt of a deposit: date, hour, digest, and the list of what was deposited."""

from decimal import Decimal

from candidatures.dossiers import etapes
from candidatures.dossiers.models import Instantane
from villes_internet.socle.pdf import rendre_pdf


def recepisse(instantane: Instantane) -> bytes:
    contenu = instantane.contenu
    remplies = [e.titre for e in etapes.ETAPES if any(contenu["sections"].get(e.code, {}).values())]
    contexte = {
        "instantane": instantane,
        "dossier": instantane.dossier,
        "identite": contenu["collectivite"],
        "campagne": contenu["campagne"],
        "sections": remplies,
        "actions": contenu["actions"],
        "pieces": contenu["pieces"],
        "indice": Decimal(contenu["mosaique"]["indice"]),
        "approbation": contenu["approbation"],
    }
    titre = f"Récépissé de dépôt, {contenu['collectivite']['nom']}, {contenu['campagne']['nom']}"
    return rendre_pdf("pdf/recepisse.html", contexte, titre)
