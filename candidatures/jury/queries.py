"""Read models of the jury: what a juror sees, what the boards show, what is missing in a reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import Count, F, Q, QuerySet, TextChoices

from candidatures.campagnes.models import Campagne, Critere, Mention
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.lecture import lecture
from candidatures.jury import calculs
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.models import Affectation, Charge, Decision, Evaluation, Jure, Note, Synthese
from candidatures.jury.permissions import Liens, liens_de_tous, peut_etre_affecte, utilisateurs_jures
from villes_internet.socle.cles import PageDeCles, entier
from villes_internet.socle.verdict import Verdict

COMMENTAIRE_MIN = 100
TAILLE_DE_PAGE = 50


@dataclass(frozen=True, slots=True)
class LectureSoumise:
    total: Decimal
    notes: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Manque:
    """``ancre``: identifier of the field that mends it."""

    phrase: str
    ancre: str


def lectures_soumises(dossier: Dossier) -> list[LectureSoumise]:
    """Submitted readings that count, in two queries."""
    soumises = Evaluation.objects.filter(
        etat=EtatEvaluation.SOUMISE, affectation__dossier=dossier, affectation__recusee_le__isnull=True
    ).order_by("pk")
    notes: dict[int, dict[str, Decimal]] = {}
    for evaluation, code, valeur in Note.objects.filter(evaluation__in=soumises).values_list(
        "evaluation", "critere__code", "valeur"
    ):
        if valeur is not None:
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


# Lists


class FiltreLecture(TextChoices):
    A_LIRE = "a_lire", "À lire"
    SOUMISES = "soumises", "Soumises"
    TOUTES = "toutes", "Toutes"


def page_de_lectures(
    affectations: QuerySet[Affectation], filtre: FiltreLecture, apres: str = "", taille: int = TAILLE_DE_PAGE
) -> PageDeCles[Affectation]:
    """A page of a juror's readings, newest assignment first, in one query; ``affectations`` are those visible."""
    if filtre != FiltreLecture.TOUTES:
        etat = EtatEvaluation.BROUILLON if filtre == FiltreLecture.A_LIRE else EtatEvaluation.SOUMISE
        affectations = affectations.filter(evaluation__etat=etat)
    cle = entier(apres)
    if cle is not None:
        affectations = affectations.filter(pk__lt=cle)
    lues = affectations.select_related("evaluation", "dossier__collectivite__departement").order_by("-pk")
    return PageDeCles.couper(list(lues[: taille + 1]), taille, lambda a: a.pk, est_premiere=cle is None)


def suivante_a_lire(affectations: QuerySet[Affectation], apres: Affectation) -> Affectation | None:
    """The next reading to do, in the order of the list, then from its top."""
    restantes = affectations.filter(evaluation__etat=EtatEvaluation.BROUILLON).exclude(pk=apres.pk).order_by("-pk")
    return restantes.filter(pk__lt=apres.pk).first() or restantes.first()


def autres_totaux(affectation: Affectation) -> list[Decimal]:
    """Totals of the other readers, without names, lowest first; for a juror who has submitted."""
    totaux = (
        Evaluation.objects.filter(
            etat=EtatEvaluation.SOUMISE,
            affectation__dossier=affectation.dossier_id,
            affectation__recusee_le__isnull=True,
        )
        .exclude(affectation=affectation)
        .order_by("total")
        .values_list("total", flat=True)
    )
    return [total for total in totaux if total is not None]


# The association's boards


@dataclass(frozen=True, slots=True)
class JurePossible:
    """A juror on the page of a dossier: the load, and whether this dossier can be given."""

    jure: Jure
    charge: int
    verdict: Verdict


def jures_possibles(dossier: Dossier) -> list[JurePossible]:
    """Every juror with the reason why not, least loaded first, then by name; six queries whatever their number."""
    jures = list(Jure.objects.select_related("utilisateur", "collectivite").order_by("utilisateur__cle_alphabetique"))
    charges = dict(Charge.objects.filter(campagne=dossier.campagne_id).values_list("jure", "nb_affectations"))
    deja = set(dossier.affectations.values_list("jure", flat=True))
    habilites = utilisateurs_jures()
    liens = liens_de_tous(jures)
    possibles = [
        JurePossible(
            j,
            charges.get(j.pk, 0),
            peut_etre_affecte(j, dossier, liens[j.pk], charge=charges.get(j.pk, 0), deja=j.pk in deja),
        )
        for j in jures
        if j.utilisateur_id in habilites
    ]
    return sorted(possibles, key=lambda p: (not p.verdict, p.charge - p.jure.quota))


def charges_des_jures(campagne: Campagne) -> QuerySet[Charge]:
    """The board's lines, most late first: stored counts, one query."""
    return (
        Charge.objects.filter(campagne=campagne, nb_affectations__gt=0)
        .select_related("jure__utilisateur", "jure__collectivite")
        .annotate(reste=F("nb_affectations") - F("nb_soumises"))
        .order_by("-reste", "pk")
    )


@dataclass(frozen=True, slots=True)
class LigneDossier:
    """A dossier in a list; ``synthese`` None before its first assignment."""

    dossier: Dossier
    synthese: Synthese | None

    @classmethod
    def depuis(cls, dossier: Dossier) -> "LigneDossier":
        return cls(dossier, getattr(dossier, "synthese", None))


class FiltreAvancement(TextChoices):
    SANS = "0", "Sans lecteur"
    UN = "1", "Un seul lecteur"
    PRETS = "prets", "Prêts à ouvrir"
    EN_COURS = "en_cours", "Lectures en cours"


def page_d_avancement(
    campagne: Campagne, filtre: FiltreAvancement, apres: str = "", taille: int = TAILLE_DE_PAGE
) -> PageDeCles[LigneDossier]:
    """Dossiers to assign, open or wait for, oldest first, in one query."""
    dossiers = Dossier.objects.filter(campagne=campagne)
    match filtre:
        case FiltreAvancement.SANS:
            dossiers = dossiers.filter(etat=EtatDossier.RECEVABLE).filter(
                Q(synthese__isnull=True) | Q(synthese__nb_affectations=0)
            )
        case FiltreAvancement.UN:
            dossiers = dossiers.filter(
                etat__in=[EtatDossier.RECEVABLE, EtatDossier.EN_EVALUATION], synthese__nb_affectations=1
            )
        case FiltreAvancement.PRETS:
            dossiers = dossiers.filter(etat=EtatDossier.RECEVABLE, synthese__nb_affectations__gte=2)
        case _:
            dossiers = dossiers.filter(etat=EtatDossier.EN_EVALUATION)
    cle = entier(apres)
    if cle is not None:
        dossiers = dossiers.filter(pk__gt=cle)
    lus = dossiers.select_related("synthese", "collectivite__departement").order_by("pk")[: taille + 1]
    lignes = [LigneDossier.depuis(d) for d in lus]
    return PageDeCles.couper(lignes, taille, lambda ligne: ligne.dossier.pk, est_premiere=cle is None)


def nombres_par_etat(dossiers: QuerySet[Dossier]) -> dict[str, int]:
    """{state: how many}, from the index alone."""
    return dict(dossiers.order_by().values_list("etat").annotate(nb=Count("pk")))


# Deliberation


@dataclass(frozen=True, slots=True)
class LigneDeliberation:
    synthese: Synthese
    dossier: Dossier
    decision: Decision | None


class FiltreDeliberation(TextChoices):
    TOUS = "tous", "Tous"
    A_DECIDER = "a_decider", "À décider"
    ECART = "ecart", "Écart de 15 points ou plus"
    NIVEAUX = "niveaux", "Deux niveaux d’écart entre lecteurs"
    RECUL = "recul", "Niveau en baisse"
    CINQ = "cinq", "Candidats à 5 arobases"
    DEPART = "depart", "Décision hors proposition"


def page_de_deliberation(
    campagne: Campagne, liens: Liens, filtre: FiltreDeliberation, apres: str = "", taille: int = TAILLE_DE_PAGE
) -> PageDeCles[LigneDeliberation]:
    """One line a dossier, highest mean first, in one query; what ties the reader (``liens``) is not in it."""
    lignes = Synthese.objects.filter(campagne=campagne, moyenne__isnull=False).exclude(
        liens.condition("dossier__collectivite")
    )
    match filtre:
        case FiltreDeliberation.TOUS:
            pass
        case FiltreDeliberation.A_DECIDER:
            lignes = lignes.filter(dossier__etat=EtatDossier.EVALUE)
        case FiltreDeliberation.DEPART:
            lignes = lignes.filter(dossier__decision__isnull=False).exclude(
                dossier__decision__arobases=F("dossier__decision__proposition")
            )
        case _:
            lignes = lignes.filter(debat__contains=[filtre.value])
    moyenne, _, cle = apres.partition("-")
    if entier(cle) is not None and _decimal(moyenne) is not None:
        valeur = _decimal(moyenne)
        lignes = lignes.filter(Q(moyenne__lt=valeur) | Q(moyenne=valeur, dossier_id__lt=entier(cle)))
    lues = lignes.select_related("dossier__collectivite__departement", "dossier__decision")
    page = lues.order_by("-moyenne", "-dossier_id")[: taille + 1]
    vues = [LigneDeliberation(s, s.dossier, getattr(s.dossier, "decision", None)) for s in page]
    return PageDeCles.couper(vues, taille, _cle_de_deliberation, est_premiere=not apres)


def _cle_de_deliberation(ligne: LigneDeliberation) -> str:
    return f"{ligne.synthese.moyenne}-{ligne.dossier.pk}"


def _decimal(texte: str) -> Decimal | None:
    try:
        valeur = Decimal(texte)
    except InvalidOperation:
        return None
    return valeur if valeur.is_finite() and 0 <= valeur <= 100 else None
