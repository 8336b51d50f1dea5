"""The association's pages in the admin panel: the list of dossiers, the course of the campaign."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from candidatures.campagnes.models import Campagne
from candidatures.campagnes.queries import campagne_courante
from candidatures.pilotage.actions import GESTES, PAR_CODE, Ordre
from candidatures.pilotage.forms import FiltreDossiers, MotifCampagne, Prolongation
from candidatures.pilotage.permissions import peut_conduire, peut_suivre
from candidatures.pilotage.queries import entonnoir, jalons, page_de_dossiers
from villes_internet.admin_site import rendre
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_safe
@regle(peut_suivre)
def dossiers(request: HttpRequest) -> HttpResponse:
    """Every dossier of the current campaign, searched and filtered, fifty at a time."""
    exiger(peut_suivre(personne_connectee(request)))
    campagne = campagne_courante()
    if campagne is None:
        raise Http404
    form = FiltreDossiers(request.GET)
    page = page_de_dossiers(campagne, form.filtres(), request.GET.get("apres", ""))
    est_filtree = any(request.GET.get(nom) for nom in form.fields)
    return rendre(
        request,
        "candidatures/pilotage/dossiers.html",
        {"campagne": campagne, "form": form, "page": page, "est_filtree": est_filtree},
    )


@require_safe
@regle(peut_suivre)
def campagne(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the campaign stands, and what can be done next, with the reason when it cannot."""
    personne = personne_connectee(request)
    exiger(peut_suivre(personne))
    trouvee = get_object_or_404(Campagne.objects.select_related("version"), pk=pk)
    return rendre(request, "candidatures/pilotage/campagne.html", _contexte(personne, trouvee))


def _contexte(personne: Utilisateur, trouvee: Campagne, form: Any = None, code: str = "") -> dict[str, Any]:
    gestes = []
    for geste in GESTES:
        if trouvee.etat in geste.transition.depuis:
            propre = form if geste.code == code else _formulaire(geste.demande)
            gestes.append((geste, peut_conduire(personne, trouvee, geste.transition), propre))
    return {
        "campagne": trouvee,
        "jalons": jalons(trouvee),
        "entonnoir": entonnoir(trouvee),
        "gestes": gestes,
        "lots": trouvee.lots.avec_avancement().order_by("-pk"),
    }


def _formulaire(demande: str, donnees: Any = None) -> Any:
    """The form that a button needs, if any."""
    if demande == "date":
        return Prolongation(donnees)
    return MotifCampagne(donnees) if demande == "motif" else None


@require_POST
@regle(peut_conduire)
def conduire(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one of the gestures; a refusal is said on the page, with what was typed."""
    geste = PAR_CODE.get(code)
    if geste is None:
        raise Http404
    personne = personne_connectee(request)
    trouvee = get_object_or_404(Campagne.objects.select_related("version"), pk=pk)
    exiger(peut_conduire(personne, trouvee, geste.transition))
    form = _formulaire(geste.demande, request.POST)
    if form is not None and not form.is_valid():
        contexte = _contexte(personne, trouvee, form, code)
        return rendre(request, "candidatures/pilotage/campagne.html", contexte, status=422)
    saisie = form.cleaned_data if form is not None else {}
    ordre = Ordre(personne, heure_de_la_base(), saisie.get("motif", ""), saisie.get("jusqu_au"))
    try:
        geste.agir(trouvee, ordre)
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    else:
        messages.success(request, f"{trouvee.nom} : {trouvee.get_etat_display()}.")
        lot = trouvee.lots.order_by("-pk").first() if geste.code == "publier" else None
        if lot is not None:
            return redirect(lot)
    return redirect("admin:pilotage_campagne", pk)
