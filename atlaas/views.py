from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from atlaas import queries
from atlaas.models import Action
from atlaas.permissions import (
    peut_archiver_action,
    peut_modifier_action,
    peut_publier_action,
    peut_reprendre_action,
    peut_voir_action,
)
from villes_internet.comptes.permissions import roles_de
from villes_internet.socle.acces import public
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import CANDIDATES, Collectivite

PAR_PAGE = 24
NB_COMMUNES_MONTREES = 200


@public
@require_safe
def action(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A fiche. A stranger finds only the published ones."""
    fiche = get_object_or_404(
        queries.avec_cartes(
            Action.objects.select_related("collectivite__epci", "collectivite__region", "inspiree_de__collectivite")
        ),
        pk=pk,
    )
    exiger(peut_voir_action(request.user, fiche))
    if slug != fiche.slug:
        return redirect(fiche, permanent=fiche.est_publique)
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "services": fiche.services.all(),
        "partenaires": fiche.partenaires.order_by("cle_alphabetique"),
        "motif_moderation": queries.motif_de_moderation(fiche),
        "modifier": peut_modifier_action(request.user, fiche),
        "gerer": bool(roles_de(request.user, fiche.collectivite_id)),
        **_verdicts(request, fiche),
    }
    return render(request, "atlaas/action.html", contexte)


def _verdicts(request: HttpRequest, fiche: Action) -> dict[str, Any]:
    return {
        "publier": peut_publier_action(request.user, fiche),
        "reprendre": peut_reprendre_action(request.user, fiche),
        "archiver": peut_archiver_action(request.user, fiche),
    }


@public
@require_safe
def collectivite(request: HttpRequest, code: str) -> HttpResponse:
    """Public page of a commune or an intercommunalité; the code of a part or of a former commune leads to today's."""
    trouvees = Collectivite.objects.select_related("departement", "region", "epci", "commune_actuelle")
    actuelle = trouvees.filter(code=code, type__in=CANDIDATES).first()
    if actuelle is None:
        ancienne = trouvees.filter(Q(code=code) | Q(anciens_codes__contains=[code])).order_by("pk").first()
        if ancienne is None:
            raise Http404
        return redirect("atlaas:collectivite", (ancienne.commune_actuelle or ancienne).code)
    page, existe = queries.page_lue(queries.publiees_de(actuelle), request.GET.get("page", "1"), PAR_PAGE)
    contexte = {
        "collectivite": actuelle,
        "distinctions": actuelle.distinctions.all(),
        "communes": actuelle.communes.order_by("-population", "cle_alphabetique")[:NB_COMMUNES_MONTREES]
        if actuelle.est_intercommunalite
        else (),
        "page": page,
        "est_membre": bool(roles_de(request.user, actuelle)),
    }
    return render(request, "atlaas/collectivite.html", contexte, status=200 if existe else 404)
