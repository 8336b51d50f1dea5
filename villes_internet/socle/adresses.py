"""Addresses that no page has."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


class SansCaractereNul:
    """A NUL in the path names nothing: PostgreSQL refuses it in a text, and the page would be an error of ours.

    A view that says ``refuse_les_nuls`` answers by itself, in its own format.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vue: Callable[..., Any], *_: Any) -> None:
        if "\0" in request.path and not getattr(vue, "refuse_les_nuls", False):
            raise Http404
