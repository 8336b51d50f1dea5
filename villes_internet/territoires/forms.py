"""A field that finds a collectivité; other rooms use it as any other form field.

With JavaScript it is a combobox. Without, what was typed is resolved here: one exact match is taken, otherwise the form
comes back with the candidates to choose from.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from villes_internet.territoires.models import CANDIDATES, Collectivite, TypeCollectivite
from villes_internet.territoires.queries import Resultat, resoudre


@dataclass(frozen=True, slots=True)
class Saisie:
    """What the browser sends: the text, the code chosen in a list, and the text for which that list was made."""

    texte: str = ""
    choix: str = ""
    pour: str = ""

    @property
    def choix_tient(self) -> bool:
        """A choice is worth nothing once the text has been changed."""
        return bool(self.choix) and self.texte == self.pour


class SelecteurCollectivite(forms.Widget):
    template_name = "territoires/widgets/selecteur.html"
    input_type = "text"

    class Media:
        js = (forms.Script("js/combobox.js", type="module"),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.candidats: list[Resultat] = []

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict, name: str) -> Saisie:
        return Saisie(
            *(str(data.get(cle) or "").replace("\x00", "").strip() for cle in (name, f"{name}_choix", f"{name}_pour"))
        )

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict, name: str) -> bool:
        return name not in data

    def format_value(self, value: Any) -> Any:
        """A ``Saisie``, whatever the form holds: one, a collectivité, its primary key, or nothing."""
        if isinstance(value, Saisie):
            return value
        if value and not isinstance(value, Collectivite):
            value = Collectivite.objects.select_related("departement").filter(pk=value).first()
        if not value:
            return Saisie()
        return Saisie(value.libelle_complet, value.code, value.libelle_complet)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        contexte = super().get_context(name, value, attrs)
        saisie = self.format_value(value)
        return contexte | {
            "saisie": saisie,
            "candidats": self.candidats,
            "url": reverse("territoires:recherche"),
            "choix": saisie.choix if saisie.choix_tient else "",
        }


class ChampCollectivite(forms.Field):
    """Cleans to a ``Collectivite`` that exists today, of one of ``types``."""

    widget: Any = SelecteurCollectivite
    default_error_messages = {
        "required": "Indiquez une collectivité.",
        "inconnue": (
            "Aucune collectivité ne correspond à « %(texte)s ». Vérifiez le nom, ou essayez le code postal, "
            "le code INSEE ou le SIREN."
        ),
        "plusieurs": "Choisissez la vôtre parmi les collectivités proposées.",
        "type": "Cette collectivité ne peut pas être choisie ici.",
    }

    def __init__(self, *, types: Collection[TypeCollectivite] = CANDIDATES, **options: Any) -> None:
        options.setdefault("help_text", "Nom, code postal, code INSEE ou SIREN.")
        super().__init__(**options)
        self.types = types

    def clean(self, value: Saisie | Collectivite | None) -> Collectivite | None:
        if isinstance(value, Collectivite):
            value = Saisie(value.libelle_complet, value.code, value.libelle_complet)
        if value is None or not value.texte:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if value.choix_tient:
            return self._choisie(value.choix)
        trouvee, candidats = resoudre(value.texte, types=self.types)
        if trouvee:
            return trouvee
        self.widget.candidats = candidats
        code = "plusieurs" if candidats else "inconnue"
        raise ValidationError(self.error_messages[code], code=code, params={"texte": value.texte})

    def _choisie(self, code: str) -> Collectivite:
        """Among ``CANDIDATES`` a code is unique: INSEE codes have five characters, SIREN nine."""
        trouvee = Collectivite.objects.select_related("departement").filter(code=code, type__in=self.types).first()
        if trouvee is None:
            raise ValidationError(self.error_messages["type"], code="type")
        return trouvee

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared by what is shown: the same collectivité has the same text."""
        avant, apres = self.widget.format_value(initial), self.widget.format_value(data)
        return bool(avant.texte != apres.texte)
