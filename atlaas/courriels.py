"""What the fiches themselves write to people, whatever the door by which they change."""

from django.conf import settings

from atlaas.identites import redacteurs
from atlaas.models import Action
from villes_internet.socle.courriel import envoyer


def fiche_inspiree(fiche: Action) -> None:
    """Thanks to the people of its source."""
    source = fiche.inspiree_de
    assert source is not None
    contexte = {
        "fiche": fiche,
        "source": source,
        "url": settings.ADRESSE_PUBLIQUE + fiche.get_absolute_url(),
        "chaine": settings.ADRESSE_PUBLIQUE + source.get_absolute_url(),
    }
    for personne in redacteurs(source.collectivite):
        envoyer("fiche_inspiree", [personne.email], contexte)
