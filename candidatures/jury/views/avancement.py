"""The association follows the jury."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from candidatures.jury import actions
from candidatures.jury.permissions import peut_gerer_le_jury
from candidatures.jury.queries import FiltreAvancement, charges_des_jures, page_d_avancement
from candidatures.jury.views.cadre import campagne_suivie, filtre_choisi, onglets
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_safe
@regle(peut_gerer_le_jury)
def avancement(request: HttpRequest) -> HttpResponse:
    """Jurors and their progress; dossiers by the number of their readers."""
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    campagne = campagne_suivie()
    filtre = filtre_choisi(FiltreAvancement, request.GET.get("filtre"), FiltreAvancement.SANS)
    return rendre(
        request,
        "candidatures/jury/avancement.html",
        {
            "campagne": campagne,
            "charges": charges_des_jures(campagne)[:60],
            "page": page_d_avancement(campagne, filtre, request.GET.get("apres", "")),
            "onglets": onglets(FiltreAvancement, filtre),
            "filtre": filtre,
        },
    )


@require_POST
@regle(peut_gerer_le_jury)
def ouvrir_les_evaluations(request: HttpRequest) -> HttpResponse:
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    try:
        nb = actions.ouvrir_evaluations(campagne_suivie(), par=personne_connectee(request))
        messages.success(request, f"{nb} dossier{'s' if nb > 1 else ''} ouvert{'s' if nb > 1 else ''} à l’évaluation.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return redirect("admin:jury_avancement")
