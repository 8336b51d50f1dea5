"""The tables of the Atlaas, one file a subject."""

from atlaas.models.demandes import DemandeFiche
from atlaas.models.distinctions import Distinction
from atlaas.models.echanges import Blocage, Conversation, Message, SansContact
from atlaas.models.fiches import (
    EN_COURS,
    Action,
    ActionQuerySet,
    Cout,
    Operateur,
    Outil,
    Presentation,
    Public,
    SansAccents,
    Stade,
    VersionFiche,
    limite_d_eligibilite,
)
from atlaas.models.jetons import Jeton, Portee
from atlaas.models.liens import AdresseLiee, Constat, LienDeFiche, LienDeFicheQuerySet
from atlaas.models.recherche import Entree, Facette, Genre, MotConnu, RechercheSuivie
from atlaas.models.selections import Retenue, Selection
from atlaas.models.vitrine import Vitrine

__all__ = [
    "EN_COURS",
    "Action",
    "ActionQuerySet",
    "AdresseLiee",
    "Blocage",
    "Constat",
    "Conversation",
    "Cout",
    "DemandeFiche",
    "Distinction",
    "Entree",
    "Facette",
    "Genre",
    "Jeton",
    "LienDeFiche",
    "LienDeFicheQuerySet",
    "Message",
    "MotConnu",
    "Operateur",
    "Outil",
    "Portee",
    "Presentation",
    "Public",
    "RechercheSuivie",
    "Retenue",
    "SansAccents",
    "SansContact",
    "Selection",
    "Stade",
    "VersionFiche",
    "Vitrine",
    "limite_d_eligibilite",
]
