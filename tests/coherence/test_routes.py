"""Deny by default: every route of ours declares its rule; those that declare none are closed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

TIERS = (
    "allauth.",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.views",
    "django.contrib.staticfiles",
)
NOTRES = ("villes_internet", "candidatures", "mosaique", "atlaas")


def routes(resolveur: URLResolver | None = None, prefixe: str = "") -> Iterator[tuple[str, Any]]:
    for motif in (resolveur or get_resolver()).url_patterns:
        chemin = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from routes(motif, chemin)
        elif isinstance(motif, URLPattern):
            yield chemin, motif.callback


def origine(vue: Any) -> str:
    vue = getattr(vue, "view_class", None) or getattr(vue, "__wrapped__", None) or vue
    return str(getattr(vue, "__module__", ""))


NOS_ROUTES = [(c, v) for c, v in routes() if origine(v).startswith(NOTRES) and not c.startswith("admin/")]


def test_the_walk_sees_the_application() -> None:
    assert len(NOS_ROUTES) > 30


@pytest.mark.parametrize(("chemin", "vue"), NOS_ROUTES, ids=[c for c, _ in NOS_ROUTES])
def test_every_route_of_ours_declares_its_rule(chemin: str, vue: Any) -> None:
    assert getattr(vue, "regles_d_acces", ()), f"{chemin} has neither @public nor @regle"


@pytest.mark.parametrize(("chemin", "vue"), list(routes()), ids=[c for c, _ in routes()])
def test_every_route_comes_from_a_known_room(chemin: str, vue: Any) -> None:
    assert origine(vue).startswith(NOTRES + TIERS), f"{chemin} comes from {origine(vue)}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "chemin",
    [c for c, v in NOS_ROUTES if "public" not in getattr(v, "regles_d_acces", ())],
)
def test_a_closed_route_sends_the_anonymous_visitor_to_sign_in(chemin: str, client: Client) -> None:
    import re

    valeurs = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
    url = "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: valeurs.get(m[1] or "str", "1"), chemin)
    reponse = client.get(url)
    assert reponse.status_code in {302, 401, 404, 405}  # 401: a program is asked for its token
    if reponse.status_code == 302:
        assert "/compte/" in reponse["Location"]
