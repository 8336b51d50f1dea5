from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mosaique.chargement import mosaique_visible
from mosaique.explication.queries import expliquer_enjeu, expliquer_indice
from mosaique.permissions import peut_voir_mosaique
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import regle


@regle(peut_voir_mosaique)
@require_safe
def pourquoi_indice(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """The arithmetic of the index, with the town's own numbers, and what would change it most."""
    trouvee = mosaique_visible(request, code, millesime)
    contexte = {"mosaique": trouvee, "collectivite": trouvee.collectivite, "lu": expliquer_indice(trouvee)}
    return render(request, "mosaique/explication/indice.html", contexte)


@regle(peut_voir_mosaique)
@require_safe
def pourquoi_enjeu(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    """The arithmetic of one enjeu."""
    trouvee = mosaique_visible(request, code, millesime)
    enjeu = arbre(trouvee.version).enjeu(code_enjeu)
    if enjeu is None:
        raise Http404
    reponse = get_object_or_404(trouvee.reponses, enjeu_id=enjeu.pk)
    contexte = {
        "mosaique": trouvee,
        "collectivite": trouvee.collectivite,
        "enjeu": enjeu,
        "reponse": reponse,
        "lu": expliquer_enjeu(trouvee, enjeu, reponse),
        "poids": trouvee.version.bareme,
    }
    return render(request, "mosaique/explication/enjeu.html", contexte)
