"""Read models of the jury: what a juror sees, what the boards show, what is missing in a reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from candidatures.campagnes.models import Critere, Mention
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries import Lecture, lecture
from candidatures.jury import calculs
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.models import Evaluation, Note

COMMENTAIRE_MIN = 100


@dataclass(frozen=True, slots=True)
class LectureSoumise:
    total: Decimal
    notes: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Manque:
    """``ancre``: identifier of the field that mends it."""

    phrase: str
    ancre: str


def elements(lue: Lecture) -> calculs.Elements:
    """What the gates ask, read in the frozen dossier; a tile whose services are all "non concerné" counts nowhere."""
    thematiques = [t for t in lue.mosaique.tuiles if not t.est_transversale]
    return calculs.Elements(
        nb_actions=lue.nb_actions,
        nb_replicables=lue.nb_replicables,
        niveaux=tuple(t.niveau_etaye for t in thematiques if t.nb_concernes),
        nb_enjeux=len(thematiques),
        faits=frozenset(code for code, tenu in lue.faits.items() if tenu),
    )


def lectures_soumises(dossier: Dossier) -> list[LectureSoumise]:
    """Submitted readings that count, in two queries."""
    soumises = Evaluation.objects.filter(
        etat=EtatEvaluation.SOUMISE, affectation__dossier=dossier, affectation__recusee_le__isnull=True
    ).order_by("pk")
    notes: dict[int, dict[str, Decimal]] = {}
    for evaluation, code, valeur in Note.objects.filter(evaluation__in=soumises, valeur__isnull=False).values_list(
        "evaluation", "critere__code", "valeur"
    ):
        notes.setdefault(evaluation, {})[code] = valeur
    return [LectureSoumise(e.total, notes.get(e.pk, {})) for e in soumises if e.total is not None]


def demandes_de_mention(dossier: Dossier) -> list[Mention]:
    """Mentions of the campaign that the dossier asks for."""
    codes = [m.code for m in lecture(dossier, route_piece="admin:jury_piece").mentions]
    return list(Mention.objects.filter(campagne=dossier.campagne_id, code__in=codes))


def manques_de(evaluation: Evaluation, criteres: Sequence[Critere]) -> list[Manque]:
    """What prevents the submission: a note, a comment that is due, a motive, the two sentences to the town."""
    notes = {note.critere_id: note for note in evaluation.notes.all()}
    manques = [m for c in criteres if (m := _manque_de_note(c, notes.get(c.pk)))]
    if not evaluation.points_forts.strip():
        manques.append(Manque("les points forts sont à écrire.", "id_points_forts"))
    if not evaluation.pistes.strip():
        manques.append(Manque("les pistes sont à écrire.", "id_pistes"))
    return manques


def _manque_de_note(critere: Critere, note: Note | None) -> Manque | None:
    if note is None or note.valeur is None:
        return Manque(f"{critere.code} n’a pas de note.", f"id_{critere.code}-valeur")
    commentaire, ancre = note.commentaire.strip(), f"id_{critere.code}-commentaire"
    if note.preremplie is not None and note.valeur != note.preremplie and not commentaire:
        return Manque(f"{critere.code} s’écarte de la mosaïque : dites pourquoi.", ancre)
    deja_expliquee = note.preremplie is not None and note.valeur == note.preremplie
    if calculs.demande_commentaire(note.valeur) and len(commentaire) < COMMENTAIRE_MIN and not deja_expliquee:
        return Manque(
            f"{critere.code} : une note de 0, 1 ou 5 demande un commentaire d’au moins {COMMENTAIRE_MIN} caractères.",
            ancre,
        )
    return None
