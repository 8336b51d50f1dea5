from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from candidatures.pilotage.observatoire.forms import ChoixForm
from candidatures.pilotage.observatoire.queries import ENTETE, Observation, Recensement, observer, tableau
from candidatures.pilotage.permissions import effectif_minimal, peut_observer
from mosaique.interface import effectifs
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.classeurs import ecrire_csv
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Region


@require_safe
@regle(peut_observer)
def observatoire(request: HttpRequest) -> HttpResponse:
    """Scores and levels of a year, by enjeu, stratum, region and year; the address holds the choice."""
    form, vue = _lire(request)
    champs = form.champs(vue.choix) if form and vue else []
    contexte = {"champs": champs, "vue": vue, "adresse": request.GET.urlencode()}
    return rendre(request, "candidatures/pilotage/observatoire.html", contexte)


@require_safe
@regle(peut_observer)
def exporter(request: HttpRequest) -> HttpResponse:
    """The table of the same choice, as CSV."""
    _, vue = _lire(request)
    contenu = ecrire_csv(ENTETE, tableau(vue) if vue else [])
    reponse = HttpResponse(contenu, content_type="text/csv; charset=utf-8")
    annee = f"-{vue.choix.annee}" if vue else ""
    reponse["Content-Disposition"] = f'attachment; filename="observatoire{annee}.csv"'
    return reponse


def _lire(request: HttpRequest) -> tuple[ChoixForm | None, Observation | None]:
    """The choices and what they show; nothing before the first frozen mosaïque."""
    personne = personne_connectee(request)
    exiger(peut_observer(personne))
    recensement = Recensement(effectifs(), effectif_minimal(personne))
    if not recensement.annees:
        return None, None
    regions = Region.objects.filter(pk__in=recensement.valeurs("region")).order_by("cle_alphabetique", "pk")
    form = ChoixForm(request.GET, recensement, regions)
    return form, observer(recensement, form.choix())
