"""The tables of the Atlaas, one file a subject."""

from atlaas.models.corrections import Correction
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
from atlaas.models.gardees import Gardee
from atlaas.models.imports import (
    AvancementImport,
    GenreImport,
    ImportFiches,
    LigneImport,
    Provenance,
    VerdictLigne,
)
from atlaas.models.jetons import Jeton, Portee
from atlaas.models.liens import AdresseLiee, Constat, LienDeFiche, LienDeFicheQuerySet
from atlaas.models.questions import LONGUEUR, Propos, ProposQuerySet, SansQuestion, Signalement
from atlaas.models.recherche import Entree, Facette, Genre, MotConnu, RechercheSuivie
from atlaas.models.selections import Retenue, Selection
from atlaas.models.vitrine import Vitrine

__all__ = [
    "EN_COURS",
    "LONGUEUR",
    "Action",
    "ActionQuerySet",
    "AdresseLiee",
    "AvancementImport",
    "Blocage",
    "Constat",
    "Conversation",
    "Correction",
    "Cout",
    "DemandeFiche",
    "Distinction",
    "Entree",
    "Facette",
    "Gardee",
    "Genre",
    "GenreImport",
    "ImportFiches",
    "Jeton",
    "LienDeFiche",
    "LienDeFicheQuerySet",
    "LigneImport",
    "Message",
    "MotConnu",
    "Operateur",
    "Outil",
    "Portee",
    "Presentation",
    "Propos",
    "ProposQuerySet",
    "Provenance",
    "Public",
    "RechercheSuivie",
    "Retenue",
    "SansAccents",
    "SansContact",
    "SansQuestion",
    "Selection",
    "Signalement",
    "Stade",
    "VerdictLigne",
    "VersionFiche",
    "Vitrine",
    "limite_d_eligibilite",
]
