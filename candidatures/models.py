"""One app, one migration history: the models of the five slices."""

from candidatures.campagnes.models import Campagne, Critere, Mention
from candidatures.dossiers.models import ActionPresentee, Dossier, Instantane, Piece, Section
from candidatures.jury.models import Affectation, Charge, Conflit, Decision, Evaluation, Jure, Note, Synthese
from candidatures.palmares.models import Certificat, LotCertificats, Resultat

__all__ = [
    "ActionPresentee",
    "Affectation",
    "Campagne",
    "Certificat",
    "Charge",
    "Conflit",
    "Critere",
    "Decision",
    "Dossier",
    "Evaluation",
    "Instantane",
    "Jure",
    "LotCertificats",
    "Mention",
    "Note",
    "Piece",
    "Resultat",
    "Section",
    "Synthese",
]
