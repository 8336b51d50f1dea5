"""A dossier between its deposit and its deliberation: admissibility, readers, files."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from candidatures.dossiers import actions as actions_dossier
from candidatures.dossiers.models import Dossier, Piece
from candidatures.dossiers.permissions import peut_instruire
from candidatures.dossiers.queries.saisie import chargees
from candidatures.jury import actions
from candidatures.jury.forms import MotifForm
from candidatures.jury.models import Jure, Synthese
from candidatures.jury.permissions import (
    peut_gerer_le_jury,
    peut_ouvrir_l_evaluation,
    peut_rendre,
    peut_voir_un_dossier,
)
from candidatures.jury.queries import jures_possibles
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.fichiers import servir
from villes_internet.socle.saisie import normaliser
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_safe
@regle(peut_gerer_le_jury)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """A dossier for the association: admissibility, readers, progress; no individual note."""
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    trouve = get_object_or_404(chargees(Dossier.objects.all()), pk=pk)
    affectations = list(
        trouve.affectations.select_related("jure__utilisateur", "jure__collectivite", "evaluation").order_by("pk")
    )
    actives = [a for a in affectations if a.recusee_le is None]
    personne = personne_connectee(request)
    return rendre(
        request,
        "candidatures/jury/dossier.html",
        {
            "dossier": trouve,
            "affectations": [(a, peut_rendre(personne, a, trouve)) for a in affectations],
            "possibles": jures_possibles(trouve),
            "instruire": peut_instruire(personne, trouve),
            "ouvrir": peut_ouvrir_l_evaluation(personne, trouve, nb_affectations=len(actives)),
            "motif_form": MotifForm(),
            "synthese": Synthese.objects.filter(dossier=trouve).first(),
        },
    )


def _dossier_a_gerer(request: HttpRequest, pk: int) -> Dossier:
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    return get_object_or_404(Dossier.objects.select_related("campagne", "collectivite"), pk=pk)


def _vers_le_dossier(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:dossier", args=[pk]))


@require_POST
@regle(peut_gerer_le_jury)
def affecter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the dossier to the jurors ticked; each refusal is said with its reason."""
    trouve = _dossier_a_gerer(request, pk)
    choisis = [int(cle) for cle in request.POST.getlist("jure") if cle.isascii() and cle.isdigit()]
    jures = list(Jure.objects.select_related("utilisateur").filter(pk__in=choisis).order_by("pk"))
    if not jures:
        messages.error(request, "Cochez au moins un juré.")
    for jure in jures:
        try:
            actions.affecter(trouve, jure, par=personne_connectee(request))
            messages.success(request, f"{jure} lira ce dossier.")
        except TransitionRefusee as refusee:
            messages.error(request, f"{jure} : {refusee}")
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_instruire)
def recevabilite(request: HttpRequest, pk: int) -> HttpResponse:
    trouve = _dossier_a_gerer(request, pk)
    exiger(peut_instruire(personne_connectee(request), trouve))
    try:
        if request.POST.get("avis") == "recevable":
            actions_dossier.declarer_recevable(trouve, par=personne_connectee(request))
            messages.success(request, "Le dossier est recevable.")
        else:
            motif = normaliser(request.POST.get("motif", ""))
            actions_dossier.declarer_irrecevable(trouve, par=personne_connectee(request), motif=motif)
            messages.success(request, "Le dossier est irrecevable.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_ouvrir_l_evaluation)
def ouvrir_l_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    trouve = _dossier_a_gerer(request, pk)
    nb = trouve.affectations.actives().count()
    exiger(peut_ouvrir_l_evaluation(personne_connectee(request), trouve, nb_affectations=nb))
    actions.ouvrir_evaluation(trouve, par=personne_connectee(request))
    messages.success(request, "Les jurés voient maintenant ce dossier.")
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_rendre)
def rendre_au_jure(request: HttpRequest, pk: int, affectation_pk: int) -> HttpResponse:
    """Give a submitted reading back to its juror."""
    trouve = _dossier_a_gerer(request, pk)
    affectation = get_object_or_404(
        trouve.affectations.select_related("evaluation", "jure__utilisateur"), pk=affectation_pk
    )
    exiger(peut_rendre(personne_connectee(request), affectation, trouve))
    affectation.dossier = affectation.evaluation.affectation.dossier = trouve
    try:
        actions.rendre(
            affectation.evaluation, par=personne_connectee(request), motif=normaliser(request.POST.get("motif", ""))
        )
        messages.success(request, f"La lecture est rendue à {affectation.jure}.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _vers_le_dossier(request, pk)


@require_safe
@regle(peut_voir_un_dossier)
def piece(request: HttpRequest, pk: int, piece_pk: int) -> FileResponse:
    """A file of a dossier, under the jury's own rule."""
    dossier = get_object_or_404(Dossier.objects.select_related("collectivite"), pk=pk)
    exiger(peut_voir_un_dossier(personne_connectee(request), dossier))
    trouvee = get_object_or_404(Piece.objects.presentes(), dossier=dossier, pk=piece_pk)
    return servir(trouvee.fichier, nom=trouvee.nom, type_mime=trouvee.type_mime)
