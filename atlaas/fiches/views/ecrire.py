"""Write a fiche: create, change, take up another town's idea. The form saves itself while it is typed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from atlaas import actions
from atlaas.fiches.views.pages import apercu, arbre_courant, candidate, deux_versions, formulaire
from atlaas.forms import ActionForm
from atlaas.models import Action
from atlaas.permissions import peut_creer_action, peut_modifier_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee

PAS_EN_JSON = {"numero_version", "image", "retirer_image"}


@garde_la_saisie
@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def creer(request: HttpRequest, code: str) -> HttpResponse:
    """A new draft; ``?service=A1.3`` or ``?enjeu=A1`` ticks or opens where it comes from."""
    trouvee = candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    referentiel = arbre_courant()
    if referentiel is None:
        raise Http404("Aucun référentiel n’est publié.")
    if request.method != "POST":
        voulu = request.GET.get("service", "")
        coches = Service.objects.filter(enjeu__famille__version=referentiel.version_pk, code=voulu) if voulu else ()
        form = ActionForm(arbre=referentiel, initial={"services": list(coches)})
        return formulaire(request, trouvee, form, referentiel)
    form = ActionForm(request.POST, request.FILES, arbre=referentiel)
    valable = form.is_valid()
    if "apercu" in request.POST:
        return apercu(request, trouvee, form, referentiel)
    en_json = SAUVEGARDE in request.headers
    if not valable and not en_json:
        return formulaire(request, trouvee, form, referentiel, status=422)
    erreurs = {} if valable else form.garder_le_valable(None)
    fiche = actions.creer_action(
        trouvee,
        par=personne_connectee(request),
        services=form.cleaned_data["services"],
        **form.champs(),
        **({} if en_json else form.image_voulue()),
    )
    if en_json:
        return JsonResponse(etat_json(fiche, referentiel) | {"erreurs": erreurs} | _desormais(request, fiche))
    return _apres(request, fiche)


def _desormais(request: HttpRequest, fiche: Action) -> dict[str, str]:
    """Where the page of a draft just born goes on saving, and under which name the browser keeps it."""
    return {
        "adresse": reverse("atlaas:modifier", args=[fiche.pk]),
        "cle": f"{personne_connectee(request).pk}-fiche-{fiche.pk}",
    }


@regle(peut_creer_action)
@require_POST
def inspirer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A draft that cites the published fiche ``pk``, opened to be written."""
    trouvee = candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    source = get_object_or_404(Action.objects.publiees(), pk=pk)
    try:
        brouillon = actions.s_inspirer(source, trouvee, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect(source)
    messages.success(request, f"Votre brouillon cite « {source} » : écrivez maintenant ce que vous en ferez.")
    return redirect("atlaas:modifier", brouillon.pk)


@garde_la_saisie
@regle(peut_modifier_action)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    fiche = get_object_or_404(Action.objects.select_related("collectivite", "inspiree_de__collectivite"), pk=pk)
    verdict = peut_modifier_action(request.user, fiche)
    if request.headers.get(SAUVEGARDE) and not verdict and not verdict.masque:
        return JsonResponse({"motif": verdict.motif}, status=403)
    exiger(verdict)
    referentiel = arbre_courant()
    if referentiel is None:
        raise Http404("Aucun référentiel n’est publié.")
    if request.method != "POST":
        form = ActionForm(instance=fiche, arbre=referentiel, initial={"numero_version": fiche.version})
        return formulaire(request, fiche.collectivite, form, referentiel, fiche)
    return _enregistrer(request, fiche, referentiel)


def _enregistrer(request: HttpRequest, fiche: Action, referentiel: Arbre) -> HttpResponse:
    en_json = SAUVEGARDE in request.headers
    vierge = Action(collectivite=fiche.collectivite)
    form = ActionForm(request.POST, request.FILES, instance=vierge, arbre=referentiel)
    erreurs: dict[str, str] = {}
    valable = form.is_valid()
    if "apercu" in request.POST:
        return apercu(request, fiche.collectivite, form, referentiel, fiche)
    if not valable:
        if not en_json or "numero_version" in form.errors:
            return formulaire(request, fiche.collectivite, form, referentiel, fiche, status=422)
        erreurs = form.garder_le_valable(fiche)
    try:
        enregistree = actions.modifier_action(
            fiche,
            par=personne_connectee(request),
            numero_version=form.cleaned_data["numero_version"] or 0,
            services=form.cleaned_data["services"],
            **form.champs(),
            **({} if en_json else form.image_voulue()),
        )
    except VersionPerimee as perimee:
        if en_json:
            return JsonResponse(etat_json(perimee.actuel, referentiel), status=409)
        return deux_versions(request, form, perimee.actuel, referentiel)
    except TransitionRefusee as refusee:
        form.add_error(None, f"Une fiche publiée doit rester complète. {refusee}")
        return formulaire(request, fiche.collectivite, form, referentiel, fiche, status=422)
    if en_json:
        return JsonResponse(etat_json(enregistree, referentiel) | {"erreurs": erreurs})
    return _apres(request, enregistree)


def etat_json(fiche: Action, referentiel: Arbre) -> dict[str, Any]:
    """What ``static/js/sauvegarde.js`` reads after a save, or when somebody saved in between."""
    valeurs = ActionForm(instance=fiche, arbre=referentiel)
    return {
        "etat": "enregistre",
        "numero_version": fiche.version,
        "enregistre_le": fiche.modifie_le.isoformat(),
        "valeurs": {nom: _json(valeurs[nom].value()) for nom in valeurs.fields if nom not in PAS_EN_JSON},
        "par": "",
    }


def _json(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return [str(getattr(v, "pk", v)) for v in valeur]
    if isinstance(valeur, bool):
        return ["on"] if valeur else []
    return "" if valeur is None else str(valeur)


def _apres(request: HttpRequest, fiche: Action) -> HttpResponse:
    """After a save: publish when it was asked, then go back where the person comes from."""
    if "publier" in request.POST and not fiche.est_publique:
        try:
            actions.publier_action(fiche, par=personne_connectee(request))
        except TransitionRefusee as refusee:
            messages.error(request, f"Le brouillon est enregistré, mais pas publié. {refusee}")
            return redirect("atlaas:modifier", fiche.pk)
        messages.success(request, f"« {fiche} » est publiée.")
    else:
        messages.success(request, f"« {fiche} » est enregistrée.")
    retour = request.POST.get("retour", "")
    if url_has_allowed_host_and_scheme(retour, allowed_hosts=None):
        return redirect(retour)
    if fiche.est_publique:
        return redirect(fiche)
    return redirect("atlaas:modifier", fiche.pk)
