"""A dossier at a glance, and its receipts."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from candidatures.dossiers import permissions
from candidatures.dossiers.queries.espace import prochain_pas
from candidatures.dossiers.views.cadre import cadre_du_dossier, dossier_visible
from villes_internet.socle import fichiers
from villes_internet.socle.acces import regle
from villes_internet.socle.attente import attendre


@require_GET
@regle(permissions.peut_voir)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the dossier stands: progress, what is missing with links, receipts."""
    objet = dossier_visible(request, pk)
    cadre = cadre_du_dossier(request, objet)
    contexte = cadre | {
        "pas": prochain_pas(objet, len(cadre["bloquants"])),
        "nb_faites": sum(e.etat == "fait" for e in cadre["etapes"]),
        "instantanes": list(objet.instantanes.defer("contenu")),
    }
    return render(request, "candidatures/dossiers/dossier.html", contexte)


@require_GET
@regle(permissions.peut_voir)
def recepisse(request: HttpRequest, pk: int, numero: int) -> FileResponse | HttpResponse:
    """The PDF of a deposit's receipt, or the page that waits for it, which asks again by htmx."""
    dossier = dossier_visible(request, pk)
    instantane = get_object_or_404(dossier.instantanes.defer("contenu"), numero=numero)
    est_pret = bool(instantane.recepisse)
    if not est_pret or "HX-Request" in request.headers:
        depot = reverse("dossiers:etape", args=[dossier.pk, "depot"])
        return attendre(request, "Votre récépissé", retour=depot, ou="Revenir au dossier", est_pret=est_pret)
    return fichiers.servir(
        instantane.recepisse.open(), nom=f"recepisse-{dossier.pk}-{numero}.pdf", type_mime=fichiers.PDF
    )
