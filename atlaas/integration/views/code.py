from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from atlaas.integration import calculs, queries
from villes_internet.socle.acces import public


@public
@csp_update({"frame-src": [SELF]})  # for the preview, on this page only
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """The code that shows ``page`` in a frame, in the size chosen, with its preview."""
    cible = queries.cible(request.GET.get("page", ""))
    if cible is None:
        raise Http404("Cette page ne s’intègre pas.")
    taille = calculs.taille(cible.genre, request.GET.get("taille", calculs.PAR_DEFAUT))
    if taille is None:
        raise Http404("Cette taille n’existe pas.")
    onglets = [
        {"libelle": f"{t.libelle} ({t.largeur} × {t.hauteur})", "url": _adresse(cible, t), "est_courant": t == taille}
        for t in calculs.tailles(cible.genre)
    ]
    contexte = {
        "cible": cible,
        "taille": taille,
        "onglets": onglets,
        "code": calculs.code(cible.adresse_du_cadre, cible.titre, taille),
    }
    return render(request, "atlaas/integration/code.html", contexte)


def _adresse(cible: queries.Cible, taille: calculs.Taille) -> str:
    return f"{reverse('atlaas:integrer')}?{urlencode({'page': cible.page, 'taille': taille.cle})}"
