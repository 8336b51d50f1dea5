from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from atlaas.models import Selection
from villes_internet.socle import images
from villes_internet.socle.champs import TexteCompte

TEXTES = ("titre", "introduction", "image_alternative", "image_credit")


class SelectionForm(forms.Form):
    """What a selection says of itself; its fiches are chosen beside."""

    titre = TexteCompte(
        label="Titre",
        max_length=120,
        points_max=120,
        widget=forms.TextInput(attrs={"data-compteur": 120}),
        help_text="120 caractères au plus. Par exemple : Accueillir ceux que le numérique éloigne.",
        error_messages={"required": "Donnez un titre à la sélection."},
    )
    introduction = TexteCompte(
        label="Introduction",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "data-compteur": 2000}),
        help_text="2 000 caractères au plus. Ce qui relie ces actions, et à qui elles serviront. "
        "Le Markdown est permis : **gras**, listes, liens.",
        error_messages={"required": "Écrivez une introduction de quelques phrases."},
    )
    image = forms.FileField(
        label="Image",
        required=False,
        widget=forms.FileInput(attrs={"accept": images.ACCEPT}),
        help_text=f"{images.LIMITES}. Sans image, une mosaïque aux couleurs des enjeux sert de couverture.",
    )
    retirer_image = forms.BooleanField(label="Retirer l’image", required=False)
    image_alternative = TexteCompte(
        label="Ce que montre l’image",
        required=False,
        max_length=200,
        points_max=200,
        widget=forms.TextInput(attrs={"data-compteur": 200}),
        help_text="En une phrase, comme au téléphone. Il la faut pour publier une sélection qui a une image.",
    )
    image_credit = TexteCompte(label="Auteur de l’image", required=False, max_length=150, points_max=150)

    def __init__(self, *args: Any, selection: Selection | None = None, **kwargs: Any) -> None:
        """``selection``: the one that is changed, None for a new one."""
        super().__init__(*args, **kwargs)
        self.initial = {nom: getattr(selection, nom) for nom in TEXTES} if selection else {}
        self.selection = selection
        if selection is None or not selection.image:
            del self.fields["retirer_image"]

    def clean_image(self) -> Any:
        envoyee = self.cleaned_data["image"]
        return images.redessiner(envoyee) if isinstance(envoyee, UploadedFile) else None

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        lue = self.selection
        if lue is None or not lue.est_publique:
            return donnees
        aura_une_image = donnees.get("image") or (lue.image and not donnees.get("retirer_image"))
        if aura_une_image and not donnees.get("image_alternative"):
            self.add_error("image_alternative", "Dites ce que montre l’image : tout le monde lit cette sélection.")
        return donnees

    def champs(self) -> dict[str, Any]:
        """What ``actions`` take: the texts, and the image when it changes."""
        champs = {nom: self.cleaned_data[nom] for nom in TEXTES}
        if self.cleaned_data.get("image"):
            return champs | {"image": self.cleaned_data["image"]}
        return champs | ({"image": ""} if self.cleaned_data.get("retirer_image") else {})


class RangementForm(forms.Form):
    """The order and the reasons of the list, as the page sends them: ``ordre`` in its order, ``pourquoi_<key>``."""

    def __init__(self, *args: Any, cles: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cles = {str(cle): cle for cle in cles}
        for cle in cles:
            self.fields[f"pourquoi_{cle}"] = TexteCompte(
                label="Pourquoi elle y est",
                required=False,
                max_length=300,
                points_max=300,
                widget=forms.Textarea(attrs={"rows": 2, "data-compteur": 300}),
            )

    def raisons(self) -> dict[int, str]:
        """Those that were sent: a fiche added meanwhile keeps what it has."""
        envoyees = [nom for nom in self.fields if nom.startswith("pourquoi_") and nom in self.data]
        return {int(nom.removeprefix("pourquoi_")): self.cleaned_data[nom] for nom in envoyees}

    def ordre(self) -> list[int]:
        """Keys of the list as sent, without those that left it meanwhile, once the pressed arrow has moved its own."""
        ordre = [self.cles[lue] for lue in self.data.getlist("ordre") if lue in self.cles]  # type: ignore[attr-defined]
        for nom, pas in (("monter", -1), ("descendre", 1)):
            if (cle := self.bouton(nom)) in ordre:
                place = ordre.index(cle)
                ordre.insert(max(0, place + pas), ordre.pop(place))
        return ordre

    def bouton(self, nom: str) -> int:
        """Key of the line whose button ``nom`` was pressed, 0 when none was."""
        return self.cles.get(self.data.get(nom, ""), 0)
