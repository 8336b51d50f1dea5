from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from candidatures.campagnes.models import Campagne
from candidatures.palmares import queries
from candidatures.palmares.calculs import grouper_code, normaliser_code
from candidatures.palmares.forms import CodeForm, FiltresForm
from candidatures.palmares.models import Certificat
from candidatures.palmares.permissions import peut_telecharger, peut_voir_palmares
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.socle.acces import public
from villes_internet.socle.attente import attendre
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@public
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    return render(request, "accueil.html", queries.accueil(timezone.now()))


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "candidatures/palmares/index.html", {"campagnes": queries.annees_publiees()})


@public
@require_safe
def palmares_annee(request: HttpRequest, annee: int) -> HttpResponse:
    """The public list of a year; the whole page, or only its list for the filters."""
    campagne = get_object_or_404(Campagne, annee=annee)
    exiger(peut_voir_palmares(request.user, campagne))
    formulaire = FiltresForm(request.GET, campagne=campagne)
    filtres = formulaire.filtres()
    effectifs = queries.effectifs(campagne)
    contexte = {
        "campagne": campagne,
        "formulaire": formulaire,
        "filtres": filtres,
        "page": queries.page_du_palmares(campagne, filtres, request.GET.get("page", 1)),
        "effectifs": [{"arobases": niveau, "n": n} for niveau, n in effectifs.items()],
        "total": sum(effectifs.values()),
    }
    fragment = request.headers.get("HX-Target") == "palmares-liste"
    gabarit = "candidatures/palmares/fragments/liste.html" if fragment else "candidatures/palmares/annee.html"
    return render(request, gabarit, contexte)


@public
@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """The form where a code is typed; an address with the code is the answer."""
    formulaire = CodeForm(request.GET or None)
    if request.GET and formulaire.is_valid():
        return redirect("palmares:verifier", normaliser_code(formulaire.cleaned_data["code"]) or "inconnu")
    return render(request, "candidatures/palmares/verification.html", {"formulaire": formulaire, "inconnu": ""})


@public
@require_safe
def verifier(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate says, and whether it still stands."""
    certificat = queries.certificat_par_code(normaliser_code(code))
    if certificat is None:
        contexte = {"formulaire": CodeForm(initial={"code": code}), "inconnu": code}
        return render(request, "candidatures/palmares/verification.html", contexte, status=404)
    contenu = certificat.contenu
    contexte = {
        "certificat": certificat,
        "c": contenu,
        "niveau": libelle_arobases(contenu["arobases"], est_verte=contenu["est_verte"]),
        "publie_le": date.fromisoformat(contenu["publie_le"]),
        "emis_le": date.fromisoformat(contenu["emis_le"]),
        "code": grouper_code(certificat.code),
        "telechargement": peut_telecharger(request.user, certificat),
    }
    return render(request, "candidatures/palmares/certificat.html", contexte)


def _certificat(numero: str) -> Certificat | None:
    return Certificat.objects.select_related("resultat__campagne").filter(numero=numero).first()


def _etag(request: HttpRequest, numero: str) -> str | None:
    """Of the file itself: none while it is being made, nor for htmx, which never gets it."""
    if "HX-Request" in request.headers:
        return None
    certificat = _certificat(numero)
    if certificat is None or not certificat.fichier or not peut_telecharger(request.user, certificat):
        return None
    return f'"{certificat.empreinte}"'


@public
@require_safe
@condition(etag_func=_etag)
def telecharger(request: HttpRequest, numero: str) -> FileResponse | HttpResponse:
    """The PDF, or the page that waits for it (``attendre``), which asks again by htmx."""
    certificat = _certificat(numero)
    if certificat is None:
        raise Http404
    exiger(peut_telecharger(request.user, certificat))
    if not certificat.fichier or "HX-Request" in request.headers:
        return attendre(
            request,
            "Votre certificat",
            retour=certificat.get_absolute_url(),
            ou="Voir ce que dit le certificat",
            est_pret=bool(certificat.fichier),
            est_arrete=certificat.est_en_echec,
        )
    return FileResponse(
        certificat.fichier.open("rb"),
        as_attachment="telecharger" in request.GET,
        filename=f"certificat-{certificat.numero}.pdf",
        content_type="application/pdf",
    )


@public
@require_safe
def certificats_de(request: HttpRequest, code: str) -> HttpResponse:
    """The published labels of a collectivité and their certificates; its fragment stands in its space."""
    collectivite = get_object_or_404(Collectivite.objects.candidates(), code=code)
    contexte = {"collectivite": collectivite, "resultats": list(queries.resultats_de(collectivite))}
    fragment = "HX-Request" in request.headers
    gabarit = "fragments/certificats" if fragment else "certificats_de"
    return render(request, f"candidatures/palmares/{gabarit}.html", contexte)
