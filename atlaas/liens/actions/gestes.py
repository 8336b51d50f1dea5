"""What the author does with a link, in one click."""

from datetime import datetime
from typing import Any

from django.db import transaction

from atlaas.actions import modifier_action
from atlaas.liens.calculs import liens_du_texte, remplacer_dans
from atlaas.models import Action, Constat, LienDeFiche
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee


@transaction.atomic
def remplacer(lien: LienDeFiche, *, numero_version: int, par: Utilisateur, a: datetime) -> Action:
    """The fiche says where the link leads now. Raises as ``modifier_action``, and ``TransitionRefusee`` when there is
    nothing to replace any more."""
    fiche, adresse = lien.action, lien.adresse
    if fiche.version != numero_version:
        raise VersionPerimee(fiche)
    champs = _champs_mendes(lien)
    if adresse.constat != Constat.DEPLACE or not champs:
        raise TransitionRefusee("Ce lien ne peut plus être remplacé d’un geste : corrigez-le dans la fiche.")
    mendee = modifier_action(
        fiche, par=par, numero_version=numero_version, services=fiche.services.all(), a=a, **champs
    )
    consigner(mendee, "remplacer un lien", par=par, donnees={"de": adresse.url, "vers": adresse.vers})
    return mendee


def _champs_mendes(lien: LienDeFiche) -> dict[str, Any]:
    """The field as it would be, {} where the link is not found in it, or where the text would be too long."""
    fiche, url, vers = lien.action, lien.adresse.url, lien.adresse.vers
    if lien.place == LienDeFiche.Place.LIEN:
        return {"lien": vers} if fiche.lien == url else {}
    mendee = remplacer_dans(fiche.description, url, vers)
    tient = len(mendee) <= (Action._meta.get_field("description").max_length or 0)
    return {"description": mendee} if tient and vers in liens_du_texte(mendee) and mendee != fiche.description else {}


@transaction.atomic
def garder(lien: LienDeFiche, *, par: Utilisateur) -> None:
    """The author has seen it and the link is right: nothing is said of it until another thing is found."""
    lien.garde_constat, lien.garde_vers = lien.adresse.constat, lien.adresse.vers
    lien.save(update_fields=["garde_constat", "garde_vers"])
    consigner(lien.action, "garder un lien", par=par, donnees={"lien": lien.adresse.url})
