"""What the jury and the association may enter, with its messages. A draft is always savable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from candidatures.campagnes.models import Critere, Mention
from candidatures.jury import calculs
from candidatures.jury.models import Conflit, Note
from villes_internet.referentiel.calculs import AROBASES_MAX
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.saisie import normaliser

COMMENTAIRE_MAX = 2000
PHRASE_MAX = 1000


@dataclass(frozen=True, slots=True)
class Choix:
    """A mark that may be chosen: ``court`` is shown in its tile, ``libelle`` is read aloud."""

    valeur: str
    court: str
    libelle: str
    coche: bool


@dataclass(frozen=True, slots=True)
class LigneDeGrille:
    """A criterion as the page shows it."""

    critere: Critere
    choix: list[Choix]
    commentaire: str
    preremplie: Decimal | None


def _virgule(valeur: Decimal) -> str:
    return f"{valeur.normalize():f}".replace(".", ",")


def notes_possibles(preremplie: Decimal | None) -> list[Decimal]:
    """By halves from 0 to 5; around the mosaic's note when there is one, one point either side at most."""
    if preremplie is None:
        return [Decimal(n) / 2 for n in range(11)]
    bas, haut = calculs.bornes_ajustement(preremplie)
    pas = [preremplie + Decimal(n) / 2 for n in range(-2, 3)]
    return sorted({min(max(note, bas), haut).quantize(calculs.CENTIEME) for note in pas})


def _libelle(note: Decimal, echelle: Mapping[Decimal, str]) -> str:
    mots = echelle.get(note)
    if mots:
        return f"{_virgule(note)}, {mots.lower()}"
    dessous = note.to_integral_value(rounding="ROUND_FLOOR")
    if note * 2 % 1 == 0 and dessous in echelle and dessous + 1 in echelle:
        return f"{_virgule(note)}, entre {echelle[dessous].lower()} et {echelle[dessous + 1].lower()}"
    return _virgule(note)


class Grille(forms.Form):
    """The grid of a campaign: for each criterion ``J1-valeur`` and ``J1-commentaire``, then the two sentences."""

    numero_version = forms.IntegerField(min_value=0)

    def __init__(
        self,
        criteres: Sequence[Critere],
        notes: Mapping[int, Note],
        echelle: Sequence[Mapping[str, Any]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteres, self.notes = criteres, notes
        self.echelle = {Decimal(str(e["note"])): str(e["libelle"]) for e in echelle}
        for critere in criteres:
            self.fields[f"{critere.code}-valeur"] = forms.CharField(required=False, label=critere.nom)
            self.fields[f"{critere.code}-commentaire"] = TexteCompte(
                required=False, max_length=COMMENTAIRE_MAX, label=f"Commentaire de {critere.code}"
            )
        for code, libelle in (("points_forts", "Points forts"), ("pistes", "Pistes")):
            self.fields[code] = TexteCompte(required=False, max_length=PHRASE_MAX, label=libelle)

    def _preremplie(self, critere: Critere) -> Decimal | None:
        note = self.notes.get(critere.pk)
        return note.preremplie if note else None

    def clean(self) -> dict[str, Any]:
        propres: dict[str, Any] = super().clean() or self.cleaned_data
        for critere in self.criteres:
            nom = f"{critere.code}-valeur"
            brut = propres.get(nom) or ""
            try:
                valeur = Decimal(brut.replace(",", ".")) if brut else None
            except InvalidOperation:
                valeur = Decimal("NaN")
            if valeur is not None and valeur not in notes_possibles(self._preremplie(critere)):
                self.add_error(nom, f"{critere.code} : choisissez une des notes proposées.")
                valeur = None
            propres[nom] = valeur
        return propres

    def saisies(self) -> dict[str, tuple[Decimal | None, str]]:
        """{criterion code: (note, comment)} of a valid form."""
        return {
            c.code: (self.cleaned_data[f"{c.code}-valeur"], normaliser(self.cleaned_data[f"{c.code}-commentaire"]))
            for c in self.criteres
        }

    def lignes(self) -> list[LigneDeGrille]:
        """What the page shows: what has just been typed, else what is stored."""
        return [self._ligne(critere) for critere in self.criteres]

    def _ligne(self, critere: Critere) -> LigneDeGrille:
        note, preremplie = self.notes.get(critere.pk), self._preremplie(critere)
        if self.is_bound:
            brut = str(self.data.get(f"{critere.code}-valeur", ""))
            commentaire = str(self.data.get(f"{critere.code}-commentaire", ""))
        else:
            brut = "" if note is None or note.valeur is None else str(note.valeur.quantize(calculs.CENTIEME))
            commentaire = note.commentaire if note else ""
        choix = []
        for possible in notes_possibles(preremplie):
            valeur = str(possible.quantize(calculs.CENTIEME))
            choix.append(Choix(valeur, _virgule(possible), _libelle(possible, self.echelle), valeur == brut))
        return LigneDeGrille(critere, choix, commentaire, preremplie)


class RecusationForm(forms.Form):
    nature = forms.ChoiceField(
        label="Nature du lien",
        choices=Conflit.Nature.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la nature du lien."},
    )
    motif = TexteCompte(
        label="Précision",
        max_length=300,
        points_max=300,
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": "300"}),
        help_text="Elle n’est lue que par l’association. 300 caractères au plus.",
        error_messages={"required": "Dites en une phrase ce qui vous lie."},
    )


class MotifForm(forms.Form):
    motif = TexteCompte(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": "1000"}),
        error_messages={"required": "Un motif est nécessaire."},
    )


class DecisionForm(forms.Form):
    """``mentions`` are those that the dossier asks for; whether a motive is due is asked by the action."""

    arobases = forms.TypedChoiceField(
        label="Niveau décidé",
        coerce=int,
        choices=[(n, libelle_arobases(n)) for n in range(1, AROBASES_MAX + 1)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un niveau."},
    )
    mentions = forms.ModelMultipleChoiceField(
        label="Mentions accordées",
        queryset=Mention.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    motif = TexteCompte(
        label="Motif",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "data-compteur": "2000"}),
        help_text="Nécessaire si vous vous écartez de la proposition ou si le niveau baisse. 2 000 caractères au plus.",
    )

    def __init__(self, demandees: Sequence[Mention], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["mentions"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = Mention.objects.filter(pk__in=[m.pk for m in demandees])
