from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from atlaas.models import Genre, RechercheSuivie, Selection
from atlaas.recherche import actions
from atlaas.recherche.forms import PREMIERS, RechercheForm
from atlaas.recherche.queries.comptes import Choix, choix_par_genre, compter
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix
from atlaas.recherche.queries.resultats import CurseurInvalide, Feuille, feuille
from atlaas.recherche.queries.suggestions import ailleurs, autre_orthographe, sans_un_critere, un_seul_mot
from atlaas.recherche.queries.surlignage import surligner
from villes_internet.comptes.permissions import collectivites_de, personne_connectee
from villes_internet.socle.acces import public, regle
from villes_internet.socle.delais import TropLong, lectures_bornees
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

A_LA_UNE = 3  # selections told to who has asked nothing yet
PEU = 3  # results under which another spelling is proposed


@public
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Public search of the published fiches, by words, choices and place. The URL holds the whole search."""
    form = RechercheForm.lue(request.GET)
    if not form.is_valid():
        return _refuser(request, form)
    try:
        if request.GET.get("page", "1") != "1":  # pages have no number: an old address says so
            raise CurseurInvalide
        with lectures_bornees():
            contexte = _lire(request, form)
    except (CurseurInvalide, TropLong) as refus:
        form.add_error(None, str(refus))
        return _refuser(request, form, status=503 if isinstance(refus, TropLong) else 400)
    return render(request, "atlaas/recherche/liste.html", contexte)


def _lire(request: HttpRequest, form: RechercheForm) -> dict[str, Any]:
    criteres = form.criteres()
    cles = cles_des_choix(criteres)
    comptes = compter(criteres, cles)
    apres, avant = request.GET.get("apres", ""), request.GET.get("avant", "")
    page = feuille(criteres, cles, apres=apres, avant=avant, environ=comptes[""].total)
    choix = choix_par_genre(criteres, comptes, cles)
    form.afficher_choix(choix)
    return {
        "form": form,
        "criteres": criteres,
        "page": page,
        "cartes": _cartes(criteres.q, page.fiches),
        "comptes": comptes[""],
        "premiers": [form[genre.value] for genre in PREMIERS],
        "autres": [form[genre.value] for genre in Genre if genre not in PREMIERS],
        "parametres": form.parametres(),
        "choisis": _choisis(request, form, criteres, choix),
        "selections": _selections(criteres, page),
        "la_mienne": _la_mienne(request),
        **_suites(request, form, criteres, comptes, choix[Genre.OUTIL]),
    }


def _la_mienne(request: HttpRequest) -> Collectivite | None:
    """The town whose likes one may look for: the first that the person represents; no query for the others."""
    siennes = collectivites_de(request.user)
    return Collectivite.objects.filter(pk__in=siennes).order_by("pk").first() if siennes else None


def _selections(criteres: Criteres, page: Feuille) -> QuerySet[Selection]:
    """The latest of the association, on the first page of the whole catalogue."""
    publiees = Selection.objects.publiees().avec_nombres()
    return publiees[:A_LA_UNE] if criteres.est_vide and not page.avant else publiees.none()


def _refuser(request: HttpRequest, form: RechercheForm, status: int = 400) -> HttpResponse:
    contexte: dict[str, Any] = {"form": form, "criteres": None, "page": None}
    return render(request, "atlaas/recherche/liste.html", contexte, status=status)


def _cartes(q: str, fiches: Any) -> list[dict[str, Any]]:
    """Each fiche with its title and summary, the words asked for marked."""
    textes = surligner(q, [texte for fiche in fiches for texte in (str(fiche), fiche.resume)])
    return [
        {"action": fiche, "titre": titre, "resume": resume}
        for fiche, titre, resume in zip(fiches, textes[::2], textes[1::2], strict=True)
    ]


def _choisis(
    request: HttpRequest, form: RechercheForm, criteres: Criteres, choix: Mapping[str, list[Choix]]
) -> list[dict[str, str]]:
    """What narrows the search, each with the address without it."""
    connus = {(genre, c.code): c.libelle for genre in criteres.choix for c in choix[genre]}
    lignes = [
        (genre, f"{Genre(genre).label} : {form.libelle(genre, code, connus.get((genre, code), ''))}")
        for genre, code in criteres.choix.items()
    ]
    if criteres.lieu:
        nom = criteres.lieu.nom or "votre position"
        lignes.append(("lieu", f"À moins de {criteres.lieu.rayon} km de {nom}"))
    return [{"libelle": libelle, "url": _sans(request, genre)} for genre, libelle in lignes]


def _sans(request: HttpRequest, genre: str) -> str:
    restants = request.GET.copy()
    for nom in ("apres", "avant", *(("pres", "lat", "lon", "rayon") if genre == "lieu" else (genre,))):
        restants.pop(nom, None)
    return f"?{restants.urlencode()}"


def _suites(
    request: HttpRequest, form: RechercheForm, criteres: Criteres, comptes: Any, outils: list[Choix]
) -> dict[str, Any]:
    """Elsewhere, and another way when little or nothing answers."""
    total = comptes[""].total
    return {
        "ailleurs": ailleurs(criteres.q, form.arbre, outils),
        "orthographe": autre_orthographe(criteres.q) if criteres.q and total < PEU else "",
        "issues": [] if total else _issues(request, criteres, comptes),
    }


def _issues(request: HttpRequest, criteres: Criteres, comptes: Any) -> list[dict[str, Any]]:
    lignes: list[dict[str, Any]] = [
        {"libelle": f"Sans le critère « {Genre(genre).label} »", "nb": nb, "url": _sans(request, genre)}
        for genre, nb in sans_un_critere(criteres, comptes).items()
    ]
    large = un_seul_mot(criteres.q)
    if large and (nb := compter(Criteres(large), {})[""].total):
        lignes.append({"libelle": "Avec un seul de ces mots", "nb": nb, "url": f"?{urlencode({'q': large})}"})
    return lignes


@regle("connecte")
@require_POST
def suivre(request: HttpRequest) -> HttpResponse:
    """Follow the search of the address: its new fiches by e-mail, each Monday."""
    form = RechercheForm.lue(request.GET)
    if not form.is_valid():
        return _refuser(request, form)
    try:
        suivie = actions.suivre(personne_connectee(request), form)
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect("atlaas:recherches_suivies")
    messages.success(request, f"Vous recevrez chaque lundi les nouvelles actions de la recherche {suivie}.")
    return redirect(suivie)


@regle("connecte")
@require_safe
def recherches_suivies(request: HttpRequest) -> HttpResponse:
    """One's own followed searches."""
    suivies = RechercheSuivie.objects.filter(utilisateur=personne_connectee(request)).order_by("intitule", "pk")
    return render(request, "atlaas/recherche/suivies.html", {"suivies": suivies, "maximum": actions.MAX_SUIVIES})


@regle("connecte")
@require_POST
def ne_plus_suivre(request: HttpRequest, pk: int) -> HttpResponse:
    suivie = get_object_or_404(RechercheSuivie, pk=pk, utilisateur=personne_connectee(request))
    suivie.delete()
    messages.success(request, f"Vous ne suivez plus la recherche {suivie}.")
    return redirect("atlaas:recherches_suivies")
