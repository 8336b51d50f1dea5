"""What follows a search: to hear, once a week, of the fiches published since."""

from datetime import datetime

from django.db import transaction
from django.http import QueryDict

from atlaas.models import Action, RechercheSuivie
from atlaas.recherche import courriels
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.criteres import cles_des_choix, entrees
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee

MAX_SUIVIES = 20
NB_RACONTEES = 10


def suivre(utilisateur: Utilisateur, form: RechercheForm) -> RechercheSuivie:
    """Follow the valid search of ``form``; a second time finds the first. Raises ``TransitionRefusee`` beyond 20."""
    parametres = form.parametres()
    deja = RechercheSuivie.objects.filter(utilisateur=utilisateur)
    if deja.exclude(parametres=parametres).count() >= MAX_SUIVIES:
        raise TransitionRefusee(f"Vous suivez déjà {MAX_SUIVIES} recherches : cessez d’en suivre une d’abord.")
    if len(parametres) > 1000:
        raise TransitionRefusee("Cette recherche est trop longue pour être suivie : raccourcissez-la.")
    suivie, _ = RechercheSuivie.objects.get_or_create(
        utilisateur=utilisateur, parametres=parametres, defaults={"intitule": form.intitule()}
    )
    return suivie


def raconter(a: datetime) -> int:
    """Write to those whose searches have new fiches, one message a search; how many. Safe to run twice."""
    cles = RechercheSuivie.objects.filter(vue_jusqu_a__lt=a, utilisateur__is_active=True).order_by("pk")
    return sum(_raconter_une(cle, a) for cle in cles.values_list("pk", flat=True))


@transaction.atomic
def _raconter_une(cle: int, a: datetime) -> bool:
    """The row is moved on in the transaction of its message: neither is lost, neither is doubled."""
    suivie = (
        RechercheSuivie.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("utilisateur")
        .filter(pk=cle, vue_jusqu_a__lt=a)
        .first()
    )
    if suivie is None:
        return False
    nouvelles, nb = _nouvelles(suivie, a)
    suivie.vue_jusqu_a = a
    suivie.save(update_fields=["vue_jusqu_a"])
    if nb:
        courriels.nouvelles_fiches(suivie, nouvelles, nb)
    return bool(nb)


def _nouvelles(suivie: RechercheSuivie, a: datetime) -> tuple[list[Action], int]:
    form = RechercheForm.lue(QueryDict(suivie.parametres))
    if not form.is_valid():  # a place that left the registry
        return [], 0
    criteres = form.criteres()
    lignes = entrees(criteres, cles_des_choix(criteres)).filter(publiee_le__gt=suivie.vue_jusqu_a, publiee_le__lte=a)
    fiches = Action.objects.filter(pk__in=lignes.values("pk")).select_related("collectivite").order_by("-pk")
    return list(fiches[:NB_RACONTEES]), fiches.count()
