"""Builders of the jury: a deposited dossier, jurors, assignments, readings, through the real actions where they can."""

import itertools
from decimal import Decimal

from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import etats as etats_dossier
from candidatures.dossiers.models import Dossier, Instantane, Section
from candidatures.dossiers.queries.contenu import composer, empreinte
from candidatures.dossiers.queries.echeances import date_d_eligibilite
from candidatures.jury import actions
from candidatures.jury.actions import NoteSaisie
from candidatures.jury.models import Affectation, Evaluation, Jure
from mosaique import interface as mosaique
from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.transitions import franchir
from villes_internet.territoires.models import Collectivite

_numero = itertools.count(1)
EXPLICATION = (
    "Le dossier le montre par plusieurs actions concordantes, chiffrées et datées, que d’autres peuvent reprendre."
)
NOTES = {"J1": "4", "J3": "3.5", "J4": "3", "J5": "3", "J6": "2.5", "J7": "2", "J8": "4"}


def association() -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Maud"), Role.CHARGE_DE_MISSION)


def en_evaluation(campagne: Campagne) -> Campagne:
    campagnes.clore(campagne, par=None, a=timezone.now(), motif="Essai")
    return campagnes.evaluer(campagne, par=None)


def en_deliberation(campagne: Campagne) -> Campagne:
    return campagnes.deliberer(en_evaluation(campagne), par=None)


def dossier(
    campagne: Campagne,
    collectivite: Collectivite | None = None,
    *,
    indice: str = "64",
    sections: dict[str, dict[str, object]] | None = None,
    etat: str = etats_dossier.EtatDossier.RECEVABLE,
) -> Dossier:
    """A deposited dossier with its frozen snapshot; completeness is the dossiers' affair and is not asked here."""
    collectivite = collectivite or ground.collectivite(f"Commune {next(_numero)}")
    date_reference = date_d_eligibilite(campagne)
    tableau = mosaique.ouvrir(collectivite, campagne.annee, campagne.version, date_reference, None)
    mosaique.figer(tableau, par=None)
    tableau.indice = Decimal(indice)
    tableau.save(update_fields=["indice"])
    nouveau = Dossier.objects.create(campagne=campagne, collectivite=collectivite, mosaique=tableau)
    for etape, donnees in (sections or {}).items():
        Section.objects.create(dossier=nouveau, etape=etape, donnees=donnees)
    contenu = composer(nouveau) | {"mosaique": mosaique.contenu_fige(tableau)}
    Instantane.objects.create(
        dossier=nouveau,
        numero=1,
        contenu=contenu,
        empreinte=empreinte(contenu),
        depose_le=timezone.now(),
        depose_par=ground.utilisateur("Déposante", email=f"depot{nouveau.pk}@example.org"),
    )
    franchir(nouveau, etats_dossier.DEMANDER_APPROBATION, par=None)
    franchir(nouveau, etats_dossier.APPROUVER, par=None)
    franchir(nouveau, etats_dossier.DEPOSER, par=None, depose_le=timezone.now())
    if etat == etats_dossier.EtatDossier.RECEVABLE:
        franchir(nouveau, etats_dossier.DECLARER_RECEVABLE, par=None)
    return nouveau


def jure(prenom: str = "Jules", collectivite: Collectivite | None = None, *, quota: int = 34) -> Jure:
    personne = ground.habiliter(ground.utilisateur(prenom), Role.JURE)
    return Jure.objects.create(utilisateur=personne, collectivite=collectivite, quota=quota)


def affecter_deux(dossier: Dossier, par: Utilisateur, *jures: Jure) -> list[Affectation]:
    lecteurs = jures or (jure("Jules"), jure("Zoé"))
    return [actions.affecter(dossier, j, par=par) for j in lecteurs]


def remplir(evaluation: Evaluation, notes: dict[str, str] | None = None, commentaire: str = EXPLICATION) -> Evaluation:
    """The worked example of the grid (64.8) unless told otherwise; comments wherever one is due."""
    valeurs = NOTES | (notes or {})
    return actions.enregistrer_evaluation(
        evaluation,
        notes={code: NoteSaisie(Decimal(v), commentaire) for code, v in valeurs.items()},
        points_forts="Une politique portée au plus haut.",
        pistes="Publier une déclaration d’accessibilité.",
        numero_version=evaluation.numero_version,
        par=evaluation.affectation.jure.utilisateur,
        a=timezone.now(),
    )


def soumettre(affectation: Affectation, notes: dict[str, str] | None = None) -> Evaluation:
    affectation = Affectation.objects.select_related("evaluation", "dossier__campagne", "jure__utilisateur").get(
        pk=affectation.pk
    )
    affectation.evaluation.affectation = affectation
    evaluation = remplir(affectation.evaluation, notes)
    return actions.soumettre(evaluation, par=affectation.jure.utilisateur, a=timezone.now())


def evalue(campagne: Campagne, *, notes: dict[str, str] | None = None, **champs: object) -> Dossier:
    """A dossier read twice with the same notes; the campaign must be in evaluation."""
    nouveau = dossier(campagne, **champs)  # type: ignore[arg-type]
    par = association()
    affectations = affecter_deux(nouveau, par)
    nouveau.refresh_from_db()
    actions.ouvrir_evaluation(nouveau, par=par)
    for affectation in affectations:
        soumettre(affectation, notes)
    nouveau.refresh_from_db()
    return nouveau
