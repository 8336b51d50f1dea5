"""Somebody without an account writes one fiche: the token in the address is their right."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from atlaas.fiches import actions
from atlaas.fiches.views.ecrire import etat_json
from atlaas.fiches.views.pages import arbre_courant, deux_versions, familles
from atlaas.forms import ActionForm
from atlaas.models import Action, DemandeFiche
from villes_internet.referentiel.queries import Arbre
from villes_internet.socle.acces import public
from villes_internet.socle.saisie import SAUVEGARDE
from villes_internet.socle.versions import VersionPerimee

TROP_VITE = "Trop de demandes à la suite : attendez quelques minutes, puis enregistrez de nouveau. Rien n’est perdu."


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def ecrire(request: HttpRequest, jeton: str) -> HttpResponse:
    """The form alone; a closed link says why."""
    demandes = DemandeFiche.objects.select_related("collectivite", "cree_par", "fiche")
    demande = get_object_or_404(demandes, empreinte_jeton=actions.empreinte(jeton))
    motif = actions.obstacle(demande, timezone.now())
    if motif:
        return _ferme(request, demande, motif)
    referentiel = arbre_courant()
    if referentiel is None:
        raise Http404("Aucun référentiel n’est publié.")
    if request.method == "POST":
        return _enregistrer(request, demande, referentiel)
    depart = {"numero_version": demande.fiche.version if demande.fiche else 0}
    form = ActionForm(instance=demande.fiche, arbre=referentiel, initial=depart)
    return _page(request, demande, form, referentiel)


def _ferme(request: HttpRequest, demande: DemandeFiche, motif: str) -> HttpResponse:
    """What was typed too late is shown back, to be copied."""
    if SAUVEGARDE in request.headers:
        return JsonResponse({"motif": motif}, status=403)
    textes = [request.POST.get(nom, "") for nom in ("titre", "resume", "description", "resultats")]
    contexte = {"demande": demande, "motif": motif, "textes": [t for t in textes if t]}
    return render(request, "atlaas/fiches/demande_close.html", contexte, status=410)


def _enregistrer(request: HttpRequest, demande: DemandeFiche, referentiel: Arbre) -> HttpResponse:
    en_json = SAUVEGARDE in request.headers
    vierge = Action(collectivite=demande.collectivite)
    form = ActionForm(request.POST, request.FILES, instance=vierge, arbre=referentiel)
    valable = form.is_valid()
    if not ratelimit.consume(request, action="repondre_par_lien"):
        if en_json:
            return JsonResponse({"motif": TROP_VITE}, status=429)
        form.add_error(None, TROP_VITE)
        return _page(request, demande, form, referentiel, status=429)
    erreurs: dict[str, str] = {}
    if not valable:
        if not en_json or "numero_version" in form.errors:
            return _page(request, demande, form, referentiel, status=422)
        erreurs = form.garder_le_valable(demande.fiche)
    try:
        fiche = actions.enregistrer(
            demande, a=timezone.now(), terminee="terminer" in request.POST, **_saisie(form, en_json)
        )
    except actions.DemandeClose as close:
        return _ferme(request, demande, str(close))
    except VersionPerimee as perimee:
        if en_json:
            return JsonResponse(etat_json(perimee.actuel, referentiel), status=409)
        return deux_versions(request, form, perimee.actuel, referentiel, par_lien=True)
    if en_json:
        return JsonResponse(etat_json(fiche, referentiel) | {"erreurs": erreurs})
    messages.success(request, f"Votre fiche est enregistrée : merci. {demande.cree_par} va la relire.")
    return redirect(request.path)


def _saisie(form: ActionForm, en_json: bool) -> dict[str, Any]:
    return {
        "numero_version": form.cleaned_data["numero_version"] or 0,
        "services": form.cleaned_data["services"],
        **form.champs(),
        **({} if en_json else form.image_voulue()),
    }


def _page(
    request: HttpRequest, demande: DemandeFiche, form: ActionForm, referentiel: Arbre, status: int = 200
) -> HttpResponse:
    coches = form.coches
    contexte = {
        "demande": demande,
        "collectivite": demande.collectivite,
        "form": form,
        "action": None,
        "familles": familles(referentiel, coches, ""),
        "nb_coches": len(coches),
    }
    return render(request, "atlaas/fiches/ecrire_par_lien.html", contexte, status=status)
