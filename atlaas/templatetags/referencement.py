"""What other programs read of a page: its address, its preview in a message, its meaning (schema.org)."""

import json
from collections.abc import Iterable
from html import unescape
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from atlaas.models import Action, Distinction, Retenue, Selection
from atlaas.templatetags.texte_riche import texte_riche
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.territoires.models import Collectivite

register = template.Library()

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
ECHAPPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
GABARIT = "atlaas/referencement/tete.html"
RESUME_MAX = 300


def _adresse(chemin: str) -> str:
    return settings.ADRESSE_PUBLIQUE + chemin


def en_script(contenu: dict[str, Any]) -> SafeString:
    """JSON that no text can leave: a data block, which a browser never runs."""
    return mark_safe(json.dumps(contenu, ensure_ascii=False).translate(ECHAPPES))  # noqa: S308  escaped


def _tete(
    chemin: str,
    titre: str,
    resume: str,
    donnees: dict[str, Any] | None,
    genre: str = "website",
    oembed: bool = False,
) -> dict[str, Any]:
    """``oembed``: another site may show the page in a frame, and asks how at this address."""
    demande = f"{reverse('atlaas:oembed')}?{urlencode({'url': _adresse(chemin)})}"
    return {
        "oembed": _adresse(demande) if oembed else "",
        "adresse": _adresse(chemin),
        "titre": titre,
        "resume": " ".join(resume.split())[:RESUME_MAX],
        "genre": genre,
        "image": "",
        "image_alternative": "",
        "json_ld": en_script({"@context": "https://schema.org", **donnees}) if donnees else "",
    }


@register.inclusion_tag(GABARIT)
def tete_de_page(chemin: str, titre: str, resume: str, oembed: bool = False) -> dict[str, Any]:
    """A page with a canonical address and a preview, and nothing more to say."""
    return _tete(chemin, titre, resume, None, oembed=oembed)


@register.inclusion_tag(GABARIT)
def tete_de_fiche(action: Action) -> dict[str, Any]:
    """No query: the collectivité and the services are loaded."""
    chemin, ville = action.get_absolute_url(), action.collectivite
    donnees: dict[str, Any] = {
        "@type": "Article",
        "@id": _adresse(chemin),
        "url": _adresse(chemin),
        "headline": str(action),
        "description": action.resume,
        "inLanguage": action.langue,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "dateModified": action.modifie_le.isoformat(),
        "author": _organisation(ville),
        "about": [{"@type": "Thing", "name": service.nom} for service in action.services.all()],
    }
    if action.publiee_le:
        donnees["datePublished"] = action.publiee_le.isoformat()
    if action.inspiree_de and action.inspiree_de.est_publique:
        donnees["isBasedOn"] = _adresse(action.inspiree_de.get_absolute_url())
    tete = _tete(chemin, f"{action}, {ville.nom}", action.resume, donnees, "article", oembed=True)
    if action.adresse_image:
        tete["image"], tete["image_alternative"] = _adresse(action.adresse_image), action.image_alternative
    return tete


@register.inclusion_tag(GABARIT)
def tete_de_collectivite(collectivite: Collectivite, distinctions: Iterable[Distinction]) -> dict[str, Any]:
    """``distinctions``: those of the page; no query."""
    labels = [
        f"Territoires, Villes et Villages Internet {d.annee}, {libelle_arobases(d.arobases, est_verte=d.est_verte)}"
        for d in distinctions
    ]
    lieu: dict[str, Any] = {
        "@type": "AdministrativeArea",
        "name": collectivite.nom_long,
        "identifier": collectivite.code,
    }
    if collectivite.point:
        latitude, longitude = collectivite.point
        lieu["geo"] = {"@type": "GeoCoordinates", "latitude": float(latitude), "longitude": float(longitude)}
    donnees = _organisation(collectivite) | {"areaServed": lieu} | ({"award": labels} if labels else {})
    resume = f"Ce que {collectivite.nom_long} fait avec le numérique pour ses habitants, et l’histoire de ses labels."
    return _tete(collectivite.get_absolute_url(), collectivite.nom_long, resume, donnees, "profile", oembed=True)


@register.inclusion_tag(GABARIT)
def tete_de_selection(selection: Selection, retenues: Iterable[Retenue]) -> dict[str, Any]:
    """``retenues``: those of the page, their fiches loaded; no query."""
    chemin, resume = selection.get_absolute_url(), unescape(strip_tags(texte_riche(selection.introduction)))
    donnees = {
        "@type": "CollectionPage",
        "@id": _adresse(chemin),
        "url": _adresse(chemin),
        "name": selection.titre,
        "description": resume,
        "inLanguage": "fr",
        "license": LICENCE,
        "dateModified": selection.modifiee_le.isoformat(),
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": n,
                    "name": str(r.action),
                    "url": _adresse(r.action.get_absolute_url()),
                }
                for n, r in enumerate(retenues, start=1)
            ],
        },
    }
    tete = _tete(chemin, selection.titre, resume, donnees, "article")
    if selection.adresse_image:
        tete["image"], tete["image_alternative"] = _adresse(selection.adresse_image), selection.image_alternative
    return tete


def _organisation(collectivite: Collectivite) -> dict[str, Any]:
    adresse = _adresse(collectivite.get_absolute_url())
    return {"@type": "GovernmentOrganization", "@id": adresse, "name": collectivite.nom_long, "url": adresse}


@register.inclusion_tag(GABARIT)
def tete_des_donnees(chemin: str, titre: str, resume: str, formats: Iterable[Any]) -> dict[str, Any]:
    """The data set, as search engines of data look for it."""
    donnees = {
        "@type": "Dataset",
        "name": titre,
        "description": resume,
        "url": _adresse(chemin),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "Villes Internet", "url": settings.ADRESSE_PUBLIQUE},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": format_.type_mime,
                "contentUrl": f"{_adresse(chemin)}fiches.{format_.extension}",
            }
            for format_ in formats
        ],
    }
    return _tete(chemin, titre, resume, donnees)
