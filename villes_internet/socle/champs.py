"""Form fields shared by the products."""

from typing import Any

from django import forms

from villes_internet.socle.saisie import normaliser


class TexteCompte(forms.CharField):
    """A text cleaned without loss, then counted as its reader counts it: a line break is one character."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(normaliser(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: the browser would cut a pasted text in silence, and counts line breaks otherwise."""
        return {nom: v for nom, v in super().widget_attrs(widget).items() if nom != "maxlength"}
