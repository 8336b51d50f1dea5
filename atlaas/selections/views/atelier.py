"""Where the association composes its selections, in the admin panel.

The list of fiches is one form: each of its buttons also saves the order and the reasons as they stand.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas.models import Action, Selection
from atlaas.selections import actions, queries
from atlaas.selections.completude import manques
from atlaas.selections.forms import RangementForm, SelectionForm
from atlaas.selections.permissions import (
    peut_composer_selections,
    peut_publier_selection,
    peut_retirer_selection,
)
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

MONTREES = 200
JOURNAL_MONTRE = 10
Q_MAX = 200


def _selection(request: HttpRequest, pk: int) -> Selection:
    exiger(peut_composer_selections(request.user))
    return get_object_or_404(Selection, pk=pk)


def _retour(request: HttpRequest, selection: Selection) -> HttpResponse:
    """The page as it was, its search kept."""
    q = request.POST.get("q", "")[:Q_MAX]
    suite = f"?{urlencode({'q': q})}" if q else ""
    return redirect(f"{reverse('admin:selection', args=[selection.pk])}{suite}#fiches")


@require_safe
@regle(peut_composer_selections)
def selections(request: HttpRequest) -> HttpResponse:
    exiger(peut_composer_selections(request.user))
    lues = Selection.objects.avec_nombres().order_by("-modifiee_le", "-pk")[:MONTREES]
    return rendre(request, "atlaas/selections/admin/liste.html", {"selections": lues})


@require_http_methods(["GET", "HEAD", "POST"])
@regle(peut_composer_selections)
def nouvelle(request: HttpRequest) -> HttpResponse:
    exiger(peut_composer_selections(request.user))
    form = SelectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        creee = actions.creer(par=personne_connectee(request), **form.champs())
        messages.success(request, f"« {creee} » est un brouillon : choisissez maintenant ses fiches.")
        return redirect("admin:selection", creee.pk)
    return rendre(request, "atlaas/selections/admin/nouvelle.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@regle(peut_composer_selections)
def selection(request: HttpRequest, pk: int) -> HttpResponse:
    """The workshop of a selection; POST saves its texts and its image."""
    lue = _selection(request, pk)
    if request.method != "POST":
        return _atelier(request, lue, SelectionForm(selection=lue))
    form = SelectionForm(request.POST, request.FILES, selection=lue)
    if not form.is_valid():
        return _atelier(request, lue, form, status=422)
    actions.modifier(lue, par=personne_connectee(request), **form.champs())
    messages.success(request, "La présentation est enregistrée.")
    return redirect("admin:selection", lue.pk)


def _atelier(
    request: HttpRequest,
    lue: Selection,
    form: SelectionForm,
    *,
    rangement: RangementForm | None = None,
    status: int = 200,
) -> HttpResponse:
    gardees = queries.retenues(lue)
    rangement = rangement or RangementForm(
        cles=[r.pk for r in gardees], initial={f"pourquoi_{r.pk}": r.pourquoi for r in gardees}
    )
    q = request.GET.get("q", "").strip()[:Q_MAX]
    contexte: dict[str, Any] = {
        "selection": lue,
        "form": form,
        "rangement": rangement,
        "lignes": [(r, rangement[f"pourquoi_{r.pk}"]) for r in gardees],
        "nb_publiques": sum(r.action.est_publique for r in gardees),
        "manques": manques(lue, gardees),
        "q": q,
        "propositions": queries.propositions(q),
        "deja": {r.action_id for r in gardees},
        "publier": peut_publier_selection(request.user, lue),
        "retirer": peut_retirer_selection(request.user, lue),
        "evenements": Evenement.objects.de(lue).recents()[:JOURNAL_MONTRE],
    }
    return rendre(request, "atlaas/selections/admin/atelier.html", contexte, status=status)


@require_POST
@regle(peut_composer_selections)
def ranger(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the order and the reasons, then do what the button says: up, down, away, or the fiche of a merge."""
    lue = _selection(request, pk)
    form = RangementForm(request.POST, cles=list(lue.retenues.order_by("rang", "pk").values_list("pk", flat=True)))
    if not form.is_valid():
        return _atelier(request, lue, SelectionForm(selection=lue), rangement=form, status=422)
    personne = personne_connectee(request)
    actions.ranger(lue, form.ordre(), form.raisons(), par=personne)
    try:
        if cle := form.bouton("ecarter"):
            actions.ecarter(lue, cle, par=personne)
        elif cle := form.bouton("remplacer"):
            actions.remplacer(lue, cle, par=personne)
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _retour(request, lue)


@require_POST
@regle(peut_composer_selections)
def ajouter(request: HttpRequest, pk: int) -> HttpResponse:
    lue = _selection(request, pk)
    cle = request.POST.get("fiche", "")
    fiche = get_object_or_404(Action.objects.publiees(), pk=int(cle) if cle.isdecimal() and len(cle) < 10 else 0)
    try:
        actions.ajouter(lue, fiche, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _retour(request, lue)


@require_POST
@regle(peut_publier_selection, peut_retirer_selection)
def changer_etat(request: HttpRequest, pk: int) -> HttpResponse:
    """``vers``: publier or retirer."""
    lue = _selection(request, pk)
    publie = request.POST.get("vers") == "publier"
    exiger((peut_publier_selection if publie else peut_retirer_selection)(request.user, lue))
    try:
        (actions.publier if publie else actions.retirer)(lue, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, f"La sélection n’est pas publiée. {refusee}")
    else:
        messages.success(request, f"« {lue} » est {lue.get_etat_display()}.")
    return redirect("admin:selection", lue.pk)
