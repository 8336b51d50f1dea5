"""What changes the jury's work: assignments, conflicts, readings, decisions, and the aggregates of the boards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from atlaas import interface as atlaas
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne, Critere, Mention
from candidatures.dossiers import etats as etats_dossier
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.lecture import lecture
from candidatures.dossiers.queries.niveaux import elements
from candidatures.jury import calculs, etats
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.models import (
    Affectation,
    Charge,
    Conflit,
    Decision,
    Evaluation,
    Jure,
    Note,
    Synthese,
)
from candidatures.jury.permissions import AFFECTABLES, liens_de, peut_etre_affecte
from candidatures.jury.queries import demandes_de_mention, lectures_soumises, manques_de
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.calculs import AROBASES_MAX, juger_portes, proposition
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

LECTURES_MIN = 2


@dataclass(frozen=True, slots=True)
class NoteSaisie:
    """What the juror typed for a criterion; ``valeur`` None when nothing is chosen yet."""

    valeur: Decimal | None
    commentaire: str = ""


def _verrouiller(dossier: Dossier) -> Dossier:
    """The lock that orders what several people do to a dossier's readings at once."""
    return (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("campagne__version", "collectivite", "mosaique__version")
        .get(pk=dossier.pk)
    )


@transaction.atomic
def affecter(dossier: Dossier, jure: Jure, *, par: Utilisateur) -> Affectation:
    """Give the dossier to the juror, with an empty reading whose mosaic criterion is pre-filled.

    A third reader of a finished evaluation opens it again. Raises ``TransitionRefusee`` with the reason: a conflict,
    the quota, the state.
    """
    dossier = _verrouiller(dossier)
    charge, _ = Charge.objects.select_for_update().get_or_create(jure=jure, campagne=dossier.campagne)
    verdict = peut_etre_affecte(
        jure,
        dossier,
        liens_de(jure),
        charge=charge.nb_affectations,
        deja=dossier.affectations.filter(jure=jure).exists(),
    )
    if not verdict:
        raise TransitionRefusee(verdict.motif)
    affectation = Affectation.objects.create(dossier=dossier, jure=jure, affectee_par=par)
    evaluation = Evaluation.objects.create(affectation=affectation)
    preremplie = calculs.note_preremplie(dossier.mosaique.indice)
    Note.objects.bulk_create(
        Note(evaluation=evaluation, critere=critere, valeur=preremplie, preremplie=preremplie)
        if critere.est_precalcule
        else Note(evaluation=evaluation, critere=critere)
        for critere in dossier.campagne.criteres.all()
    )
    Charge.objects.filter(pk=charge.pk).update(nb_affectations=F("nb_affectations") + 1)
    consigner(dossier, "affecter à un juré", par=par, donnees={"jure": jure.pk})
    _tenir_synthese(dossier)
    _accorder_l_etat(dossier, par=par)
    return affectation


@transaction.atomic
def ouvrir_evaluation(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """Show the dossier to its jurors: the campaign is in evaluation and two readers at least are assigned."""
    if dossier.campagne.etat != EtatCampagne.EVALUATION:
        raise TransitionRefusee("La campagne n’est pas en évaluation.")
    if dossier.affectations.actives().count() < LECTURES_MIN:
        raise TransitionRefusee("Affectez d’abord au moins deux jurés.")
    return franchir(dossier, etats_dossier.METTRE_EN_EVALUATION, par=par)


def ouvrir_evaluations(campagne: Campagne, *, par: Utilisateur) -> int:
    """Open every admissible dossier that has its two readers; returns how many."""
    prets = Dossier.objects.filter(
        campagne=campagne, etat=EtatDossier.RECEVABLE, synthese__nb_affectations__gte=LECTURES_MIN
    ).select_related("campagne")
    return len([ouvrir_evaluation(dossier, par=par) for dossier in prets])


# Readings


def _controler(note: NoteSaisie, critere: Critere, preremplie: Decimal | None) -> None:
    """A shape that the form also refuses, with the criterion's code."""
    if note.valeur is None:
        return
    if preremplie is None:
        if not (0 <= note.valeur <= calculs.NOTE_MAX and calculs.est_demi_point(note.valeur)):
            raise TransitionRefusee(f"{critere.code} : une note va de 0 à 5, par demi-point.")
        return
    bas, haut = calculs.bornes_ajustement(preremplie)
    if not bas <= note.valeur <= haut:
        raise TransitionRefusee(f"{critere.code} : la note de la mosaïque se déplace d’un point au plus.")


@transaction.atomic
def enregistrer_evaluation(
    evaluation: Evaluation,
    *,
    notes: Mapping[str, NoteSaisie],
    points_forts: str,
    pistes: str,
    numero_version: int,
    par: Utilisateur,
    a: datetime,
) -> Evaluation:
    """Save the draft, complete or not. ``notes``: {criterion code: note}; a criterion left out keeps its note.

    Raises ``VersionPerimee`` when ``numero_version`` is not the stored one, ``TransitionRefusee`` when the
    reading is submitted or a note is out of bounds.
    """
    campagne = evaluation.affectation.dossier.campagne
    criteres = list(campagne.criteres.all())
    evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if evaluation.etat != EtatEvaluation.BROUILLON:
        raise TransitionRefusee("Cette lecture est soumise : elle ne se modifie plus.")
    if evaluation.numero_version != numero_version:
        raise VersionPerimee(evaluation)
    connues = {note.critere_id: note for note in evaluation.notes.all()}
    for critere in criteres:
        if critere.code not in notes:
            continue
        saisie = notes[critere.code]
        note = connues.setdefault(critere.pk, Note(evaluation=evaluation, critere=critere))
        _controler(saisie, critere, note.preremplie)
        note.valeur, note.commentaire = saisie.valeur, saisie.commentaire
    Note.objects.bulk_create(
        connues.values(),
        update_conflicts=True,
        unique_fields=["evaluation", "critere"],
        update_fields=["valeur", "commentaire"],
    )
    valeurs = {c.code: n.valeur for c in criteres if (n := connues.get(c.pk)) and n.valeur is not None}
    complete = len(valeurs) == len(criteres)
    evaluation.total = calculs.total(valeurs, {c.code: c.poids for c in criteres}) if complete else None
    evaluation.points_forts, evaluation.pistes = points_forts, pistes
    evaluation.numero_version += 1
    evaluation.modifiee_le = a
    evaluation.save(update_fields=["total", "points_forts", "pistes", "numero_version", "modifiee_le"])
    return evaluation


@transaction.atomic
def soumettre(evaluation: Evaluation, *, par: Utilisateur, a: datetime) -> Evaluation:
    """Submit a complete reading; the last one of the dossier ends its evaluation."""
    dossier = _verrouiller(evaluation.affectation.dossier)
    if dossier.etat != EtatDossier.EN_EVALUATION:
        raise TransitionRefusee("L’évaluation de ce dossier n’est pas ouverte.")
    if evaluation.affectation.recusee_le is not None:
        raise TransitionRefusee("Vous vous êtes récusé : cette lecture ne compte plus.")
    manques = manques_de(evaluation, list(dossier.campagne.criteres.all()))
    if manques:
        raise TransitionRefusee(f"La lecture n’est pas complète : {manques[0].phrase}")
    franchir(evaluation, etats.SOUMETTRE, par=par, soumise_le=a)
    _compter_soumises(evaluation.affectation, dossier, 1)
    _tenir_synthese(dossier)
    _accorder_l_etat(dossier, par=par)
    return evaluation


@transaction.atomic
def rendre(evaluation: Evaluation, *, par: Utilisateur, motif: str) -> Evaluation:
    """Give a submitted reading back to its juror, before the deliberation."""
    dossier = _verrouiller(evaluation.affectation.dossier)
    if dossier.etat not in {EtatDossier.EN_EVALUATION, EtatDossier.EVALUE}:
        raise TransitionRefusee("Le jury a délibéré sur ce dossier : la lecture ne se rend plus.")
    if evaluation.affectation.recusee_le is not None:
        raise TransitionRefusee("Ce juré s’est récusé : sa lecture ne compte plus.")
    franchir(evaluation, etats.RENDRE, par=par, motif=motif, soumise_le=None)
    _compter_soumises(evaluation.affectation, dossier, -1)
    _tenir_synthese(dossier)
    _accorder_l_etat(dossier, par=par)
    return evaluation


# Conflicts


@transaction.atomic
def recuser(affectation: Affectation, *, nature: str, motif: str, par: Utilisateur, a: datetime) -> Conflit:
    """The juror steps back from a dossier: the conflict stands for the collectivité, the reading counts no more."""
    return declarer_conflit(
        affectation.jure, affectation.dossier.collectivite, nature=nature, motif=motif, par=par, a=a
    )


@transaction.atomic
def declarer_conflit(
    jure: Jure, collectivite: Collectivite, *, nature: str, motif: str, par: Utilisateur, a: datetime
) -> Conflit:
    """Record the conflict and recuse the juror from the collectivité's dossiers that are not decided yet."""
    conflit, _ = Conflit.objects.update_or_create(
        jure=jure, collectivite=collectivite, defaults={"nature": nature, "motif": motif}
    )
    consigner(conflit, "déclarer un conflit d’intérêts", par=par, motif=motif, donnees={"nature": nature})
    _recuser_ou(jure, Q(dossier__collectivite=collectivite), par=par, a=a, motif=motif)
    return conflit


@transaction.atomic
def rattacher(jure: Jure, collectivite: Collectivite | None, *, par: Utilisateur, a: datetime) -> Jure:
    """Say where the juror works or sits: dossiers of that place and of its intercommunalité are taken back."""
    jure.collectivite = collectivite
    jure.save(update_fields=["collectivite"])
    consigner(jure, "rattacher le juré", par=par, donnees={"collectivite": collectivite and collectivite.code})
    _recuser_ou(jure, liens_de(jure).condition("dossier__collectivite"), par=par, a=a, motif="rattachement du juré")
    return jure


def _recuser_ou(jure: Jure, condition: Q, *, par: Utilisateur, a: datetime, motif: str) -> None:
    """Recuse the juror's active assignments that match; what the jury has already decided is left as it was."""
    for affectation in jure.affectations.actives().filter(condition, dossier__etat__in=AFFECTABLES).order_by("dossier"):
        dossier = _verrouiller(affectation.dossier)
        affectation.recusee_le = a
        affectation.save(update_fields=["recusee_le"])
        consigner(affectation, "récuser", par=par, motif=motif)
        Charge.objects.filter(jure=jure, campagne=dossier.campagne).update(nb_affectations=F("nb_affectations") - 1)
        if affectation.evaluation.etat == EtatEvaluation.SOUMISE:
            _compter_soumises(affectation, dossier, -1)
        _tenir_synthese(dossier)
        _accorder_l_etat(dossier, par=par)


# Aggregates


def _compter_soumises(affectation: Affectation, dossier: Dossier, pas: int) -> None:
    Charge.objects.filter(jure=affectation.jure_id, campagne=dossier.campagne).update(
        nb_soumises=F("nb_soumises") + pas
    )


def _tenir_synthese(dossier: Dossier) -> Synthese:
    """Write what the boards show of the dossier, from its submitted readings that count."""
    campagne = dossier.campagne
    lues = lectures_soumises(dossier)
    totaux = [lue.total for lue in lues]
    valeurs: dict[str, object] = {
        "campagne": campagne,
        "nb_affectations": dossier.affectations.actives().count(),
        "nb_soumises": len(lues),
        "moyenne": calculs.moyenne(totaux),
        "ecart": calculs.ecart(totaux),
        "proposition": None,
        "precedent": _niveau_precedent(dossier),
        "debat": [],
        "portes": [],
    }
    moyenne = calculs.moyenne(totaux)
    if moyenne is not None:
        valeurs |= _proposer(dossier, [lue.notes for lue in lues], totaux, moyenne, valeurs["precedent"])
    return Synthese.objects.update_or_create(dossier=dossier, defaults=valeurs)[0]


def _proposer(
    dossier: Dossier,
    notes: Sequence[Mapping[str, Decimal]],
    totaux: Sequence[Decimal],
    moyenne: Decimal,
    precedent: object,
) -> dict[str, object]:
    """The proposal with its gates and, from each reading alone, what asks for a debate."""
    version = dossier.campagne.version
    lus = elements(lecture(dossier, route_piece="admin:jury_piece"))
    portes = juger_portes(version.portes, lus, calculs.moyennes_par_critere(notes))
    retenue = proposition(moyenne, version.seuils, portes)
    chacune = [
        proposition(t, version.seuils, juger_portes(version.portes, lus, n)) for t, n in zip(totaux, notes, strict=True)
    ]
    assert precedent is None or isinstance(precedent, int)
    return {
        "proposition": retenue,
        "portes": [p.en_json() for p in portes],
        "debat": [str(m) for m in calculs.motifs_de_debat(calculs.ecart(totaux), chacune, retenue, precedent)],
    }


def _niveau_precedent(dossier: Dossier) -> int | None:
    derniere = (
        atlaas.distinctions_de(dossier.collectivite).filter(annee__lt=dossier.campagne.annee).order_by("-annee").first()
    )
    return derniere.arobases if derniere else None


def _accorder_l_etat(dossier: Dossier, *, par: Utilisateur) -> None:
    """End the evaluation when every reading that counts is in, two at least; reopen it when one is awaited again."""
    synthese = Synthese.objects.get(dossier=dossier)
    finie = synthese.nb_soumises == synthese.nb_affectations >= LECTURES_MIN
    if finie and dossier.etat == EtatDossier.EN_EVALUATION:
        franchir(dossier, etats_dossier.TERMINER_EVALUATION, par=par)
    elif not finie and dossier.etat == EtatDossier.EVALUE:
        franchir(dossier, etats_dossier.REPRENDRE_EVALUATION, par=par)


# Deliberation


@transaction.atomic
def decider(
    dossier: Dossier, *, arobases: int, mentions: Sequence[Mention], motif: str, par: Utilisateur, a: datetime
) -> Decision:
    """Record the jury's decision; a new one replaces the former and the journal keeps both.

    A motive is required when the level is not the proposal or is below the last one obtained. Mentions are among
    those that the dossier asks for.
    """
    dossier = _verrouiller(dossier)
    if dossier.campagne.etat != EtatCampagne.DELIBERATION:
        raise TransitionRefusee("La campagne n’est pas en délibération.")
    synthese = Synthese.objects.get(dossier=dossier)
    if not 1 <= arobases <= AROBASES_MAX:
        raise TransitionRefusee("Le label va de 1 à 5 arobases.")
    if not motif.strip():
        if arobases != synthese.proposition:
            raise TransitionRefusee("Un motif est nécessaire : la décision s’écarte de la proposition.")
        if synthese.precedent is not None and arobases < synthese.precedent:
            raise TransitionRefusee("Un motif est nécessaire : le niveau baisse, la collectivité doit savoir pourquoi.")
    demandees = {m.pk for m in demandes_de_mention(dossier)}
    if any(m.pk not in demandees for m in mentions):
        raise TransitionRefusee("Une mention ne se donne qu’à un dossier qui la demande.")
    donnees = {
        "arobases": arobases,
        "proposition": synthese.proposition,
        "mentions": sorted(m.code for m in mentions),
    }
    franchir(dossier, etats_dossier.DELIBERER, par=par, motif=motif, donnees=donnees)
    decision, _ = Decision.objects.update_or_create(
        dossier=dossier,
        defaults={
            "proposition": synthese.proposition,
            "arobases": arobases,
            "motif": motif,
            "decidee_le": a,
            "decidee_par": par,
        },
    )
    decision.mentions.set(mentions)
    return decision
