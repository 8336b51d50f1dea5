"""What the association does to a campaign, with what follows in the rooms below."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes import etats
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.queries.echeances import date_d_eligibilite
from candidatures.jury.actions import ouvrir_evaluations
from candidatures.palmares.actions import publier_resultats
from mosaique import interface as mosaique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import Transition


@dataclass(frozen=True, slots=True)
class Ordre:
    """Who asks, when, and why."""

    par: Utilisateur
    a: datetime
    motif: str = ""
    jusqu_au: datetime | None = None


@dataclass(frozen=True, slots=True)
class Geste:
    """A button of the campaign's page. ``demande``: "" (nothing), "motif" (may be asked), "date" (date and motive)."""

    code: str
    libelle: str
    explication: str
    transition: Transition
    agir: Callable[[Campagne, Ordre], object]
    demande: str = ""


@transaction.atomic
def evaluer(campagne: Campagne, ordre: Ordre) -> Campagne:
    """Open the evaluation, and every dossier that has its two readers."""
    campagnes.evaluer(campagne, par=ordre.par)
    ouvrir_evaluations(campagne, par=ordre.par)
    return campagne


@transaction.atomic
def prolonger(campagne: Campagne, ordre: Ordre) -> Campagne:
    """Move the closing hour; the fiches of the mosaics still open are judged at the new closing day.

    Those of the dossiers already closed to writing follow if they open again (``mosaique.defiger``).
    """
    assert ordre.jusqu_au is not None
    campagnes.prolonger(campagne, jusqu_au=ordre.jusqu_au, par=ordre.par, a=ordre.a, motif=ordre.motif)
    mosaique.deplacer_reference(campagne.dossiers.values("mosaique"), date_d_eligibilite(campagne))
    return campagne


GESTES = (
    Geste(
        "annoncer",
        "Annoncer la campagne",
        "Les règles se figent : grille, seuils, portes et référentiel ne changent plus.",
        etats.ANNONCER,
        lambda c, o: campagnes.annoncer(c, par=o.par),
    ),
    Geste(
        "ouvrir",
        "Ouvrir les dépôts",
        "Les collectivités commencent et déposent leur dossier.",
        etats.OUVRIR,
        lambda c, o: campagnes.ouvrir(c, par=o.par),
    ),
    Geste(
        "clore",
        "Clore les dépôts",
        "Plus aucun dépôt n’est accepté. Avant l’heure annoncée, un motif est nécessaire.",
        etats.CLORE,
        lambda c, o: campagnes.clore(c, par=o.par, a=o.a, motif=o.motif),
        "motif",
    ),
    Geste(
        "evaluer",
        "Ouvrir l’évaluation",
        "Les jurés voient les dossiers recevables qui ont au moins deux lecteurs.",
        etats.EVALUER,
        evaluer,
    ),
    Geste(
        "deliberer",
        "Ouvrir la délibération",
        "La présidence du jury décide, dossier par dossier.",
        etats.DELIBERER,
        lambda c, o: campagnes.deliberer(c, par=o.par),
    ),
    Geste(
        "arreter",
        "Arrêter les résultats",
        "Les décisions ne changent plus. Les résultats restent sous embargo.",
        etats.ARRETER,
        lambda c, o: campagnes.arreter(c, par=o.par),
    ),
    Geste(
        "publier",
        "Publier les résultats",
        "Le palmarès devient public, les collectivités sont prévenues, les certificats sont produits.",
        etats.PUBLIER,
        lambda c, o: publier_resultats(c, par=o.par),
    ),
    Geste(
        "cloturer",
        "Clôturer la campagne",
        "La période de recours est finie.",
        etats.CLOTURER,
        lambda c, o: campagnes.cloturer(c, par=o.par),
    ),
    Geste(
        "prolonger",
        "Prolonger les dépôts",
        "La clôture recule, pour tous, avec un motif. Une campagne close est rouverte.",
        etats.PROLONGER,
        prolonger,
        "date",
    ),
    Geste(
        "annuler",
        "Annuler la campagne",
        "Avant la publication seulement, avec un motif.",
        etats.ANNULER,
        lambda c, o: campagnes.annuler(c, par=o.par, motif=o.motif),
        "motif",
    ),
)
PAR_CODE = {geste.code: geste for geste in GESTES}
