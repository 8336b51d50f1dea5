from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from atlaas import queries
from atlaas.collectivites.calculs import SENS
from atlaas.collectivites.forms import DansLaCollectiviteForm
from atlaas.collectivites.queries import enjeu_par_enjeu, fiches_cherchees, labels_d_avant, voisines
from atlaas.models import Action, Vitrine
from villes_internet.comptes.permissions import roles_de
from villes_internet.socle.acces import public
from villes_internet.territoires.models import CANDIDATES, Collectivite

PAR_PAGE = 24
NB_COMMUNES_MONTREES = 200


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
    form = DansLaCollectiviteForm(request.GET)
    demande = form.cleaned_data if form.is_valid() else {"q": "", "enjeu": ""}
    fiches = fiches_cherchees(actuelle, demande["q"], demande["enjeu"]) if form.is_valid() else Action.objects.none()
    page, existe = queries.page_lue(fiches, request.GET.get("page", "1"), PAR_PAGE)
    tenus = enjeu_par_enjeu(actuelle)
    contexte = _identite(actuelle) | {
        "form": form,
        "demande": demande,
        "page": page,
        "tenus": tenus,
        "choisi": next((tenu.enjeu for tenu in tenus if tenu.enjeu.code == demande["enjeu"]), None),
        "est_membre": bool(roles_de(request.user, actuelle)),
    }
    return render(request, "atlaas/collectivite.html", contexte, status=_statut(form.is_valid(), existe))


def _statut(est_valide: bool, existe: bool) -> int:
    if not est_valide:
        return 400
    return 200 if existe else 404


def _identite(ville: Collectivite) -> dict[str, object]:
    distinctions = list(ville.distinctions.all())
    return {
        "collectivite": ville,
        "distinctions": distinctions,
        "labels_d_avant": labels_d_avant(ville),
        "sens": SENS[distinctions[0].arobases] if distinctions else None,
        "echelle": SENS,
        "communes": ville.communes.order_by("-population", "cle_alphabetique")[:NB_COMMUNES_MONTREES]
        if ville.est_intercommunalite
        else (),
        "parties": ville.parties.order_by("cle_alphabetique"),
        "voisines": voisines(ville),
        "vitrine": Vitrine.objects.filter(collectivite=ville).first() or Vitrine(collectivite=ville),
    }
