"""What the pages of corrections read."""

import json
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Case, IntegerField, QuerySet, Value, When

from atlaas.corrections.calculs import Passage, difference
from atlaas.corrections.forms import CORRIGIBLES
from atlaas.etats import EtatCorrection
from atlaas.historique import libelle, valeur_lue
from atlaas.models import Action, Correction
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

PAR_PAGE = 20
MONTREES = 50
VIDE = "(vide)"


@dataclass(frozen=True, slots=True)
class CorrectionLue:
    """``passages``: the way from what the fiche says now (what it said, once decided) to what is proposed.

    ``est_perimee``: the field has changed since the proposal was written; ``ancien`` is what it said then.
    """

    correction: Correction
    libelle: str
    present: str
    ancien: str
    voulu: str
    passages: list[Passage]
    est_perimee: bool


def lire(correction: Correction) -> CorrectionLue:
    """No query: ``action`` is loaded."""
    nom = correction.champ
    attend = correction.etat == EtatCorrection.PROPOSEE
    present = _json(getattr(correction.action, nom)) if attend else correction.lu
    textes = [valeur_lue(nom, brute, {}).affichee for brute in (present, correction.lu, correction.voulu)]
    ici, ancien, voulu = textes
    passages = difference("" if ici == VIDE else ici, voulu)
    return CorrectionLue(correction, libelle(nom), ici, ancien, voulu, passages, est_perimee=present != correction.lu)


def _json(valeur: object) -> object:
    return json.loads(json.dumps(valeur, cls=DjangoJSONEncoder))


def _avec_fiche() -> QuerySet[Correction]:
    return Correction.objects.select_related("auteur", "collectivite", "action__collectivite")


def en_attente(action: Action) -> list[CorrectionLue]:
    """On the page of the fiche, for its people; one query."""
    attendues = _avec_fiche().filter(action=action, etat=EtatCorrection.PROPOSEE)
    return [lire(correction) for correction in attendues.order_by("le", "pk")[:MONTREES]]


def recues(ville: Collectivite) -> QuerySet[Correction]:
    """Proposed to a collectivité: those that wait first, then the latest."""
    attend = Case(When(etat=EtatCorrection.PROPOSEE, then=Value(0)), default=Value(1), output_field=IntegerField())
    visibles = _avec_fiche().filter(action__collectivite=ville).exclude(etat=EtatCorrection.RETIREE)
    return visibles.order_by(attend, "-le", "-pk")


def nb_en_attente(ville: Collectivite) -> int:
    return Correction.objects.filter(action__collectivite=ville, etat=EtatCorrection.PROPOSEE).count()


def proposees_par(personne: Utilisateur) -> list[Correction]:
    return list(_avec_fiche().filter(auteur=personne).order_by("-le", "-pk")[:MONTREES])


def mot_de_la_decision(correction: Correction) -> str:
    """Why it was set aside or removed, "" otherwise."""
    decisions = Evenement.objects.de(correction).filter(apres__in=[EtatCorrection.ECARTEE, EtatCorrection.RETIREE])
    return decisions.recents().values_list("motif", flat=True).first() or ""


def champs_de(action: Action) -> list[tuple[str, str, str]]:
    """(field, what it is called, what it says) of all that a reader may propose to correct."""
    return [(nom, libelle(nom), valeur_lue(nom, _json(getattr(action, nom)), {}).affichee) for nom in CORRIGIBLES]
