"""Saving the step "actions": what is decided of last year's fiches, and what it changes in the Atlaas."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from atlaas import interface as atlaas
from candidatures.dossiers.actions import ecrire_section
from candidatures.dossiers.models import Dossier, Etape, Section
from candidatures.dossiers.reconduction import calculs
from candidatures.dossiers.reconduction.calculs import Changements, Decision
from candidatures.dossiers.reconduction.queries import Tableau
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.journal import consigner


@transaction.atomic
def decider(
    dossier: Dossier,
    tableau: Tableau,
    donnees: Mapping[str, Any],
    decisions: Sequence[Decision],
    numero_version: int,
    *,
    par: Utilisateur | None,
    invalides: Mapping[str, str] | None = None,
) -> Section:
    """Save the step as typed, present what is taken over and confirm what stays as it is, close what is closed, give
    back what no longer is.

    ``donnees`` holds the earlier answers under the new ones. Raises what ``enregistrer_section`` and
    ``modifier_action`` raise; nothing is written then.
    """
    avant: calculs.Suivi = donnees.get(calculs.SUIVI, {})
    fiches = {ligne.cle: (ligne.fiche.stade, ligne.fiche.date_fin) for ligne in tableau.lignes}
    complete = {
        **donnees,
        calculs.SUIVI: calculs.suivi(avant, decisions, fiches, heure_de_la_base().isoformat()),
        "actions": _presentees(donnees, decisions, tableau),
    }
    section = ecrire_section(dossier, Etape.ACTIONS, complete, numero_version, par=par, invalides=invalides)
    _accomplir(dossier, calculs.changements(avant, decisions), par)
    return section


def _presentees(donnees: Mapping[str, Any], decisions: Sequence[Decision], tableau: Tableau) -> list[str]:
    reprises = [d.cle for d in decisions if calculs.reste_presentee(d, tableau.limite)]
    return calculs.ordre(donnees.get("actions", []), [*reprises, *donnees.get("autres", [])])


def _accomplir(dossier: Dossier, changements: Changements, par: Utilisateur | None) -> None:
    concernees = [*changements.a_clore, *changements.a_rendre]
    if concernees:
        verrouillees = atlaas.actions_de(dossier.collectivite).select_for_update().filter(pk__in=concernees)
        for fiche in verrouillees.prefetch_related("services"):
            _changer(fiche, changements, par)
    confirmees = changements.decidees.get(calculs.RECONDUIRE)
    if confirmees:
        atlaas.confirmer_actions([int(cle) for cle in confirmees], par=par)
    if changements.decidees:
        consigner(dossier, "reconduire des actions", par=par, donnees={"decisions": dict(changements.decidees)})


def _changer(fiche: atlaas.Action, changements: Changements, par: Utilisateur | None) -> None:
    cle = str(fiche.pk)
    if cle in changements.a_clore:
        return _enregistrer(fiche, atlaas.Stade.ARRETEE, changements.a_clore[cle], par)
    trace = changements.a_rendre[cle]
    est_la_notre = fiche.stade == atlaas.Stade.ARRETEE and fiche.date_fin == date.fromisoformat(trace["fin"])
    if est_la_notre:  # else somebody wrote in the fiche since: what they wrote stays
        fin = date.fromisoformat(trace["fin_avant"]) if trace["fin_avant"] else None
        _enregistrer(fiche, trace["stade_avant"], fin, par)
    return None


def _enregistrer(fiche: atlaas.Action, stade: str, fin: date | None, par: Utilisateur | None) -> None:
    if (fiche.stade, fiche.date_fin) != (stade, fin):
        services = list(fiche.services.all())
        atlaas.modifier_action(
            fiche, par=par, numero_version=fiche.version, services=services, stade=stade, date_fin=fin
        )
