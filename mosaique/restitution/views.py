from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from mosaique.chargement import mosaique_visible
from mosaique.permissions import peut_voir_mosaique
from mosaique.restitution.actions import demander
from mosaique.restitution.queries import courant, dernier_pret
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.attente import attendre
from villes_internet.socle.fichiers import PDF, PNG, servir

# address: (field of the row, what one waits for, name of the file, type)
FICHIERS = {
    "diagnostic.pdf": ("document", "Votre diagnostic", "diagnostic", PDF),
    "planche.pdf": ("planche", "Votre document", "planche", PDF),
    "planche.png": ("image", "Votre document", "planche", PNG),
}


@regle(peut_voir_mosaique)
@require_http_methods(["GET", "HEAD", "POST"])
def diagnostic(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """The documents of the mosaïque and where they are; POST asks for those of its present state."""
    mosaique = mosaique_visible(request, code, millesime)
    if request.method == "POST":
        demander(mosaique, par=personne_connectee(request))
        return redirect("mosaique:diagnostic_fichier", code, millesime, "diagnostic.pdf")
    actuel = courant(mosaique)
    contexte = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "actuel": actuel,
        "ancien": None if actuel else dernier_pret(mosaique),
    }
    return render(request, "mosaique/restitution/diagnostic.html", contexte)


@regle(peut_voir_mosaique)
@require_safe
def fichier(request: HttpRequest, code: str, millesime: int, nom: str) -> HttpResponseBase:
    """One document, or the page that waits while a worker makes it; else the page where one asks for it."""
    if nom not in FICHIERS:
        raise Http404
    mosaique = mosaique_visible(request, code, millesime)
    champ, quoi, prefixe, type_mime = FICHIERS[nom]
    page = reverse("mosaique:diagnostic", args=[code, millesime])
    actuel = courant(mosaique)
    if actuel is None:
        return HttpResponseClientRedirect(page) if "HX-Request" in request.headers else redirect(page)
    if not actuel.est_pret or "HX-Request" in request.headers:
        return attendre(
            request,
            quoi,
            retour=page,
            ou="Voir tous les documents",
            est_pret=actuel.est_pret,
            est_arrete=actuel.est_en_echec,
        )
    nom_du_fichier = f"{prefixe}-{code}-{millesime}.{nom.rpartition('.')[2]}"
    return servir(getattr(actuel, champ).open("rb"), nom=nom_du_fichier, type_mime=type_mime)
