"""What a program sends goes through the form that people fill: same cleaning, same limits, same sentences."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from atlaas.api.problemes import Refus
from atlaas.api.schemas import CHAMPS
from atlaas.forms import ActionForm
from atlaas.models import Action, Portee
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre

DUREES = [(30, "30 jours"), (90, "90 jours"), (365, "un an")]


def lire_fiche(envoye: Mapping[str, Any], arbre: Arbre, fiche: Action) -> tuple[list[Service], dict[str, Any]]:
    """The services and the fields to save: what was sent, over what ``fiche`` says. Raises ``Refus`` (422)."""
    codes = envoye.get("services")
    connus = {s.code: s.pk for e in arbre.enjeux for s in e.services}
    if codes is not None and (inconnus := [code for code in codes if code not in connus]):
        phrase = f"Ces services ne sont pas dans le référentiel {arbre.version_code} : {', '.join(inconnus[:10])}."
        raise Refus(422, "Des valeurs ne conviennent pas.", {"services": [phrase]})
    actuel = ActionForm(instance=fiche, arbre=arbre)
    valeurs = {nom: _texte(envoye[nom] if nom in envoye else actuel[nom].value()) for nom in CHAMPS}
    form = ActionForm({nom: v for nom, v in valeurs.items() if v is not None}, instance=Action(), arbre=arbre)
    if not form.is_valid():
        raise Refus(
            422,
            "Des valeurs ne conviennent pas : rien n’est enregistré.",
            {nom: [str(erreur) for erreur in liste] for nom, liste in form.errors.items()},
        )
    services = (
        Service.objects.filter(pk__in=[connus[code] for code in codes])
        if codes is not None
        else fiche.services.all()
        if fiche.pk
        else Service.objects.none()
    )
    return list(services), {nom: v for nom, v in form.champs().items() if nom in CHAMPS}


def _texte(valeur: Any) -> Any:
    """As a browser would send it: an unticked box sends nothing."""
    if valeur is None or valeur is False:
        return None
    if isinstance(valeur, list):
        return [str(v) for v in valeur]
    if valeur is True:
        return "on"
    return f"{Decimal(repr(valeur)):f}" if isinstance(valeur, float) else str(valeur)


class JetonForm(forms.Form):
    """A token to create."""

    nom = forms.CharField(
        label="Quel logiciel l’utilisera ?", max_length=80, help_text="Par exemple : site de la ville, agenda."
    )
    portees = forms.MultipleChoiceField(
        label="Ce qu’il pourra faire",
        choices=[(p.value, f"{p.label[:1].upper()}{p.label[1:]}") for p in Portee],
        widget=forms.CheckboxSelectMultiple,
        initial=[Portee.LIRE],
        error_messages={"required": "Cochez un droit au moins."},
    )
    jours = forms.TypedChoiceField(label="Valable", coerce=int, choices=DUREES, initial=365)
