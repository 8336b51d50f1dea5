"""One address from the preview to the end: what would change, how far the worker is, what was done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas.imports import actions, exports, queries
from atlaas.imports.forms import ConfirmationForm
from atlaas.imports.views.importer import import_de
from atlaas.models import ImportFiches, VerdictLigne
from atlaas.permissions import peut_creer_action
from atlaas.queries import page_lue
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee

PAR_PAGE = 50


@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def suivre(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """POST confirms: a worker writes the fiches."""
    imprt = import_de(request, code, pk)
    if request.method == "POST":
        form = ConfirmationForm(request.POST)
        form.is_valid()
        try:
            actions.confirmer(imprt, **form.cleaned_data, par=personne_connectee(request), a=timezone.now())
        except TransitionRefusee as refus:
            messages.info(request, str(refus))
        return redirect(imprt)
    if imprt.est_perime(timezone.now()):
        messages.info(request, actions.TROP_TARD)
        return redirect("atlaas:importer", code)
    if imprt.relie_le is None:
        return redirect("atlaas:colonnes_import", code, pk)
    contexte: dict[str, Any] = {"collectivite": imprt.collectivite, "imprt": imprt}
    if imprt.est_au_travail or imprt.est_en_panne or imprt.termine_le:
        return render(request, "atlaas/imports/suivre.html", contexte)
    return _apercu(request, imprt, contexte)


def _apercu(request: HttpRequest, imprt: ImportFiches, contexte: dict[str, Any]) -> HttpResponse:
    verdict = queries.onglet_ouvert(imprt, request.GET.get("lignes", ""))
    page, existe = page_lue(queries.lignes(imprt, verdict), request.GET.get("page", "1"), PAR_PAGE)
    contexte |= {
        "page": page,
        "verdict": verdict,
        "lignes": [(ligne, queries.ce_qui_change(ligne)) for ligne in page.object_list],
        "onglets": [
            {"libelle": f"{libelle} ({nb})", "url": f"?lignes={code}", "est_courant": code == verdict}
            for code, libelle in queries.ONGLETS.items()
            if (nb := imprt.bilan[code]) or code == verdict
        ],
        "nb_ecrites": imprt.bilan[VerdictLigne.CREER] + imprt.bilan[VerdictLigne.MODIFIER],
    }
    return render(request, "atlaas/imports/suivre.html", contexte, status=200 if existe else 404)


@regle(peut_creer_action)
@require_safe
def refus(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The refused rows, each with its reason, to mend the file with."""
    imprt = import_de(request, code, pk)
    contenu = exports.refus_en_csv(list(queries.refus(imprt)))
    reponse = HttpResponse(contenu, content_type=exports.FORMATS["csv"])
    reponse["Content-Disposition"] = f'attachment; filename="refus-import-{imprt.pk}.csv"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse


@regle(peut_creer_action)
@require_POST
def abandonner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    imprt = import_de(request, code, pk)
    try:
        actions.abandonner(imprt, a=timezone.now())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect(imprt)
    messages.success(request, f"L’import de « {imprt} » est abandonné : aucune fiche n’a changé.")
    return redirect("atlaas:importer", code)
