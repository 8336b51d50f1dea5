"""The association's pages of the palmarès in the admin panel: publication, batches, certificates, errata."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from candidatures.campagnes.models import Campagne
from candidatures.palmares import actions, queries
from candidatures.palmares.calculs import normaliser_code
from candidatures.palmares.forms import CorrectionForm, MotifForm
from candidatures.palmares.models import Certificat, LotCertificats
from candidatures.palmares.permissions import (
    peut_annuler,
    peut_corriger,
    peut_gerer_palmares,
    peut_publier,
    peut_reemettre,
    peut_reprendre_lot,
    peut_suivre_lot,
)
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

DOSSIER = "candidatures/palmares/administration"


@require_safe
@regle(peut_gerer_palmares)
def palmares(request: HttpRequest) -> HttpResponse:
    """What can be published, the batches, and the certificates by name, number or code."""
    exiger(peut_gerer_palmares(personne_connectee(request)))
    q = request.GET.get("q", "").strip()[:100]
    certificats = queries.chercher_certificats(q, normaliser_code(q))
    a_publier = queries.campagne_a_publier()
    contexte = {
        "campagne": a_publier,
        "bilan": queries.bilan(a_publier) if a_publier else None,
        "publication": peut_publier(personne_connectee(request), a_publier) if a_publier else None,
        "lots": queries.derniers_lots(),
        "q": q,
        "page": Paginator(certificats, 30).get_page(request.GET.get("page")),
    }
    return rendre(request, f"{DOSSIER}/palmares.html", contexte)


@require_POST
@regle(peut_publier)
def publier(request: HttpRequest, annee: int) -> HttpResponse:
    campagne = get_object_or_404(Campagne, annee=annee)
    exiger(peut_gerer_palmares(personne_connectee(request)))
    try:
        lot = actions.publier_resultats(campagne, par=personne_connectee(request), a=heure_de_la_base())
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect("admin:palmares")
    messages.success(request, f"Le palmarès {annee} est public.")
    return redirect(lot) if lot else redirect("admin:palmares")


@require_safe
@regle(peut_suivre_lot)
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of a batch: the page, or its moving part."""
    suivi = queries.suivi(pk, heure_de_la_base())
    if suivi is None:
        raise Http404
    exiger(peut_suivre_lot(personne_connectee(request), suivi.lot))
    contexte = {"suivi": suivi, "lot": suivi.lot, "reprise": peut_reprendre_lot(personne_connectee(request), suivi.lot)}
    if "HX-Request" in request.headers:
        return render(request, "candidatures/palmares/fragments/suivi.html", contexte)
    return rendre(request, f"{DOSSIER}/lot.html", contexte)


@require_POST
@regle(peut_reprendre_lot)
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    a_reprendre = get_object_or_404(LotCertificats, pk=pk)
    exiger(peut_suivre_lot(personne_connectee(request), a_reprendre))
    try:
        actions.reprendre_lot(a_reprendre, par=personne_connectee(request))
        messages.success(request, "La production reprend.")
    except TransitionRefusee as refusee:
        messages.info(request, str(refusee))
    return redirect(a_reprendre)


def _a_gerer(request: HttpRequest, pk: int) -> Certificat:
    exiger(peut_gerer_palmares(personne_connectee(request)))
    certificats = Certificat.objects.select_related("resultat__campagne", "resultat__collectivite", "remplace_par")
    return get_object_or_404(certificats, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@regle(peut_gerer_palmares, peut_corriger)
def certificat(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate and what may be done of it; POST corrects its result, which reissues it."""
    trouve = _a_gerer(request, pk)
    correction = CorrectionForm(request.POST or None, resultat=trouve.resultat)
    if request.method == "POST":
        exiger(peut_corriger(personne_connectee(request), trouve.resultat))
        if correction.is_valid():
            actions.corriger(trouve.resultat, par=personne_connectee(request), **correction.cleaned_data)
            messages.success(request, "Le résultat est corrigé ; son certificat est remplacé.")
            return redirect("admin:palmares_certificat", queries.dernier_certificat(trouve).pk)
    return _montrer(request, trouve, MotifForm(), correction)


def _montrer(request: HttpRequest, trouve: Certificat, motif: MotifForm, correction: CorrectionForm) -> HttpResponse:
    contexte = {
        "certificat": trouve,
        "c": trouve.contenu,
        "motif": motif,
        "correction": correction,
        "reemission": peut_reemettre(personne_connectee(request), trouve),
        "annulation": peut_annuler(personne_connectee(request), trouve),
        "journal": queries.journal_du_certificat(trouve),
    }
    return rendre(request, f"{DOSSIER}/certificat.html", contexte)


@require_POST
@regle(peut_reemettre, peut_annuler)
def changer(request: HttpRequest, pk: int) -> HttpResponse:
    """Reissue or annul, with a motive: the button says which."""
    trouve = _a_gerer(request, pk)
    formulaire = MotifForm(request.POST)
    if not formulaire.is_valid():
        return _montrer(request, trouve, formulaire, CorrectionForm(resultat=trouve.resultat))
    motif = formulaire.cleaned_data["motif"]
    try:
        if request.POST.get("geste") == "annuler":
            actions.annuler(trouve, motif=motif, par=personne_connectee(request))
            messages.success(request, f"Le certificat {trouve.numero} est annulé.")
        else:
            trouve = actions.reemettre(trouve, motif=motif, par=personne_connectee(request))
            messages.success(request, f"Le certificat {trouve.numero} remplace le précédent.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return redirect("admin:palmares_certificat", trouve.pk)
