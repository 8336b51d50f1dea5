"""Who may read, mark, assign and decide. The rule of conflict comes before any role."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from candidatures.campagnes.etats import EtatCampagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.models import Affectation, Conflit, Jure
from villes_internet.comptes.models import Habilitation, Role
from villes_internet.comptes.permissions import (
    Personne,
    collectivites_de,
    est_association,
    refus_national,
    roles_nationaux,
)
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

LISIBLES = (EtatDossier.EN_EVALUATION, EtatDossier.EVALUE, EtatDossier.DELIBERE, EtatDossier.PUBLIE)
AFFECTABLES = (EtatDossier.RECEVABLE, EtatDossier.EN_EVALUATION, EtatDossier.EVALUE)


@dataclass(frozen=True, slots=True)
class Liens:
    """What ties a person: ``territoires`` (own collectivités and their EPCI) and ``declares`` (declared conflicts)."""

    territoires: frozenset[int] = frozenset()
    declares: frozenset[int] = frozenset()

    def motif(self, collectivite: Collectivite) -> str:
        """Why this person may not judge the collectivité; empty when nothing ties them."""
        if collectivite.pk in self.declares:
            return "conflit d’intérêts déclaré"
        if collectivite.pk in self.territoires:
            return "même collectivité, ou son intercommunalité"
        if collectivite.epci_id in self.territoires:
            return "même intercommunalité"
        return ""

    def condition(self, chemin: str) -> Q:
        """The same rule for a queryset; ``chemin`` leads to the collectivité ("dossier__collectivite")."""
        conditions = (
            [Q(**{f"{chemin}__in": self.territoires | self.declares})] if self.territoires or self.declares else []
        )
        if self.territoires:
            conditions.append(Q(**{f"{chemin}__epci__in": self.territoires}))
        return reduce(or_, conditions, Q(pk__in=[]))


def _territoires(lignes: Iterable[tuple[int | None, ...]]) -> frozenset[int]:
    return frozenset(cle for ligne in lignes for cle in ligne if cle is not None)


Cles = tuple[int | None, ...]


def _attache(jure: Jure | None) -> Cles:
    """The juror's own place, its EPCI, and the commune it became a part of."""
    place = jure.collectivite if jure else None
    return (place.pk, place.epci_id, place.commune_actuelle_id) if place else ()


def _fonctions(utilisateurs: list[int]) -> dict[int, list[Cles]]:
    """{person: where they hold a role for a collectivité today, with its EPCI}; one query."""
    fonctions: dict[int, list[Cles]] = {cle: [] for cle in utilisateurs}
    for utilisateur, *cles in (
        Habilitation.objects.actives()
        .filter(utilisateur__in=utilisateurs, collectivite__isnull=False)
        .values_list("utilisateur", "collectivite", "collectivite__epci", "collectivite__commune_actuelle")
    ):
        fonctions[utilisateur].append(tuple(cles))
    return fonctions


def _fiche(utilisateur: Personne) -> Any:
    """The person's juror's file with ``declares``, the collectivités of the declared conflicts; one query."""
    conflits = Conflit.objects.filter(jure=OuterRef("pk")).values("collectivite")
    fiches = Jure.objects.select_related("collectivite").annotate(declares=ArraySubquery(conflits))
    return fiches.filter(utilisateur=utilisateur.pk).first()


def liens_de_tous(jures: Iterable[Jure]) -> dict[int, Liens]:
    """{juror id: ties}, in two queries whatever the number of jurors, loaded with their collectivité."""
    jures = list(jures)
    fonctions = _fonctions([j.utilisateur_id for j in jures])
    declares: dict[int, set[int]] = {}
    for jure, collectivite in Conflit.objects.filter(jure__in=[j.pk for j in jures]).values_list(
        "jure", "collectivite"
    ):
        declares.setdefault(jure, set()).add(collectivite)
    return {
        j.pk: Liens(
            _territoires([*fonctions[j.utilisateur_id], _attache(j)]),
            frozenset(declares.get(j.pk, ())),
        )
        for j in jures
    }


def liens_de(jure: Jure) -> Liens:
    return liens_de_tous([jure])[jure.pk]


def liens_de_personne(utilisateur: Personne) -> Liens:
    """Ties of anyone, kept on the user object for the request; without a juror's file only the functions held count."""
    connus: Liens | None = getattr(utilisateur, "_liens_du_jury", None)
    if connus is None:
        jure = _fiche(utilisateur)
        cle: Any = utilisateur.pk
        lignes = _fonctions([cle])[cle] if collectivites_de(utilisateur) else []
        connus = Liens(_territoires([*lignes, _attache(jure)]), frozenset(jure.declares if jure else ()))
        utilisateur._liens_du_jury = connus  # type: ignore[union-attr]
    return connus


def utilisateurs_jures() -> set[int]:
    """Primary keys of those who hold the role of juror today."""
    return set(Habilitation.objects.actives().filter(role=Role.JURE).values_list("utilisateur", flat=True))


def est_jure(utilisateur: Personne) -> bool:
    return Role.JURE in roles_nationaux(utilisateur)


def preside(utilisateur: Personne) -> bool:
    return Role.PRESIDENCE_JURY in roles_nationaux(utilisateur)


def peut_lire_ses_dossiers(utilisateur: Personne) -> Verdict:
    """The juror's own list."""
    return OUI if est_jure(utilisateur) else INCONNU


def affectations_visibles_par(utilisateur: Personne) -> QuerySet[Affectation]:
    """The assignments that a juror may see: active, free of conflict, and whose reading has been opened."""
    if not est_jure(utilisateur):
        return Affectation.objects.none()
    return (
        Affectation.objects.actives()
        .filter(jure__utilisateur=utilisateur.pk, dossier__etat__in=LISIBLES)
        .exclude(liens_de_personne(utilisateur).condition("dossier__collectivite"))
    )


def peut_lire(utilisateur: Personne, affectation: Affectation) -> Verdict:
    """The instance rule beside ``affectations_visibles_par``: every refusal is a 404."""
    dossier = affectation.dossier
    if not est_jure(utilisateur) or affectation.jure.utilisateur_id != utilisateur.pk:
        return INCONNU
    if affectation.recusee_le is not None or dossier.etat not in LISIBLES:
        return INCONNU
    return INCONNU if liens_de_personne(utilisateur).motif(dossier.collectivite) else OUI


def peut_noter(utilisateur: Personne, affectation: Affectation) -> Verdict:
    lecture = peut_lire(utilisateur, affectation)
    if not lecture:
        return lecture
    if affectation.evaluation.etat == EtatEvaluation.SOUMISE:
        return refus("Cette lecture est soumise : demandez à l’association de vous la rendre pour la modifier.")
    if affectation.dossier.etat != EtatDossier.EN_EVALUATION:
        return refus("L’évaluation de ce dossier est terminée.")
    if affectation.dossier.campagne.etat != EtatCampagne.EVALUATION:
        return refus("La campagne n’est pas en évaluation.")
    return OUI


def peut_se_recuser(utilisateur: Personne, affectation: Affectation) -> Verdict:
    """At any time before the results are decided."""
    lecture = peut_lire(utilisateur, affectation)
    if not lecture:
        return lecture
    if affectation.dossier.etat not in AFFECTABLES:
        return refus("Le jury a délibéré sur ce dossier : écrivez à l’association.")
    return OUI


def peut_gerer_le_jury(utilisateur: Personne) -> Verdict:
    """Assign, follow and open the readings: the association."""
    return OUI if est_association(utilisateur) else INCONNU


def peut_etre_affecte(jure: Jure, dossier: Dossier, liens: Liens, *, charge: int, deja: bool) -> Verdict:
    """Whether the juror may read the dossier; ``charge``: dossiers already held in the campaign."""
    motif = liens.motif(dossier.collectivite)
    if motif:
        return refus(f"Conflit d’intérêts : {motif}.")
    if deja:
        return refus("Ce dossier lui est déjà affecté, ou ce juré s’est récusé.")
    if charge >= jure.quota:
        return refus(f"Son quota de {jure.quota} dossiers est atteint.")
    if dossier.etat not in AFFECTABLES:
        return refus(f"Un dossier « {dossier.get_etat_display()} » ne s’affecte pas.")
    return OUI


def peut_ouvrir_l_evaluation(utilisateur: Personne, dossier: Dossier, *, nb_affectations: int) -> Verdict:
    gestion = peut_gerer_le_jury(utilisateur)
    if not gestion:
        return gestion
    if dossier.etat != EtatDossier.RECEVABLE:
        return refus("Seul un dossier recevable s’ouvre à l’évaluation.")
    if dossier.campagne.etat != EtatCampagne.EVALUATION:
        return refus("La campagne n’est pas en évaluation.")
    if nb_affectations < 2:
        return refus("Affectez d’abord au moins deux jurés.")
    return OUI


def peut_rendre(utilisateur: Personne, affectation: Affectation, dossier: Dossier) -> Verdict:
    """Give a submitted reading back to its juror, before the deliberation."""
    gestion = peut_gerer_le_jury(utilisateur)
    if not gestion:
        return gestion
    if affectation.recusee_le is not None or affectation.evaluation.etat != EtatEvaluation.SOUMISE:
        return refus("Seule une lecture soumise se rend à son juré.")
    if dossier.etat not in {EtatDossier.EN_EVALUATION, EtatDossier.EVALUE}:
        return refus("Le jury a délibéré sur ce dossier : la lecture ne se rend plus.")
    return OUI


def peut_voir_la_deliberation(utilisateur: Personne) -> Verdict:
    """The jury's president; the association follows without deciding."""
    return OUI if preside(utilisateur) or est_association(utilisateur) else INCONNU


def hors_conflit(utilisateur: Personne, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Without the dossiers that a conflict hides from this very person, totals included."""
    return dossiers.exclude(liens_de_personne(utilisateur).condition("collectivite"))


def peut_voir_la_decision(utilisateur: Personne, dossier: Dossier) -> Verdict:
    acces = peut_voir_la_deliberation(utilisateur)
    if not acces or liens_de_personne(utilisateur).motif(dossier.collectivite):
        return INCONNU
    return OUI if dossier.etat in LISIBLES else INCONNU


def peut_decider(utilisateur: Personne, dossier: Dossier) -> Verdict:
    vue = peut_voir_la_decision(utilisateur, dossier)
    if not vue:
        return vue
    if not preside(utilisateur):
        return refus_national("Seule la présidence du jury décide.")
    if dossier.campagne.etat != EtatCampagne.DELIBERATION:
        return refus("La campagne n’est pas en délibération.")
    if dossier.etat not in {EtatDossier.EVALUE, EtatDossier.DELIBERE}:
        return refus("Les lectures de ce dossier ne sont pas terminées.")
    return OUI


def peut_voir_un_dossier(utilisateur: Personne, dossier: Dossier) -> Verdict:
    """Read the whole dossier and its files: its jurors, and those who follow the deliberation."""
    lue = affectations_visibles_par(utilisateur).filter(dossier=dossier).exists()
    return OUI if lue else peut_voir_la_decision(utilisateur, dossier)
