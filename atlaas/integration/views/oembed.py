from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from atlaas.integration import calculs, queries
from atlaas.integration.forms import OEmbedForm
from atlaas.integration.views.portes import FRAICHEUR
from villes_internet.socle.acces import sans_session

INCONNUE = "Cette adresse ne s’intègre pas : donnez celle d’une fiche publiée, d’une collectivité ou de la carte."
JSON_SEUL = "Seul le format json est servi."


@sans_session
@require_safe
@cache_control(public=True, max_age=FRAICHEUR)
def oembed(request: HttpRequest) -> JsonResponse:
    """oEmbed 1.0: a site where one pastes the address of a page of ours shows its frame."""
    form = OEmbedForm(request.GET)
    if request.GET.get("format", "json") != "json":
        return _json({"erreur": JSON_SEUL}, 501)
    if not form.is_valid():
        return _json({"erreur": " ".join(f"{nom} : {e[0]}" for nom, e in form.errors.items())}, 400)
    demande = form.cleaned_data
    cible = queries.cible(demande["url"])
    if cible is None:
        return _json({"erreur": INCONNUE}, 404)
    taille = calculs.taille_pour(cible.genre, demande["maxwidth"], demande["maxheight"])
    auteur = {"author_name": cible.auteur} if cible.auteur else {}
    contenu = {
        "version": "1.0",
        "type": "rich",
        "title": cible.titre,
        "provider_name": "Villes Internet",
        "provider_url": settings.ADRESSE_PUBLIQUE,
        "cache_age": FRAICHEUR,
        "html": calculs.code(cible.adresse_du_cadre, cible.titre, taille),
        "width": taille.largeur,
        "height": taille.hauteur,
    }
    return _json(contenu | auteur)


def _json(contenu: dict[str, object], statut: int = 200) -> JsonResponse:
    reponse = JsonResponse(contenu, status=statut, json_dumps_params={"ensure_ascii": False})
    reponse["Access-Control-Allow-Origin"] = "*"
    return reponse
