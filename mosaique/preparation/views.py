from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from mosaique.chargement import mosaique_visible
from mosaique.models import ImportPrepare, Mosaique
from mosaique.permissions import peut_remplir_mosaique, peut_voir_mosaique
from mosaique.preparation import actions, exports, queries
from mosaique.preparation.forms import ClasseurForm, choix_des_enjeux
from mosaique.preparation.lecture import ClasseurLu
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.echanges import questionnaire
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.classeurs import XLSX
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@regle(peut_voir_mosaique, peut_remplir_mosaique)
@require_http_methods(["GET", "HEAD", "POST"])
def fichiers(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """Everything that leaves as a file; POST takes the filled workbook and leads to what it would change."""
    mosaique = mosaique_visible(request, code, millesime)
    if request.method != "POST":
        return _page(request, mosaique, ClasseurForm())
    exiger(peut_remplir_mosaique(request.user, mosaique))
    form = ClasseurForm(request.POST, request.FILES)
    lu = form.lire(mosaique) if form.is_valid() else None
    if lu is None:
        return _page(request, mosaique, form, status=form.statut)
    nom = form.cleaned_data["fichier"].name
    prepare = actions.preparer(mosaique, lu, nom, par=personne_connectee(request), a=timezone.now())
    return redirect("mosaique:importer", code, millesime, prepare.pk)


def _page(request: HttpRequest, mosaique: Mosaique, form: ClasseurForm, status: int = 200) -> HttpResponse:
    contexte = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "form": form,
        "remplir": peut_remplir_mosaique(request.user, mosaique),
    }
    return render(request, "mosaique/preparation/fichiers.html", contexte, status=status)


def _telechargement(contenu: bytes, type_mime: str, nom: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type=type_mime)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse


@regle(peut_voir_mosaique)
@require_safe
def classeur(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """The questions with the present answers, to fill away from the network."""
    mosaique = mosaique_visible(request, code, millesime)
    ecrite_le = date_format(timezone.localtime(), "j F Y à H:i")
    identite = questionnaire.Identite(code, mosaique.collectivite.nom, millesime, ecrite_le)
    reponses = queries.reponses_ecrites(mosaique)
    contenu = questionnaire.ecrire(arbre(mosaique.version), mosaique.version.bareme, reponses, identite)
    return _telechargement(contenu, XLSX, f"mosaique-{millesime}-{code}-a-remplir.xlsx")


@regle(peut_voir_mosaique)
@require_safe
def exporter(request: HttpRequest, code: str, millesime: int, format_: str) -> HttpResponse:
    """Every answer, as CSV, XLSX or JSON."""
    mosaique = mosaique_visible(request, code, millesime)
    if format_ not in exports.FORMATS:
        raise Http404
    type_mime, _ = exports.FORMATS[format_]
    return _telechargement(exports.exporter(mosaique, format_), type_mime, f"mosaique-{millesime}-{code}.{format_}")


@regle(peut_remplir_mosaique)
@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: HttpRequest, code: str, millesime: int, pk: int) -> HttpResponse:
    """What the workbook would change; POST saves the ticked enjeux, all or none. The preview is its sender's alone."""
    mosaique = mosaique_visible(request, code, millesime)
    prepare = get_object_or_404(ImportPrepare, mosaique=mosaique, pk=pk, par=personne_connectee(request))
    exiger(peut_remplir_mosaique(request.user, mosaique))
    if prepare.confirme_le or timezone.now() >= prepare.expire_le:
        messages.info(request, actions.DEJA_ENREGISTRE if prepare.confirme_le else actions.EXPIRE)
        return redirect("mosaique:fichiers", code, millesime)
    if request.method != "POST":
        return _apercu(request, mosaique, prepare)
    choisis = choix_des_enjeux(request.POST, [enjeu.code for enjeu in arbre(mosaique.version).enjeux])
    try:
        noms = actions.confirmer(prepare, choisis, par=personne_connectee(request), a=timezone.now())
    except actions.EnjeuxPerimes as perimes:
        return _conflit(request, mosaique, prepare, perimes.codes, choisis)
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect(request.path)
    messages.success(request, f"C’est enregistré : {', '.join(noms)}.")
    return redirect("mosaique:mosaique", code, millesime)


def _apercu(request: HttpRequest, mosaique: Mosaique, prepare: ImportPrepare) -> HttpResponse:
    """Ticked at first: the enjeux that nobody saved since the workbook was written."""
    apercu = queries.apercu(mosaique, ClasseurLu.depuis(prepare.contenu))
    coches = [enjeu.code for enjeu in apercu.reprenables if not enjeu.a_change_depuis]
    contexte = {"prepare": prepare, "apercu": apercu, "coches": coches, "perimes": []}
    return _rendre_apercu(request, mosaique, contexte, 200)


def _conflit(
    request: HttpRequest, mosaique: Mosaique, prepare: ImportPrepare, perimes: list[str], choisis: Mapping[str, int]
) -> HttpResponse:
    """``perimes``: the enjeux that somebody saved while the preview was read. The other ticks stay as they were."""
    apercu = queries.apercu(mosaique, ClasseurLu.depuis(prepare.contenu))
    coches = [code for code in choisis if code not in perimes]
    contexte = {"prepare": prepare, "apercu": apercu, "coches": coches, "perimes": perimes}
    return _rendre_apercu(request, mosaique, contexte, 409)


def _rendre_apercu(request: HttpRequest, mosaique: Mosaique, contexte: dict[str, Any], status: int) -> HttpResponse:
    communs = {"mosaique": mosaique, "collectivite": mosaique.collectivite}
    return render(request, "mosaique/preparation/apercu.html", communs | contexte, status=status)
