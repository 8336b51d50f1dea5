"""Form fields shared by the products."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from villes_internet.socle.saisie import compter, normaliser

POINTS_PAR_CARACTERE = 12  # code points of the longest character that a keyboard writes: a family of four, skins told


class CaracteresAuPlus(MaxLengthValidator):
    """The bound that the person is told: characters as they are read."""

    def clean(self, x: Any) -> int:
        return compter(str(x))


class PointsAuPlus(MaxLengthValidator):
    """The bound of what is stored, in code points: that of a column, or one that no honest text reaches."""

    message = (
        "Ce texte contient des caractères composés (émojis, accents ajoutés), qui prennent plusieurs places : "
        "il en demande %(show_value)d, pour %(limit_value)d au plus."
    )
    code = "points"


class TexteCompte(forms.CharField):
    """A text cleaned without loss, then counted as its reader counts it: a line break is one character, so is an emoji.

    ``points_max``: length of the column, where it is one that counts code points.
    """

    def __init__(self, *, max_length: int | None = None, points_max: int | None = None, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        if max_length is not None:
            self.validators = [v for v in self.validators if not isinstance(v, MaxLengthValidator)]
            self.validators += [
                CaracteresAuPlus(max_length),
                PointsAuPlus(points_max or max_length * POINTS_PAR_CARACTERE),
            ]

    def to_python(self, value: Any) -> Any:
        return super().to_python(normaliser(value) if isinstance(value, str) else value)

    def run_validators(self, value: Any) -> None:
        """What is too long for its reader is told once, in the reader's characters."""
        try:
            super().run_validators(value)
        except ValidationError as erreur:
            lues = [faute for faute in erreur.error_list if faute.code != PointsAuPlus.code]
            raise ValidationError(lues or erreur.error_list) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: the browser would cut a pasted text in silence, and counts line breaks otherwise."""
        return {nom: v for nom, v in super().widget_attrs(widget).items() if nom != "maxlength"}
