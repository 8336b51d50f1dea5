from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from atlaas.carte.queries import choroplethe
from atlaas.integration import queries
from atlaas.integration.views.portes import dessiner, integrable, introuvable
from atlaas.models import Action
from atlaas.queries import publiees_de
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.comptes import compter
from atlaas.recherche.queries.criteres import cles_des_choix
from villes_internet.territoires.models import Collectivite

NB_FICHES = 8
SANS_FICHE = "Cette action n’existe pas, ou n’est plus publiée."
SANS_VILLE = "Cette collectivité n’est pas dans le registre."
SANS_CARTE = "Cette carte n’a pas pu être dessinée : un de ses critères n’est pas lisible."
SANS_PAGE = "Ce contenu n’existe pas."


@integrable
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """A fiche in short; one that was merged leads to the one that stays."""
    lue = queries.publique(pk).first()
    if lue is not None:
        return dessiner("fiche", {"action": lue, "cible": queries.cible_de_fiche(lue)})
    suite = Action.objects.publiees().filter(fusionnees=pk).first()
    return redirect("atlaas:integrer_fiche", suite.pk, permanent=True) if suite else introuvable(SANS_FICHE)


@integrable
def collectivite(request: HttpRequest, code: str) -> HttpResponse:
    """Its newest actions; the code of a former commune leads to today's."""
    villes = Collectivite.objects.select_related("departement", "commune_actuelle")
    ville = villes.candidates().filter(code=code).first()
    if ville is None:
        ancienne = villes.filter(Q(code=code) | Q(anciens_codes__contains=[code])).order_by("pk").first()
        if ancienne is None:
            return introuvable(SANS_VILLE)
        return redirect("atlaas:integrer_collectivite", (ancienne.commune_actuelle or ancienne).code)
    fiches = publiees_de(ville)
    contexte = {
        "collectivite": ville,
        "fiches": fiches[:NB_FICHES],
        "nb": fiches.count(),
        "distinction": ville.distinctions.first(),
        "cible": queries.cible_de_collectivite(ville),
    }
    return dessiner("collectivite", contexte)


@integrable
def carte(request: HttpRequest) -> HttpResponse:
    """How many actions in each département, for the search of the address."""
    form = RechercheForm.lue(request.GET)
    if not form.is_valid():
        return introuvable(SANS_CARTE, 400)
    criteres = form.criteres()
    dessin = choroplethe(compter(criteres, cles_des_choix(criteres))[""])
    contexte = {
        "choroplethe": dessin,
        "intitule": "" if criteres.est_vide else form.intitule(),
        "nb": sum(ligne.nb for ligne in dessin.lignes),
        "premiers": sorted((ligne for ligne in dessin.lignes if ligne.nb), key=lambda ligne: -ligne.nb),
        "recherche": form.parametres(),
        "cible": queries.cible_de_carte(form),
    }
    return dessiner("carte", contexte)


@integrable
def inconnu(request: HttpRequest, reste: str) -> HttpResponse:
    """In a frame, the 404 page of the site would be refused by the browser."""
    return introuvable(SANS_PAGE)
