"""How a person appears on public pages, and who receives what is written to a collectivité."""

import re

from atlaas.permissions import REDACTION
from villes_internet.comptes.models import Habilitation, Utilisateur
from villes_internet.comptes.queries import referents_de
from villes_internet.territoires.models import Collectivite

SANS_NOM = "Une personne"
MAX_PRENOM = 40


def nom_public(personne: Utilisateur, collectivite: Collectivite | None) -> str:
    """The first name, and the collectivité for which one speaks: never a family name, never an address.

    What was typed as a first name and reads as an address, a link or a sentence is not shown.
    """
    prenom = " ".join(personne.first_name.split())
    if not prenom or len(prenom) > MAX_PRENOM or re.search(r"[@/:\d]|www", prenom, re.IGNORECASE):
        prenom = SANS_NOM
    return f"{prenom}, {collectivite.nom}" if collectivite else prenom


def redacteurs(ville: Collectivite) -> list[Utilisateur]:
    """Those who write the fiches of the collectivité and whose account is open; one query."""
    actives = Habilitation.objects.actives().filter(collectivite=ville, role__in=REDACTION)
    return list(Utilisateur.objects.filter(pk__in=actives.values("utilisateur"), is_active=True).order_by("pk"))


def referents(ville: Collectivite) -> list[Utilisateur]:
    """Its référents; those who write its fiches where there is none."""
    return list(referents_de(ville)) or redacteurs(ville)
