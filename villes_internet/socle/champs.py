"""Form fields shared by the products."""

from typing import Any

from django import forms

from villes_internet.socle.saisie import normaliser


class TexteCompte(forms.CharField):
    """A text cleaned without loss, then counted as its reader counts it: a line break is one character."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(normaliser(value) if isinstance(value, str) else value)
