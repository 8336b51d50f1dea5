from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from villes_internet.comptes.permissions import doit_avoir_second_facteur

MESSAGE = "Votre rôle ouvre l’administration du label : activez la double authentification pour continuer."


class SecondFacteurObligatoire:
    """Outside demonstration mode, jury and association see only public pages and their account before a second factor.

    Closed by default: a page is let through when it declares itself public, or belongs to allauth (sign-in, second
    factor, sessions).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vue: Callable[..., Any], *_: object) -> HttpResponse | None:
        if settings.MODE_DEMONSTRATION or _est_libre(vue):
            return None
        personne = request.user
        if not personne.is_authenticated or not doit_avoir_second_facteur(personne):
            return None
        if is_mfa_enabled(personne, types=[Authenticator.Type.TOTP]):
            return None
        messages.warning(request, MESSAGE)
        return redirect("mfa_activate_totp")


def _est_libre(vue: Callable[..., Any]) -> bool:
    vue = getattr(vue, "view_class", vue)
    return "public" in getattr(vue, "regles_d_acces", ()) or vue.__module__.startswith("allauth.")
