"""Send a file, then say what its columns are."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from atlaas.fiches.views.pages import candidate
from atlaas.imports import actions, queries
from atlaas.imports.forms import ColonnesForm, FichierForm
from atlaas.models import GenreImport, ImportFiches
from atlaas.permissions import peut_creer_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import version_courante
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


def import_de(request: HttpRequest, code: str, pk: int) -> ImportFiches:
    """The import, for those who write the town's fiches."""
    imports = ImportFiches.objects.select_related("collectivite", "par", "confirme_par", "avancement")
    trouve = get_object_or_404(imports, collectivite=candidate(code), pk=pk)
    exiger(peut_creer_action(request.user, trouve.collectivite))
    return trouve


@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: HttpRequest, code: str) -> HttpResponse:
    """The file to send, the templates, the exports, the imports under way."""
    ville = candidate(code)
    exiger(peut_creer_action(request.user, ville))
    if version_courante() is None:
        raise Http404("Aucun référentiel n’est publié.")
    est_envoye = request.method == "POST"
    form = FichierForm(request.POST, request.FILES) if est_envoye else FichierForm()
    if est_envoye and form.is_valid():
        lue = form.lire(ville)
        if lue is not None:
            return redirect(actions.deposer(ville, lue, par=personne_connectee(request), a=timezone.now()))
    contexte = {"collectivite": ville, "form": form, "imports": queries.recents(ville)}
    return render(request, "atlaas/imports/importer.html", contexte, status=form.statut if form.errors else 200)


@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def colonnes(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Which field each column fills; guessed from the headings, corrected by the person."""
    imprt = import_de(request, code, pk)
    if imprt.genre != GenreImport.FICHES or imprt.confirme_le or imprt.est_perime(timezone.now()):
        return redirect(imprt)
    form = ColonnesForm(request.POST or None, imprt=imprt, exemples=queries.exemples(imprt))
    if request.method == "POST" and form.is_valid():
        try:
            vides = form.cleaned_data["vides_effacent"]
            actions.relier(imprt, form.liaison, vides_effacent=vides, a=timezone.now())
        except TransitionRefusee as refus:
            messages.error(request, str(refus))
        return redirect(imprt)
    contexte = {"collectivite": imprt.collectivite, "imprt": imprt, "form": form}
    return render(request, "atlaas/imports/colonnes.html", contexte, status=422 if form.errors else 200)
