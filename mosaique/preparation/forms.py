"""What may be sent back: the filled workbook, then the enjeux to take from it."""

from collections.abc import Iterable, Mapping

from django import forms
from django.core.exceptions import ValidationError

from mosaique.models import Mosaique
from mosaique.preparation.lecture import TAILLE_MAX, ClasseurLu, lire


class ClasseurForm(forms.Form):
    fichier = forms.FileField(
        label="Le classeur rempli",
        help_text="Au format XLSX, 2 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "Choisissez le classeur que vous avez rempli.",
            "empty": "Ce fichier est vide : choisissez le classeur que vous avez rempli.",
        },
    )

    def lire(self, mosaique: Mosaique) -> ClasseurLu | None:
        """None where the file is refused; its sentence is then an error of the form. Call it on a valid form."""
        envoye = self.cleaned_data["fichier"]
        try:
            return lire(envoye.read(TAILLE_MAX + 1), str(envoye.name)[-120:], mosaique)
        except ValidationError as erreur:
            self.add_error("fichier", erreur)
            return None

    @property
    def statut(self) -> int:
        """413 for a file too big, 422 for one that cannot be taken."""
        return 413 if self.has_error("fichier", "taille") else 422


def choix_des_enjeux(envoi: Mapping[str, str], codes: Iterable[str]) -> dict[str, int]:
    """{enjeu code: version that the preview showed} of the ticked enjeux."""
    choisis = {}
    for code in codes:
        version = envoi.get(f"version_{code}", "")
        if envoi.get(f"enjeu_{code}") and version.isascii() and version.isdigit():
            choisis[code] = int(version[:9])
    return choisis
