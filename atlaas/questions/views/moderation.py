"""The association's page in the admin panel: what waits to be read, what was reported, what was removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from atlaas.models import Propos
from atlaas.questions import actions, queries
from atlaas.questions.permissions import peut_moderer
from villes_internet.admin_site import rendre
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

DECISIONS = {
    "publier": "C’est publié : la collectivité et la personne sont prévenues.",
    "retirer": "C’est retiré : la personne lit votre motif.",
    "retablir": "C’est de nouveau public.",
    "classer": "Le signalement est classé : rien ne change.",
}


@regle(peut_moderer)
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    exiger(peut_moderer(personne_connectee(request)))
    attendus = list(queries.a_moderer().prefetch_related("signalements")[: queries.MONTRES])
    contexte = {"attendus": attendus, "retires": queries.retires()[: queries.PAR_PAGE], "nb": queries.nb_a_moderer()}
    return rendre(request, "atlaas/questions/admin/moderation.html", contexte)


@regle(peut_moderer)
@require_POST
def decider(request: HttpRequest, pk: int) -> HttpResponse:
    par = personne_connectee(request)
    exiger(peut_moderer(par))
    propos = get_object_or_404(Propos.objects.select_related("auteur", "collectivite", "action__collectivite"), pk=pk)
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        raise Http404("Cette décision n’existe pas.")
    try:
        _decider(propos, decision, request.POST.get("motif", "")[:1_000], par)
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    else:
        messages.success(request, DECISIONS[decision])
    return redirect("admin:atlaas_moderation")


def _decider(propos: Propos, decision: str, motif: str, par: Utilisateur) -> None:
    if decision == "retirer":
        actions.retirer(propos, motif=motif, par=par)
    else:
        gestes = {"publier": actions.publier, "retablir": actions.retablir, "classer": actions.classer}
        gestes[decision](propos, par=par)
