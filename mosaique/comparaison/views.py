from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from mosaique.chargement import mosaique_visible
from mosaique.comparaison import actions
from mosaique.comparaison.forms import GroupeForm, MembreForm
from mosaique.comparaison.permissions import peut_accorder_citation, peut_choisir_groupe, peut_comparer
from mosaique.comparaison.queries import page
from mosaique.comparaison.queries.pistes import tuiles_faibles
from mosaique.models import Genre, Mosaique
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@regle(peut_comparer, peut_choisir_groupe)
@require_http_methods(["GET", "HEAD", "POST"])
def comparer(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """My figures beside a group's; POST looks for the twins, or changes and compares the picked group."""
    mosaique = mosaique_visible(request, code, millesime)
    genre, annee = GroupeForm(request.GET).choix()
    if request.method != "POST":
        return _page(request, mosaique, genre, annee, MembreForm())
    exiger(peut_choisir_groupe(request.user, mosaique))
    geste = GESTES.get(request.POST.get("geste", ""))
    if geste is None:
        raise Http404("Ce geste n’existe pas.")
    form = MembreForm(request.POST)
    if geste is _ajouter and not form.is_valid():
        return _page(request, mosaique, genre, annee, form, status=422)
    try:
        messages.success(request, geste(request, mosaique, form))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return redirect(request.get_full_path())


def _chercher(request: HttpRequest, mosaique: Mosaique, form: MembreForm) -> str:
    releve = actions.publier_jumelles(mosaique, _annee(request, mosaique), par=personne_connectee(request))
    return f"Vos {releve.n} jumelles de {releve.millesime} sont trouvées."


def _comparer(request: HttpRequest, mosaique: Mosaique, form: MembreForm) -> str:
    releve = actions.publier_choisi(mosaique, _annee(request, mosaique), par=personne_connectee(request))
    return f"Votre groupe est comparé : {releve.n} collectivités ont déposé en {releve.millesime}."


def _ajouter(request: HttpRequest, mosaique: Mosaique, form: MembreForm) -> str:
    ville = form.cleaned_data["collectivite"]
    actions.ajouter_au_groupe(mosaique, ville, par=personne_connectee(request))
    return f"{ville.libelle_complet} est dans votre groupe."


def _retirer(request: HttpRequest, mosaique: Mosaique, form: MembreForm) -> str:
    ville = get_object_or_404(Collectivite.objects.candidates(), code=request.POST.get("membre", ""))
    actions.retirer_du_groupe(mosaique, ville, par=personne_connectee(request))
    return f"{ville} n’est plus dans votre groupe."


GESTES = {"chercher": _chercher, "comparer": _comparer, "ajouter": _ajouter, "retirer": _retirer}


def _annee(request: HttpRequest, mosaique: Mosaique) -> int:
    """The year that the page showed, never one after the mosaïque's own."""
    texte = request.POST.get("annee", "")
    return min(int(texte), mosaique.millesime) if texte.isdecimal() and len(texte) == 4 else mosaique.millesime


def _page(
    request: HttpRequest, mosaique: Mosaique, genre: Genre, annee: int | None, form: MembreForm, status: int = 200
) -> HttpResponse:
    lue = page.comparaison(mosaique, genre, annee)
    contexte: dict[str, Any] = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "comparaison": lue,
        "onglets": [
            {"libelle": g.label.capitalize(), "url": f"?groupe={g.value}", "est_courant": g == genre} for g in Genre
        ],
        "choisir": peut_choisir_groupe(request.user, mosaique),
        "choisies": page.groupe_choisi(mosaique, lue.annee) if genre == Genre.CHOISI else (),
        "faibles": tuiles_faibles(mosaique, lue.resume.tuiles),
        "form": form,
    }
    return render(request, "mosaique/comparaison/comparer.html", contexte, status=status)


@regle(peut_accorder_citation)
@require_POST
def citation(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """Agree, or no longer agree, to be named."""
    mosaique = mosaique_visible(request, code, millesime)
    exiger(peut_accorder_citation(request.user, mosaique))
    accord = request.POST.get("accord") == "oui"
    actions.accorder_citation(mosaique, accord=accord, par=personne_connectee(request))
    nom = mosaique.collectivite
    messages.success(
        request,
        f"{nom} sera nommée aux collectivités qui se comparent à elle."
        if accord
        else f"{nom} n’est plus nommée dans les comparaisons.",
    )
    return redirect(f"{reverse('mosaique:mosaique', args=[code, millesime])}#citation")
