from django import forms

from villes_internet.comptes.permissions import Personne, collectivites_de
from villes_internet.territoires.models import Collectivite


class MessageForm(forms.Form):
    texte = forms.CharField(
        label="Votre message",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Écrivez votre message.",
            "max_length": "Raccourcissez : 3 000 caractères au plus.",
        },
    )


class PremierMessageForm(MessageForm):
    """For which collectivité one writes; the choice is shown only when there are several."""

    pour = forms.ModelChoiceField(
        label="Au nom de", queryset=Collectivite.objects.none(), empty_label=None, required=False
    )

    def __init__(self, *args: object, personne: Personne, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        siennes = Collectivite.objects.filter(pk__in=collectivites_de(personne))
        champ = self.fields["pour"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = siennes
        self.villes = list(siennes)
        if len(self.villes) < 2:
            champ.widget = forms.HiddenInput()

    def ville(self) -> Collectivite:
        return self.cleaned_data["pour"] or self.villes[0]
