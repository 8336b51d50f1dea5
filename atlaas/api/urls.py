from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from atlaas.api.application import CHEMIN, api
from atlaas.api.views import documentation, ecriture, jetons, lecture, portes

RACINE = f"{CHEMIN.lstrip('/')}/"
FONCTIONS: tuple[Any, ...] = (
    lecture.fiches,
    lecture.fiche,
    lecture.collectivite,
    lecture.fiches_de,
    lecture.referentiel,
    ecriture.mes_fiches,
    ecriture.ma_fiche,
    ecriture.creer,
    ecriture.modifier,
    ecriture.changer_etat,
)


def _routes() -> Iterator[URLPattern]:
    """One route an address, with the rules of all its methods; a function left out of ``FONCTIONS`` has none."""
    regles = {fonction.__name__: fonction.regles_d_acces for fonction in FONCTIONS}
    par_adresse: dict[str, list[URLPattern]] = {}
    for motif in api.urls[0]:
        if isinstance(motif, URLPattern) and motif.name != "api-root":
            par_adresse.setdefault(str(motif.pattern), []).append(motif)
    for adresse, motifs in par_adresse.items():
        siennes = [regle for motif in motifs for regle in regles[str(motif.name)]]
        yield path(RACINE + adresse, portes.porte(motifs[0].callback, siennes), name=f"api_{motifs[0].name}")


urlpatterns = [
    path(RACINE, documentation.documentation, name="api"),
    path(f"{RACINE}openapi.json", documentation.openapi, name="api_openapi"),
    *_routes(),
    path(f"{RACINE}<path:reste>", portes.inconnue, name="api_inconnue"),
    path("espace/<str:code>/jetons/", jetons.jetons, name="jetons"),
    path("espace/<str:code>/jetons/<int:pk>/revoquer/", jetons.revoquer, name="revoquer_jeton"),
]
