"""The juror's own pages: the list, the dossier beside the grid, the submission, the recusal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from candidatures.jury import actions
from candidatures.jury.forms import RecusationForm
from candidatures.jury.permissions import (
    affectations_visibles_par,
    peut_lire_ses_dossiers,
    peut_noter,
    peut_se_recuser,
)
from candidatures.jury.queries import FiltreLecture, charges_des_jures, manques_de, page_de_lectures
from candidatures.jury.views.cadre import affectation_a_lire, campagne_suivie, filtre_choisi, grille_de, onglets
from candidatures.jury.views.enregistrement import enregistrer
from candidatures.jury.views.page_de_lecture import page_de_lecture
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie, normaliser
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_safe
@regle(peut_lire_ses_dossiers)
def mes_dossiers(request: HttpRequest) -> HttpResponse:
    """The dossiers assigned to this juror, and nothing else."""
    exiger(peut_lire_ses_dossiers(personne_connectee(request)))
    campagne = campagne_suivie()
    filtre = filtre_choisi(FiltreLecture, request.GET.get("filtre"), FiltreLecture.A_LIRE)
    affectations = affectations_visibles_par(request.user).filter(dossier__campagne=campagne)
    charge = charges_des_jures(campagne).filter(jure__utilisateur=personne_connectee(request)).first()
    return rendre(
        request,
        "candidatures/jury/mes_dossiers.html",
        {
            "campagne": campagne,
            "page": page_de_lectures(affectations, filtre, request.GET.get("apres", "")),
            "onglets": onglets(FiltreLecture, filtre),
            "filtre": filtre,
            "charge": charge,
        },
    )


@garde_la_saisie
@regle(peut_noter)
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier beside the grid; a POST saves the draft, by hand or by itself."""
    affectation = affectation_a_lire(request, pk)
    if request.method != "POST":
        return page_de_lecture(request, affectation, grille_de(affectation))
    verdict = peut_noter(personne_connectee(request), affectation)
    if not verdict and request.headers.get(SAUVEGARDE):
        return JsonResponse({"etat": "refuse", "motif": verdict.motif}, status=403)
    exiger(verdict)
    grille = grille_de(affectation, request.POST)
    return enregistrer(request, affectation, grille)


@regle(peut_noter)
def soumettre(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing with its links, or the recapitulation and its confirmation."""
    affectation = affectation_a_lire(request, pk)
    exiger(peut_noter(personne_connectee(request), affectation))
    evaluation, campagne = affectation.evaluation, affectation.dossier.campagne
    manques = manques_de(evaluation, list(campagne.criteres.all()))
    if request.method == "POST" and not manques:
        try:
            actions.soumettre(evaluation, par=personne_connectee(request), a=heure_de_la_base())
        except TransitionRefusee as refusee:
            messages.error(request, str(refusee))
            return redirect("admin:jury_lecture", pk)
        messages.success(request, f"Votre lecture de {affectation.dossier.collectivite} est soumise.")
        return redirect("admin:jury_lecture", pk)
    return rendre(
        request,
        "candidatures/jury/soumettre.html",
        {
            "dossier": affectation.dossier,
            "evaluation": evaluation,
            "manques": manques,
            "notes": evaluation.notes.select_related("critere").order_by("critere__position"),
        },
        status=422 if request.method == "POST" else 200,
    )


@regle(peut_se_recuser)
def se_recuser(request: HttpRequest, pk: int) -> HttpResponse:
    affectation = affectation_a_lire(request, pk)
    exiger(peut_se_recuser(personne_connectee(request), affectation))
    form = RecusationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        nom = str(affectation.dossier.collectivite)
        actions.recuser(
            affectation,
            nature=form.cleaned_data["nature"],
            motif=normaliser(form.cleaned_data["motif"]),
            par=personne_connectee(request),
            a=heure_de_la_base(),
        )
        messages.success(request, f"Vous ne lirez pas le dossier de {nom}. L’association choisira un autre juré.")
        return redirect("admin:jury_dossiers")
    contexte = {"dossier": affectation.dossier, "form": form}
    return rendre(request, "candidatures/jury/recuser.html", contexte, status=422 if form.errors else 200)
