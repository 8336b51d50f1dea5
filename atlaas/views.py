from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from atlaas import queries
from atlaas.corrections.queries import en_attente
from atlaas.gardees.queries import est_gardee
from atlaas.inspirations.queries import chaine, villes_qui_s_inspirent
from atlaas.liens.queries import signalements_de
from atlaas.models import Action
from atlaas.permissions import (
    peut_archiver_action,
    peut_confirmer_action,
    peut_fusionner_action,
    peut_modifier_action,
    peut_publier_action,
    peut_reprendre_action,
    peut_voir_action,
)
from atlaas.questions.permissions import ne_prend_plus_de_question
from atlaas.questions.queries import dernieres
from atlaas.selections.queries import selections_de
from villes_internet.comptes.permissions import roles_de
from villes_internet.socle.acces import public
from villes_internet.socle.verdict import exiger


@public
@require_safe
def action(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A fiche. A stranger finds only the published ones."""
    fiche = get_object_or_404(
        queries.avec_cartes(
            Action.objects.select_related(
                "collectivite__epci",
                "collectivite__region",
                "inspiree_de__collectivite",
                "fusionnee_dans",
                "sans_question",
            )
        ),
        pk=pk,
    )
    if fiche.fusionnee_dans and fiche.fusionnee_dans.est_publique:
        return redirect(fiche.fusionnee_dans, permanent=True)
    exiger(peut_voir_action(request.user, fiche))
    if slug != fiche.slug:
        return redirect(fiche, permanent=fiche.est_publique)
    gerer = bool(roles_de(request.user, fiche.collectivite_id))
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "services": fiche.services.all(),
        "partenaires": fiche.partenaires.order_by("cle_alphabetique"),
        "presentee_en": list(fiche.annees.order_by("annee").values_list("annee", flat=True)),
        "selections": selections_de(fiche),
        "motif_moderation": queries.motif_de_moderation(fiche),
        "modifier": peut_modifier_action(request.user, fiche),
        "gerer": gerer,
        "signalements": signalements_de(fiche) if gerer and fiche.est_publique else [],
        **_verdicts(request, fiche),
        **(_dialogue(request, fiche) if fiche.est_publique else {}),
    }
    return render(request, "atlaas/action.html", contexte)


def _dialogue(request: HttpRequest, fiche: Action) -> dict[str, Any]:
    """What readers said of a public fiche and may do with it; what waits, for its people."""
    gere = bool(roles_de(request.user, fiche.collectivite_id))
    return {
        "gestes": not gere,
        "chaine": chaine(fiche),
        "questions": dernieres(fiche),
        "questions_fermees": ne_prend_plus_de_question(fiche),
        "corrections": en_attente(fiche) if gere else [],
        "est_gardee": not gere and request.user.is_authenticated and est_gardee(request.user, fiche),
        "villes_qui_s_inspirent": villes_qui_s_inspirent(request.user, fiche),
    }


def _verdicts(request: HttpRequest, fiche: Action) -> dict[str, Any]:
    return {
        "publier": peut_publier_action(request.user, fiche),
        "reprendre": peut_reprendre_action(request.user, fiche),
        "confirmer": peut_confirmer_action(request.user, fiche),
        "fusionner": peut_fusionner_action(request.user, fiche),
        "archiver": peut_archiver_action(request.user, fiche),
    }
