"""What another site may show in a frame: a public fiche, the list of a collectivité, the map of a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from atlaas.integration.calculs import Genre
from atlaas.models import Action
from atlaas.queries import avec_cartes
from atlaas.recherche.forms import RechercheForm
from villes_internet.territoires.models import Collectivite


@dataclass(frozen=True, slots=True)
class Cible:
    """``page`` is read on our site, ``cadre`` in a frame; both are paths. ``auteur`` is "" for a map."""

    genre: Genre
    titre: str
    page: str
    cadre: str
    auteur: str = ""

    @property
    def adresse_de_la_page(self) -> str:
        return settings.ADRESSE_PUBLIQUE + self.page

    @property
    def adresse_du_cadre(self) -> str:
        return settings.ADRESSE_PUBLIQUE + self.cadre


def publique(pk: int) -> QuerySet[Action]:
    """The fiche, with what its frame shows, if everyone reads it."""
    return avec_cartes(Action.objects.publiees().filter(pk=pk))


def cible_de_fiche(fiche: Action) -> Cible:
    cadre = reverse("atlaas:integrer_fiche", args=[fiche.pk])
    titre = f"{fiche}, {fiche.collectivite.nom}"
    return Cible(Genre.FICHE, titre, fiche.get_absolute_url(), cadre, fiche.collectivite.nom_long)


def cible_de_collectivite(ville: Collectivite) -> Cible:
    cadre = reverse("atlaas:integrer_collectivite", args=[ville.code])
    titre = f"Les actions numériques : {ville.nom}"
    return Cible(Genre.COLLECTIVITE, titre, ville.get_absolute_url(), cadre, ville.nom_long)


def cible_de_carte(form: RechercheForm) -> Cible:
    """``form`` is valid."""
    parametres = form.parametres()
    suite = f"?{parametres}" if parametres else ""
    titre = f"Carte des actions numériques : {form.intitule()}"
    return Cible(Genre.CARTE, titre, reverse("atlaas:carte") + suite, reverse("atlaas:integrer_carte") + suite)


def _fiche(valeurs: dict[str, Any], _: QueryDict) -> Cible | None:
    fiche = publique(valeurs["pk"]).first()
    return cible_de_fiche(fiche) if fiche else None


def _collectivite(valeurs: dict[str, Any], _: QueryDict) -> Cible | None:
    ville = Collectivite.objects.candidates().filter(code=valeurs["code"]).first()
    return cible_de_collectivite(ville) if ville else None


def _carte(_: dict[str, Any], parametres: QueryDict) -> Cible | None:
    form = RechercheForm.lue(parametres)
    return cible_de_carte(form) if form.is_valid() else None


PAGES: dict[str, Callable[[dict[str, Any], QueryDict], Cible | None]] = {
    "atlaas:action": _fiche,
    "atlaas:collectivite": _collectivite,
    "atlaas:carte": _carte,
    "atlaas:liste": _carte,
}


def cible(adresse: str) -> Cible | None:
    """What the address of one of our pages shows in a frame; None for another site, or a page that has no frame."""
    try:
        lue = urlsplit(adresse)
        trouvee = resolve(chemin := unquote(lue.path))
    except (ValueError, Resolver404):
        return None
    origine = f"{lue.scheme}://{lue.netloc}" if lue.netloc else settings.ADRESSE_PUBLIQUE
    if "\0" in chemin or origine != settings.ADRESSE_PUBLIQUE or trouvee.view_name not in PAGES:
        return None
    return PAGES[trouvee.view_name](trouvee.kwargs, QueryDict(lue.query))
