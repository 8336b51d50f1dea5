"""The jury's work on a campaign: assignments without conflict, readings, decisions."""

from decimal import Decimal
from itertools import cycle
from random import Random

from candidatures.campagnes.models import Campagne
from candidatures.dossiers.actions import declarer_recevable
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions
from candidatures.jury.actions import NoteSaisie
from candidatures.jury.models import Affectation, Jure, Synthese
from candidatures.jury.permissions import liens_de
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.horloge import heure_de_la_base

POINTS_FORTS = (
    "Une politique portée au plus haut, des services tenus et mesurés.",
    "Le soin mis à n’écarter personne se lit dans chaque action.",
    "Des réalisations à hauteur de la commune, documentées et partagées.",
    "La participation des habitants est réelle et suivie d’effets.",
)
PISTES = (
    "Publier une déclaration d’accessibilité et la tenir à jour.",
    "Mesurer l’usage des services et publier les résultats chaque année.",
    "Partager davantage avec les communes voisines.",
    "Écrire une doctrine sur les usages de l’intelligence artificielle.",
)
EXPLICATION = (
    "Le dossier le montre par plusieurs actions concordantes, avec des chiffres datés, "
    "et la collectivité explique ce que les autres peuvent en reprendre."
)


def affecter_deux_lecteurs(dossiers: list[Dossier], jures: list[Jure], par: Utilisateur) -> list[Affectation]:
    """Two readers for each dossier, turning around the table and stepping over conflicts."""
    tour = cycle(jures)
    affectations = []
    for dossier in dossiers:
        lecteurs: list[Jure] = []
        while len(lecteurs) < 2:
            jure = next(tour)
            if jure not in lecteurs and not liens_de(jure).motif(dossier.collectivite):
                lecteurs.append(jure)
        affectations += [actions.affecter(dossier, jure, par=par) for jure in lecteurs]
    return affectations


def lire(affectation: Affectation, campagne: Campagne, maturite: int, alea: Random) -> None:
    """One reading, marked around what the collectivité is worth, then submitted."""
    evaluation = affectation.evaluation
    notes = {critere.code: _note(maturite, alea) for critere in campagne.criteres.all() if not critere.est_precalcule}
    jure = affectation.jure.utilisateur
    maintenant = heure_de_la_base()
    evaluation = actions.enregistrer_evaluation(
        evaluation,
        notes=notes,
        points_forts=alea.choice(POINTS_FORTS),
        pistes=alea.choice(PISTES),
        numero_version=evaluation.numero_version,
        par=jure,
        a=maintenant,
    )
    actions.soumettre(evaluation, par=jure, a=maintenant)


def _note(maturite: int, alea: Random) -> NoteSaisie:
    valeur = Decimal(max(3, 2 * maturite - 1 + alea.choice((-1, 0, 0, 1)))) / 2
    return NoteSaisie(valeur, EXPLICATION if valeur == 5 else "")


def juger(campagne: Campagne, jures: list[Jure], maturites: dict[int, int], par: Utilisateur, alea: Random) -> None:
    """Admit every deposited dossier, have it read twice; ``maturites``: {collectivité id: 1–5}."""
    dossiers = list(campagne.dossiers.deposes().select_related("collectivite", "campagne").order_by("pk"))
    for dossier in dossiers:
        declarer_recevable(dossier, par=par)
    affectations = affecter_deux_lecteurs(dossiers, jures, par)
    actions.ouvrir_evaluations(campagne, par=par)
    for affectation in affectations:
        lire(affectation, campagne, maturites[affectation.dossier.collectivite_id], alea)


def decider(campagne: Campagne, presidence: Utilisateur) -> None:
    """The jury follows each proposal, and gives the mention asked for to the dossiers of four arobases and more."""
    syntheses = Synthese.objects.filter(dossier__campagne=campagne).select_related("dossier__campagne").order_by("pk")
    for synthese in syntheses:
        assert synthese.proposition is not None
        demandees = synthese.dossier.sections.filter(etape="mentions").values_list("donnees__mention1", flat=True)
        mentions = list(campagne.mentions.filter(code__in=[m for m in demandees if m]))
        actions.decider(
            synthese.dossier,
            arobases=synthese.proposition,
            mentions=mentions if synthese.proposition >= 4 else [],
            motif="Le jury suit la moyenne des lectures et les conditions du niveau.",
            par=presidence,
            a=heure_de_la_base(),
        )
