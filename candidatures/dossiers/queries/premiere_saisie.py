"""What a step starts with before its first save."""

from typing import Any

from candidatures.dossiers.models import Dossier, Etape, Section
from candidatures.dossiers.queries.espace import equipe_de
from candidatures.dossiers.queries.saisie import Saisie
from villes_internet.comptes.models import Role
from villes_internet.territoires.models import Collectivite


def valeurs_connues(dossier: Dossier, etape: str, saisie: Saisie, precedente: Section | None) -> dict[str, Any]:
    """What a step starts with before its first save: last year's identity and team, the names already given."""
    if precedente and etape in {Etape.COLLECTIVITE, Etape.EQUIPE}:
        return dict(precedente.donnees)
    if etape == Etape.EQUIPE:
        return _equipe_connue(dossier.collectivite)
    if etape == Etape.LETTRE:
        equipe = saisie.reponses(Etape.EQUIPE)
        return {
            "maire_nom": equipe.get("signataire_nom", ""),
            "maire_fonction": equipe.get("signataire_fonction", ""),
            "delegue_nom": equipe.get("elu_nom", ""),
            "delegue_fonction": equipe.get("elu_fonction", ""),
        }
    return {}


def _equipe_connue(collectivite: Collectivite) -> dict[str, Any]:
    connues: dict[str, Any] = {}
    for habilitation in equipe_de(collectivite):
        if habilitation.role in {Role.REFERENT, Role.SIGNATAIRE}:
            connues.setdefault(f"{habilitation.role}_nom", str(habilitation.utilisateur))
            connues.setdefault(f"{habilitation.role}_fonction", habilitation.fonction)
            connues.setdefault(f"{habilitation.role}_courriel", habilitation.utilisateur.email)
    return connues


def modele_de_lettre(dossier: Dossier, saisie: Saisie) -> str:
    """A letter to start from, with the names already given; what is between brackets is to be replaced."""
    strategie = saisie.reponses(Etape.STRATEGIE)
    depuis = strategie.get("pnt_annee") or "[année]"
    return MODELE_LETTRE.format(nom=dossier.collectivite.nom, annee=dossier.campagne.annee, depuis=depuis)


MODELE_LETTRE = """Objet : candidature au label « Territoires, Villes et Villages Internet » {annee}

Madame, Monsieur les membres du jury,

Depuis {depuis}, {nom} mène un projet numérique au service de ses habitants. [Dites en deux phrases pourquoi : \
quels besoins, quelle ambition pour le mandat.]

Notre stratégie tient en quelques axes. [Citez-les, avec la date et l’instance qui les ont adoptés.]

Nous veillons à ce que chacun garde un accès à ses droits. [Dites ce que vous faites pour les personnes éloignées \
du numérique et quelle voie non numérique vous maintenez.]

Les actions présentées dans ce dossier en sont la mise en œuvre. [Nommez celle dont vous êtes le plus fier, avec un \
chiffre.]

Nous nous engageons à poursuivre ces efforts et à les partager avec les autres collectivités."""
