"""The table of last year's actions: those of the last deposited dossier, then what was never presented."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Section
from candidatures.dossiers.queries.echeances import date_d_eligibilite
from candidatures.dossiers.queries.saisie import Saisie
from candidatures.dossiers.reconduction import calculs
from villes_internet.referentiel.models import Enjeu


@dataclass(frozen=True, slots=True)
class Ligne:
    """A fiche and what is decided of it. ``annee`` is None where it was never presented."""

    fiche: atlaas.Action
    annee: int | None
    etait_phare: bool
    est_eligible: bool
    motif: str
    decision: str
    fin: str
    erreur: str
    decidee_le: datetime | None
    fin_par_defaut: date

    @property
    def cle(self) -> str:
        return str(self.fiche.pk)

    @property
    def enjeux(self) -> list[Enjeu]:
        """Of its services, each once, in the order of the référentiel."""
        vus = {service.enjeu.code: service.enjeu for service in self.fiche.services.all()}
        return [vus[code] for code in sorted(vus)]

    @property
    def est_traitee(self) -> bool:
        return bool(self.decision) and not self.erreur

    @property
    def est_a_jour(self) -> bool:
        """To be updated, and saved since it was said so."""
        return self.decidee_le is not None and self.fiche.modifie_le > self.decidee_le

    @property
    def fin_est_une_date(self) -> bool:
        try:
            date.fromisoformat(self.fin)
        except ValueError:
            return not self.fin
        return True


@dataclass(frozen=True, slots=True)
class Autre:
    """A fiche out of the table: a draft, or one that only an older dossier presented."""

    fiche: atlaas.Action
    est_presentee: bool
    est_eligible: bool


@dataclass(frozen=True, slots=True)
class Tableau:
    """``annee``: year of the last deposited dossier; without one there is no table and every fiche is in ``autres``.

    ``limite``: an action that ended later still counts.
    """

    annee: int | None
    limite: date
    aujourd_hui: date
    lignes: list[Ligne]
    autres: list[Autre]

    @property
    def nb_traitees(self) -> int:
        return sum(ligne.est_traitee for ligne in self.lignes)

    @property
    def reconductibles(self) -> list[Ligne]:
        """What « tout reconduire » takes: eligible, and nothing decided yet."""
        return [ligne for ligne in self.lignes if ligne.est_eligible and not ligne.decision]

    @property
    def a_mettre_a_jour(self) -> list[Ligne]:
        return [ligne for ligne in self.lignes if ligne.decision == calculs.METTRE_A_JOUR]


def tableau(dossier: Dossier, saisie: Saisie, *, avec_enjeux: bool = True) -> Tableau:
    """Two queries, and two for the services of the fiches where they are shown."""
    jour = date_d_eligibilite(dossier.campagne)
    limite = atlaas.limite_d_eligibilite(jour)
    section = saisie.sections.get(Etape.ACTIONS, Section())
    passees = _presentees_l_an_passe(dossier)
    annee = next((a for a, _, _ in passees.values()), None)
    aujourd_hui = timezone.localdate()
    lignes: list[tuple[int, Ligne]] = []
    autres: list[Autre] = []
    fiches = _fiches(dossier, jour)
    for fiche in fiches.prefetch_related("services__enjeu") if avec_enjeux else fiches:
        cle = str(fiche.pk)
        passee = passees.get(fiche.pk)
        if annee and (passee or (fiche.est_publique and not fiche.est_connue)):
            rang = passee[1] if passee else len(passees) + len(lignes)
            lignes.append((rang, _ligne(fiche, passee, section, (jour, limite, aujourd_hui))))
        else:
            est_presentee = cle in section.donnees.get("actions", [])
            autres.append(Autre(fiche, est_presentee, fiche.est_eligible))
    lignes.sort(key=lambda paire: paire[0])
    return Tableau(annee, limite, aujourd_hui, [ligne for _, ligne in lignes], autres)


def _presentees_l_an_passe(dossier: Dossier) -> Mapping[int, tuple[int, int, bool]]:
    """{fiche: (year, place, flagship)} of the last deposited dossier of an earlier campaign."""
    dernier = (
        Dossier.objects.deposes()
        .filter(collectivite=dossier.collectivite_id, campagne__annee__lt=dossier.campagne.annee)
        .order_by("-campagne__annee")
        .values("pk")[:1]
    )
    presentees = ActionPresentee.objects.filter(dossier=Subquery(dernier)).order_by("position", "pk")
    lues = presentees.values_list("action_id", "dossier__campagne__annee", "est_phare")
    return {cle: (annee, rang, est_phare) for rang, (cle, annee, est_phare) in enumerate(lues)}


def _fiches(dossier: Dossier, jour: date) -> Any:
    ailleurs = ActionPresentee.objects.filter(action=OuterRef("pk")).exclude(dossier=dossier)
    eligibles = atlaas.actions_eligibles(dossier.collectivite, jour)
    return atlaas.actions_de(dossier.collectivite).annotate(
        est_connue=Exists(ailleurs), est_eligible=Exists(eligibles.filter(pk=OuterRef("pk")))
    )


def _ligne(fiche: Any, passee: tuple[int, int, bool] | None, section: Section, jours: tuple[date, date, date]) -> Ligne:
    jour, limite, aujourd_hui = jours
    cle = str(fiche.pk)
    le = section.donnees.get(calculs.SUIVI, {}).get(cle, {}).get("le")
    return Ligne(
        fiche=fiche,
        annee=passee[0] if passee else None,
        etait_phare=bool(passee and passee[2]),
        est_eligible=fiche.est_eligible,
        motif="" if fiche.est_eligible else _motif(fiche, jour, limite),
        decision=calculs.decision_implicite(section.donnees, cle),
        fin=section.donnees.get(calculs.champ_fin(cle), ""),
        erreur=section.invalides.get(calculs.champ_fin(cle), ""),
        decidee_le=datetime.fromisoformat(le) if le else None,
        fin_par_defaut=min(fiche.date_fin or aujourd_hui, aujourd_hui),
    )


def _motif(fiche: atlaas.Action, jour: date, limite: date) -> str:
    return calculs.motif_d_ineligibilite(
        est_publiee=fiche.est_publique,
        est_lancee=fiche.stade in {*atlaas.EN_COURS, atlaas.Stade.ARRETEE},
        debut=fiche.date_debut,
        fin=fiche.date_fin,
        au=jour,
        limite=limite,
    )
