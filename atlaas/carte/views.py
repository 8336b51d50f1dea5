from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from atlaas.carte import queries
from atlaas.carte.forms import CadreForm
from atlaas.models import Genre
from atlaas.recherche.forms import PREMIERS, RechercheForm
from atlaas.recherche.queries.comptes import Comptes, choix_par_genre, compter
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix, entrees
from atlaas.recherche.queries.resultats import CurseurInvalide
from villes_internet.socle.acces import public
from villes_internet.socle.delais import TropLong, lectures_bornees

FRAICHEUR = 60  # seconds that a browser keeps the answer of a box
DU_CADRE = ("bbox", "zoom", "apres", "avant")
CADRE_ATTENDU = "Donnez le cadre à dessiner : bbox=ouest,sud,est,nord, en degrés."


def avec_tuiles(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where the operator wants the IGN's tiles, this page alone may ask them of the IGN."""

    @wraps(vue)
    def ouverte(request: HttpRequest) -> HttpResponse:
        if not settings.CARTE_TUILES_IGN:
            return vue(request)
        return cast(HttpResponse, csp_update({"img-src": [settings.CARTE_TUILES_HOTE]})(vue)(request))

    return ouverte


def _formulaires(request: HttpRequest) -> tuple[RechercheForm, CadreForm]:
    return RechercheForm.lue(request.GET), CadreForm(request.GET)


@public
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@avec_tuiles
def carte(request: HttpRequest) -> HttpResponse:
    """The same search as the list, on a map: by département first, then in the box. The URL holds the whole of it."""
    form, cadre = _formulaires(request)
    if not (form.is_valid() and cadre.is_valid()):
        return _refuser(request, form, cadre)
    liste_seule = request.htmx and request.htmx.target == "carte-liste"  # type: ignore[attr-defined]
    try:
        with lectures_bornees():
            contexte = _lire(request, form, cadre, liste_seule=liste_seule)
    except (CurseurInvalide, TropLong) as refus:
        form.add_error(None, str(refus))
        return _refuser(request, form, cadre, status=503 if isinstance(refus, TropLong) else 400)
    gabarit = "atlaas/carte/fragments/liste.html" if liste_seule else "atlaas/carte/carte.html"
    return render(request, gabarit, contexte)


def _lire(request: HttpRequest, form: RechercheForm, cadre: CadreForm, *, liste_seule: bool) -> dict[str, Any]:
    """The list of a box is read alone; what stands around it comes from the counts of the search."""
    criteres = form.criteres()
    cles = cles_des_choix(criteres)
    comptes = {} if liste_seule and cadre.boite else compter(criteres, cles)
    page = _page(request, criteres, cles, comptes, cadre)
    contexte: dict[str, Any] = {"form": form, "cadre": cadre, "page": page, "criteres": criteres}
    if liste_seule:
        return contexte
    form.afficher_choix(choix_par_genre(criteres, comptes, cles))
    return contexte | _decor(request, form, comptes[""])


def _page(
    request: HttpRequest, criteres: Criteres, cles: Mapping[str, int], comptes: Mapping[str, Comptes], cadre: CadreForm
) -> queries.Page:
    curseurs = {sens: request.GET.get(sens, "") for sens in ("apres", "avant")}
    if cadre.boite:
        return queries.page_de_la_boite(entrees(criteres, cles), cadre.boite, **curseurs)
    return queries.page_de_la_recherche(criteres, cles, comptes[""], **curseurs)


def _decor(request: HttpRequest, form: RechercheForm, comptes: Comptes) -> dict[str, Any]:
    """What stands around the list: the criteria, the first view, the address of the same search elsewhere."""
    return {
        "premiers": [form[genre.value] for genre in PREMIERS],
        "autres": [form[genre.value] for genre in Genre if genre not in PREMIERS],
        "choisis": [],
        "choroplethe": queries.choroplethe(comptes),
        "recherche": _sans(request, *DU_CADRE),
        "recherche_ailleurs": _sans(request, *DU_CADRE, Genre.DEPARTEMENT.value),
        "tuiles": settings.CARTE_TUILES_URL if settings.CARTE_TUILES_IGN else "",
    }


def _sans(request: HttpRequest, *noms: str) -> str:
    """The search's parameters but these, without the empty ones."""
    gardes = request.GET.copy()
    for nom in list(gardes):
        if nom in noms or not gardes[nom]:
            del gardes[nom]
    return gardes.urlencode()


def _refuser(request: HttpRequest, form: RechercheForm, cadre: CadreForm, status: int = 400) -> HttpResponse:
    contexte: dict[str, Any] = {"form": form, "cadre": cadre, "page": None, "criteres": None, "choroplethe": None}
    return render(request, "atlaas/carte/carte.html", contexte | {"recherche": "", "tuiles": ""}, status=status)


@public
@require_safe
@cache_control(public=True, max_age=FRAICHEUR)
def cellules(request: HttpRequest) -> JsonResponse:
    """The cells of a box: ``{"total", "est_exact", "cellules": […]}``, 30 kB at most whatever is in it."""
    form, cadre = _formulaires(request)
    if cadre.is_valid() and cadre.boite is None:
        cadre.add_error("bbox", CADRE_ATTENDU)
    if not (form.is_valid() and cadre.is_valid()) or cadre.boite is None:
        erreurs = {**form.errors.get_json_data(), **cadre.errors.get_json_data()}
        phrases = {champ: [e["message"] for e in lues] for champ, lues in erreurs.items()}
        return JsonResponse({"erreurs": phrases}, status=400, json_dumps_params={"ensure_ascii": False})
    criteres = form.criteres()
    try:
        with lectures_bornees():
            lues = queries.cellules(entrees(criteres, cles_des_choix(criteres)), cadre.boite, cadre.zoom_lu)
    except TropLong as trop:
        reponse = JsonResponse({"erreurs": {"q": [str(trop)]}}, status=503, json_dumps_params={"ensure_ascii": False})
        reponse["Cache-Control"] = "no-store"
        return reponse
    contenu = {"total": lues.total, "est_exact": lues.est_exact, "cellules": lues.lignes}
    return JsonResponse(contenu, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
