"""What a person typed is never lost: pasted text is cleaned, an expired login answers with what was sent."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

import regex
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url

V = TypeVar("V", bound=Callable[..., Any])
SAUVEGARDE = "X-Sauvegarde"

# Same table in static/js/compteur.js: a text has the same length in the browser and here.
_RETOURS = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_PUCES = re.compile(r"[\u2023\u25aa\u25cf\uf0a7\uf0b7\uf0d8]")
_INVISIBLES = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ue000-\uf8ff]"
)
# What joins two emojis into one (a family, a profession) stays; a joiner alone is nothing.
_LIANT_SEUL = regex.compile(
    r"(?<![\p{Extended_Pictographic}\uFE0F\U0001F3FB-\U0001F3FF])\u200D|\u200D(?!\p{Extended_Pictographic})"
)
_CARACTERE = regex.compile(r"\X")
_ESPACES = re.compile(r"[\t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]")
_FINS = re.compile(r"[ \u00a0]+$", re.MULTILINE)
_VIDES = re.compile(r"\n{3,}")


def normaliser(texte: str) -> str:
    """Clean a pasted text: one kind of line end, real bullets, no invisible character, odd spaces made plain.

    Quotes, apostrophes, dashes and no-break spaces of French typography stay as they are.
    """
    texte = _RETOURS.sub("\n", unicodedata.normalize("NFC", texte))
    texte = _LIANT_SEUL.sub("", _INVISIBLES.sub("", _PUCES.sub("•", texte)))
    texte = _VIDES.sub("\n\n", _FINS.sub("", _ESPACES.sub(" ", texte)))
    return texte.strip(" \n\u00a0")


def compter(texte: str) -> int:
    """Characters as their reader counts them (grapheme clusters): an accent, a flag, a family, CRLF are one."""
    return sum(1 for _ in _CARACTERE.finditer(texte))


def garde_la_saisie(view: V) -> V:
    """The view takes long entries: when the login has expired, what was sent is shown back instead of dropped."""
    view.garde_la_saisie = True  # type: ignore[attr-defined]
    return view


class SessionExpiree:
    """Answer 401, never a redirect, to an autosave or to a long entry sent without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.user.is_authenticated or request.method != "POST" or not getattr(view, "login_required", True):
            return None
        connexion = f"{resolve_url(settings.LOGIN_URL)}?next={request.path}"
        if request.headers.get(SAUVEGARDE):
            return JsonResponse({"etat": "deconnecte", "connexion": connexion}, status=401)
        if getattr(view, "garde_la_saisie", False):
            saisie = [
                (nom, "\n".join(valeurs))
                for nom, valeurs in request.POST.lists()
                if nom != "csrfmiddlewaretoken" and any(valeurs)
            ]
            return render(request, "pages/session_expiree.html", {"saisie": saisie, "connexion": connexion}, status=401)
        return None
