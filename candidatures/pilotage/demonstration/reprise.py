"""Last year's actions of Bassens, half taken over: the table of the step "actions" is met at work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from atlaas.interface import Action, Stade, creer_action, modifier_action
from candidatures.dossiers.models import Dossier, Etape
from candidatures.dossiers.queries.saisie import Saisie
from candidatures.dossiers.reconduction.actions import decider
from candidatures.dossiers.reconduction.calculs import METTRE_A_JOUR, RECONDUIRE, Decision, champ_decision
from candidatures.dossiers.reconduction.queries import tableau
from candidatures.pilotage.demonstration import fiches
from candidatures.pilotage.demonstration.dossiers import Participant
from villes_internet.referentiel.models import Service

NB_RECONDUITES, NB_A_JOUR, NB_NOUVELLES = 4, 2, 8
# Place among the town's fiches: days since it ended.
FINIES = {11: 250, 12: 90, 14: 800}
GRAINE = 33032  # of its own, so that nothing else of the demonstration changes


def preparer(dossier: Dossier, participant: Participant, services: dict[str, Service], le: datetime) -> None:
    """Some actions ended, some fiches are new, a draft waits; six of last year's are decided, the others are not."""
    _finir([f for rang, f in enumerate(participant.fiches) if rang in FINIES], list(FINIES.values()), participant, le)
    participant.fiches.extend(_nouvelles(participant, services, le))
    creer_action(participant.collectivite, par=participant.referent, titre="Un relais numérique au marché du dimanche")
    _decider(dossier, participant)


def _finir(finies: Sequence[Action], jours: Sequence[int], participant: Participant, le: datetime) -> None:
    for fiche, depuis in zip(finies, jours, strict=False):
        modifier_action(
            fiche,
            par=participant.referent,
            numero_version=fiche.version,
            services=list(fiche.services.all()),
            stade=Stade.ARRETEE,
            date_fin=(le - timedelta(days=depuis)).date(),
        )


def _nouvelles(participant: Participant, services: dict[str, Service], le: datetime) -> list[Action]:
    """Stories that the town does not tell yet."""
    alea = Random(GRAINE)  # noqa: S311 - a demonstration must be the same each time
    dites = {service.code for fiche in participant.fiches for service in fiche.services.all()}
    autres = [recit for recit in fiches.lire() if recit.service not in dites]
    return fiches.publier_fiches(
        participant.collectivite,
        alea.sample(autres, NB_NOUVELLES),
        services=services,
        par=participant.referent,
        le=le - timedelta(days=40),
        alea=alea,
        est_exemplaire=True,
    )


def _decider(dossier: Dossier, participant: Participant) -> None:
    saisie = Saisie(dossier)
    section = saisie.sections[Etape.ACTIONS]
    lu = tableau(dossier, saisie)
    codes = [RECONDUIRE] * NB_RECONDUITES + [METTRE_A_JOUR] * NB_A_JOUR
    decisions = [
        Decision(ligne.cle, code)
        for ligne, code in zip(lu.lignes, codes + [""] * (len(lu.lignes) - len(codes)), strict=True)
    ]
    donnees = {**section.donnees, **{champ_decision(d.cle): d.code for d in decisions}}
    decider(dossier, lu, donnees, decisions, section.numero_version, par=participant.referent)
