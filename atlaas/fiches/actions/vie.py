"""What happens to fiches beyond their text: they age, are merged, go back to what they said."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse

from atlaas import historique
from atlaas.actions import confirmer_actions, modifier_action
from atlaas.etats import FUSIONNER, PUBLICS, VIEILLIR, EtatAction
from atlaas.fiches import courriels
from atlaas.indexation import indexer
from atlaas.models import Action, Gardee, Presentation, Propos, VersionFiche
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.comptes.permissions import roles_de
from villes_internet.comptes.queries import referents_de
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import version_courante
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite

UN_AN = timedelta(days=365)
VALIDITE = timedelta(days=90)
SEL = "atlaas.fiches.confirmer"


# Confirmation, each year


def vieillies(a: datetime) -> models.QuerySet[Action]:
    """Published, and neither published nor confirmed for twelve months."""
    depuis = Coalesce("confirmee_le", "publiee_le", "cree_le")
    return Action.objects.filter(etat=EtatAction.PUBLIEE).annotate(depuis=depuis).filter(depuis__lte=a - UN_AN)


def demander_confirmations(a: datetime) -> int:
    """Town by town, each in its transaction: what is done stays done when the worker dies; how many fiches."""
    villes = Collectivite.objects.filter(pk__in=vieillies(a).values("collectivite")).order_by("pk")
    return sum(_demander_a(ville, a) for ville in villes)


@transaction.atomic
def _demander_a(ville: Collectivite, a: datetime) -> int:
    """The fiches wait for confirmation; each référent receives one message, for all of them."""
    fiches = list(
        vieillies(a).filter(collectivite=ville).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    )
    for fiche in fiches:
        franchir(fiche, VIEILLIR, par=None)
    indexer(f.pk for f in fiches)
    for referent in referents_de(ville) if fiches else ():
        courriels.a_confirmer(referent, ville, fiches, adresse_de_confirmation(ville, referent))
    return len(fiches)


def adresse_de_confirmation(ville: Collectivite, referent: Utilisateur) -> str:
    """A personal address, signed: it opens a page with one button, without signing in."""
    signe = signing.dumps([ville.pk, referent.pk], salt=SEL)
    return settings.ADRESSE_PUBLIQUE + reverse("atlaas:confirmer_par_lien", args=[signe])


def lire_lien(signe: str) -> tuple[Collectivite, Utilisateur] | None:
    """Whose address this is, while it is fresh and the person still is the town's référent."""
    try:
        ville_pk, referent_pk = signing.loads(signe, salt=SEL, max_age=VALIDITE)
    except signing.BadSignature:
        return None
    ville = Collectivite.objects.filter(pk=ville_pk).first()
    referent = Utilisateur.objects.filter(pk=referent_pk, is_active=True).first()
    if ville is None or referent is None or Role.REFERENT not in roles_de(referent, ville):
        return None
    return ville, referent


def en_attente(ville: Collectivite) -> models.QuerySet[Action]:
    return Action.objects.filter(collectivite=ville, etat=EtatAction.A_CONFIRMER).order_by("pk")


@transaction.atomic
def confirmer_en_attente(ville: Collectivite, cles: set[int] | None, *, par: Utilisateur, a: datetime) -> int:
    """Those that wait and are among ``cles`` (all of them when None); how many."""
    attendues = en_attente(ville).values_list("pk", flat=True)
    voulues = [pk for pk in attendues if cles is None or pk in cles]
    if voulues:
        confirmer_actions(voulues, par=par, a=a)
    return len(voulues)


# Several collectivités, one action


@transaction.atomic
def associer(action: Action, ville: Collectivite, *, par: Utilisateur) -> None:
    """``ville`` carries the action too: both public pages show it. Its proofs stay the owner's, who answers for it."""
    if ville.pk == action.collectivite_id:
        raise TransitionRefusee(f"{ville.nom} porte déjà cette action : c’est sa fiche.")
    action.partenaires.add(ville)
    _suivre_partenaires(action, "ajouter un partenaire", ville, par)


@transaction.atomic
def dissocier(action: Action, ville: Collectivite, *, par: Utilisateur) -> None:
    action.partenaires.remove(ville)
    _suivre_partenaires(action, "retirer un partenaire", ville, par)


def _suivre_partenaires(action: Action, verbe: str, ville: Collectivite, par: Utilisateur) -> None:
    consigner(action, verbe, par=par, donnees={"collectivite": ville.code})
    if action.est_publique:
        indexer([action.pk])


# Two fiches that are one


@transaction.atomic
def fusionner(action: Action, dans: Action, *, par: Utilisateur, a: datetime) -> Action:
    """``action`` leaves, its address leads to ``dans``, which keeps its text and receives the rest.

    The rest: services, publics, partners, years at the label, and the fiches that were inspired by it.
    """
    verrouillees = {
        f.pk: f for f in Action.objects.select_for_update().filter(pk__in=[action.pk, dans.pk]).order_by("pk")
    }
    partante, restante = verrouillees[action.pk], verrouillees[dans.pk]
    _exiger_fusion(partante, restante)
    if restante.est_publique:
        historique.ouvrir(restante)
    restante.services.add(*partante.services.all())
    restante.partenaires.add(*partante.partenaires.exclude(pk=restante.collectivite_id))
    restante.publics_vises = list(dict.fromkeys([*restante.publics_vises, *partante.publics_vises]))
    restante.version, restante.modifie_le = restante.version + 1, a
    restante.save(update_fields=["publics_vises", "version", "modifie_le"])
    annees = partante.annees.values_list("annee", flat=True)
    Presentation.objects.bulk_create((Presentation(action=restante, annee=n) for n in annees), ignore_conflicts=True)
    _recoller_la_chaine(partante, restante)
    _suivre_les_lecteurs(partante, restante)
    Action.objects.filter(fusionnee_dans=partante).update(fusionnee_dans=restante)
    franchir(partante, FUSIONNER, par=par, fusionnee_dans=restante)
    if restante.est_publique:
        historique.verser(restante, par=par, a=a)
    indexer([partante.pk, restante.pk])
    consigner(restante, "recevoir une fusion", par=par, donnees={"fiche": partante.pk})
    return restante


def _recoller_la_chaine(partante: Action, restante: Action) -> None:
    """What cited the one cites the other, which keeps its source, else takes that of the one; never in a loop."""
    Action.objects.filter(inspiree_de=partante).exclude(pk=restante.pk).update(inspiree_de=restante)
    if restante.inspiree_de_id in (None, partante.pk):
        restante.inspiree_de_id = partante.inspiree_de_id
    if restante.pk in _ascendance(restante.inspiree_de_id):
        restante.inspiree_de_id = None
    restante.save(update_fields=["inspiree_de"])


def _ascendance(cle: int | None) -> set[int]:
    """The fiche and all that stand above it in the chain; a query a step."""
    vues: set[int] = set()
    while cle and cle not in vues:
        vues.add(cle)
        cle = Action.objects.filter(pk=cle).values_list("inspiree_de", flat=True).first()
    return vues


def _suivre_les_lecteurs(partante: Action, restante: Action) -> None:
    """Questions, answers and personal lists follow to the fiche that stays; corrections stay with their text."""
    Propos.objects.filter(action=partante).update(action=restante)
    deja = Gardee.objects.filter(action=restante).values("personne")
    Gardee.objects.filter(action=partante).exclude(personne__in=deja).update(action=restante)
    Gardee.objects.filter(action=partante).delete()


def _exiger_fusion(partante: Action, restante: Action) -> None:
    if partante.pk == restante.pk or partante.collectivite_id != restante.collectivite_id:
        raise TransitionRefusee("On fusionne une fiche avec une autre de la même collectivité.")
    if restante.etat not in (EtatAction.BROUILLON, *PUBLICS):
        raise TransitionRefusee("La fiche qui reste doit être un brouillon ou une fiche publiée.")
    if partante.est_publique and not restante.est_publique:
        raise TransitionRefusee("Publiez d’abord la fiche qui reste : celle qui part est lue par tous.")


# What a fiche said before


def retablir_version(
    action: Action, version: VersionFiche, *, numero_version: int, par: Utilisateur, a: datetime
) -> Action:
    """Save again what ``version`` said, as a version of its own: nothing of the history is rewritten.

    Services that today's référentiel no longer has are left. Raises as ``modifier_action``.
    """
    champs = {nom: _champ(nom).to_python(valeur) for nom, valeur in version.contenu.items() if nom in historique.CHAMPS}
    services = Service.objects.filter(
        enjeu__famille__version=version_courante(), code__in=version.contenu.get("services", [])
    )
    return modifier_action(
        action, par=par, numero_version=numero_version, services=services, a=a, a_part=True, **champs
    )


def _champ(nom: str) -> models.Field:
    champ = Action._meta.get_field(nom)
    assert isinstance(champ, models.Field)
    return champ
