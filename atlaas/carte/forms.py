import math
from typing import Any

from django import forms

from atlaas.carte.calculs import ZOOM_MAX, Boite

ZOOM_INITIAL = 6
HORS_DU_MONDE = "Ce cadre sort du monde : les longitudes vont de -180 à 180, les latitudes de -90 à 90."
INVERSE = "Ce cadre est à l’envers : donnez l’ouest, le sud, l’est puis le nord."
ILLISIBLE = "Le cadre se donne par quatre nombres séparés par des virgules : ouest, sud, est, nord, en degrés."
ZOOM = f"Le zoom est un nombre entier de 0 à {ZOOM_MAX}."


class BoiteField(forms.Field):
    """``bbox=ouest,sud,est,nord``, as everywhere; None when it is not given."""

    def to_python(self, value: Any) -> Boite | None:
        texte = str(value or "").strip()
        if not texte:
            return None
        try:
            ouest, sud, est, nord = map(float, texte.split(","))
        except ValueError:
            raise forms.ValidationError(ILLISIBLE) from None
        if not all(map(math.isfinite, (ouest, sud, est, nord))):
            raise forms.ValidationError(ILLISIBLE)
        if min(ouest, est) < -180 or max(ouest, est) > 180 or min(sud, nord) < -90 or max(sud, nord) > 90:
            raise forms.ValidationError(HORS_DU_MONDE)
        if ouest >= est or sud >= nord:
            raise forms.ValidationError(INVERSE)
        return Boite(ouest, sud, est, nord)


class CadreForm(forms.Form):
    """What the map shows: a box and a zoom, beside the search."""

    bbox = BoiteField(label="Cadre", required=False, widget=forms.HiddenInput)
    zoom = forms.IntegerField(
        label="Zoom",
        required=False,
        min_value=0,
        max_value=ZOOM_MAX,
        widget=forms.HiddenInput,
        error_messages={"invalid": ZOOM, "min_value": ZOOM, "max_value": ZOOM},
    )

    @property
    def boite(self) -> Boite | None:
        boite: Boite | None = self.cleaned_data.get("bbox")
        return boite

    @property
    def zoom_lu(self) -> int:
        zoom = self.cleaned_data.get("zoom")
        return ZOOM_INITIAL if zoom is None else zoom
