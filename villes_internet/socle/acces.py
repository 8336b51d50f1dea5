"""Deny by default: Django's ``LoginRequiredMiddleware`` closes every view, these two decorators declare the rule.

Every route of ours carries one of them; ``tests/coherence`` walks the URLs and fails where none is found.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

V = TypeVar("V", bound=Callable[..., Any])


def public(view: V) -> V:
    """Anyone may see this page, signed in or not."""
    view.regles_d_acces = ("public",)  # type: ignore[attr-defined]
    return login_not_required(view)


def sans_session(view: V) -> V:
    """Anyone may see this page, and it is the same for all: whoever comes with a session is nobody here."""
    view.sans_session = True  # type: ignore[attr-defined]
    return public(view)


class SansSession:
    """Keeps the session unread where the view says so: nothing varies with a cookie, a cache may keep the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vue: Callable[..., Any], *_: Any) -> None:
        if getattr(vue, "sans_session", False):
            request.user = AnonymousUser()


def regle(*regles: Callable[..., Any] | str) -> Callable[[V], V]:
    """Name what the view checks once the person is signed in: permission functions, or "connecte" for one's own things.

    The check itself is made in the view, on the loaded object, with ``exiger(peut_x(request.user, objet))``.
    """

    def decorer(view: V) -> V:
        view.regles_d_acces = tuple(r if isinstance(r, str) else r.__name__ for r in regles)  # type: ignore[attr-defined]
        return view

    return decorer
