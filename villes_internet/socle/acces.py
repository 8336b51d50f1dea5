"""Deny by default: Django's ``LoginRequiredMiddleware`` closes every view, these two decorators declare the rule.

Every route of ours carries one of them; ``tests/coherence`` walks the URLs and fails where none is found.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

V = TypeVar("V", bound=Callable[..., Any])


def public(view: V) -> V:
    """Anyone may see this page, signed in or not."""
    view.regles_d_acces = ("public",)  # type: ignore[attr-defined]
    return login_not_required(view)


def regle(*regles: Callable[..., Any] | str) -> Callable[[V], V]:
    """Name what the view checks once the person is signed in: permission functions, or "connecte" for one's own things.

    The check itself is made in the view, on the loaded object, with ``exiger(peut_x(request.user, objet))``.
    """

    def decorer(view: V) -> V:
        view.regles_d_acces = tuple(r if isinstance(r, str) else r.__name__ for r in regles)  # type: ignore[attr-defined]
        return view

    return decorer
