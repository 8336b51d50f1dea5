"""The president's pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.lecture import lecture
from candidatures.dossiers.queries.saisie import chargees
from candidatures.jury import actions
from candidatures.jury.forms import DecisionForm
from candidatures.jury.models import Decision, Synthese
from candidatures.jury.permissions import (
    liens_de_personne,
    peut_decider,
    peut_voir_la_decision,
    peut_voir_la_deliberation,
)
from candidatures.jury.queries import FiltreDeliberation, demandes_de_mention, page_de_deliberation
from candidatures.jury.views.cadre import ROUTE_PIECE, campagne_suivie, filtre_choisi, onglets
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.saisie import garde_la_saisie, normaliser
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_safe
@regle(peut_voir_la_deliberation)
def deliberation(request: HttpRequest) -> HttpResponse:
    """One line a dossier, without those that a conflict hides from the reader."""
    personne = personne_connectee(request)
    exiger(peut_voir_la_deliberation(personne))
    campagne = campagne_suivie()
    filtre = filtre_choisi(FiltreDeliberation, request.GET.get("filtre"), FiltreDeliberation.TOUS)
    page = page_de_deliberation(campagne, liens_de_personne(personne), filtre, request.GET.get("apres", ""))
    return rendre(
        request,
        "candidatures/jury/deliberation.html",
        {"campagne": campagne, "page": page, "onglets": onglets(FiltreDeliberation, filtre), "filtre": filtre},
    )


@garde_la_saisie
@regle(peut_decider)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier beside its gates and the decision."""
    trouve = get_object_or_404(chargees(Dossier.objects.all()), pk=pk)
    personne = personne_connectee(request)
    exiger(peut_voir_la_decision(personne, trouve))
    synthese = get_object_or_404(Synthese, dossier=trouve)
    demandees = demandes_de_mention(trouve)
    actuelle: Decision | None = getattr(trouve, "decision", None)
    form = DecisionForm(demandees, request.POST or None, initial=_valeurs_de_depart(synthese, actuelle))
    if request.method == "POST":
        exiger(peut_decider(personne, trouve))
        if form.is_valid() and _decider(request, trouve, form):
            return redirect("admin:deliberation")
    contexte = {
        "dossier": trouve,
        "lecture": lecture(trouve, route_piece=ROUTE_PIECE),
        "synthese": synthese,
        "decision": actuelle,
        "form": form,
        "decider": peut_decider(personne, trouve),
        "demandees": demandees,
    }
    return rendre(request, "candidatures/jury/decision.html", contexte, status=422 if form.errors else 200)


def _valeurs_de_depart(synthese: Synthese, actuelle: Decision | None) -> dict[str, Any]:
    if actuelle is None:
        return {"arobases": synthese.proposition}
    return {"arobases": actuelle.arobases, "motif": actuelle.motif, "mentions": list(actuelle.mentions.all())}


def _decider(request: HttpRequest, trouve: Dossier, form: DecisionForm) -> bool:
    """Whether it is decided; else the reason is in the form."""
    try:
        actions.decider(
            trouve,
            arobases=form.cleaned_data["arobases"],
            mentions=list(form.cleaned_data["mentions"]),
            motif=normaliser(form.cleaned_data["motif"]),
            par=personne_connectee(request),
            a=heure_de_la_base(),
        )
    except TransitionRefusee as refusee:
        form.add_error("motif" if "motif" in str(refusee) else None, str(refusee))
        return False
    messages.success(request, f"La décision sur {trouve.collectivite} est enregistrée.")
    return True
