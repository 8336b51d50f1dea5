from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from atlaas.historique import CHAMPS
from atlaas.models import Action, Cout, Public
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre, services_dans, services_perdus
from villes_internet.socle import images
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.versions import Divergence, Valeur

LONGS = {"resume": 3, "description": 10, "resultats": 4, "comment_repliquer": 4, "image_alternative": 2}
LONGS |= dict.fromkeys(("accessibilite", "environnement", "donnees_personnelles"), 2)
A_PART = {"services", "numero_version", "image", "retirer_image"}  # what is not typed, or goes by another way

# What is folded below the four required answers: {name: (title, what it is for, fields; a tuple stands on one row)}
THEMES: dict[str, tuple[str, tuple[str | tuple[str, ...], ...]]] = {
    "recit": ("Le récit et les publics", ("description", "publics_vises", "publics")),
    "resultats": (
        "Les résultats",
        ("resultats", "indicateur_libelle", ("indicateur_valeur", "indicateur_unite", "indicateur_date")),
    ),
    "image": ("L’image", ("image", "retirer_image", "image_alternative", "image_credit")),
    "dates": ("Les dates et l’opérateur", (("date_debut", "date_fin"), "operateur", "nom_operateur")),
    "lieu": ("Le lieu", ("structure", "adresse", ("latitude", "longitude"))),
    "moyens": ("Le coût et les outils", ("cout", "financement", "outils", "est_libre")),
    "egards": (
        "Accessibilité, environnement, données personnelles",
        ("accessibilite", "environnement", "donnees_personnelles"),
    ),
    "reprise": ("Le contact et la reprise par d’autres", ("contact", "lien", "est_replicable", "comment_repliquer")),
}
AIDES = {
    "titre": "120 caractères au plus. Dites ce que l’action fait, pour qui.",
    "resume": "300 caractères au plus, deux ou trois phrases : c’est ce qui s’affiche dans les listes.",
    "description": "5 000 caractères au plus. Le Markdown est permis : **gras**, listes, liens. "
    "Un texte copié de Word arrive sans sa mise en forme.",
    "publics": "200 caractères au plus. Par exemple : les parents des écoles du centre, les commerçants du marché.",
    "resultats": "2 000 caractères au plus. Ce qui a changé, avec des chiffres.",
    "indicateur_libelle": "Par exemple : signalements traités en moins de deux jours.",
    "nom_operateur": "Par exemple : association Les Petits Débrouillards.",
    "structure": "Par exemple : médiathèque François-Mitterrand, espace public numérique du Bousquet.",
    "adresse": "Par exemple : 4 rue du Puy-Plat, 33530 Bassens. Un lieu ouvert au public, jamais le domicile "
    "d’une personne.",
    "latitude": "En degrés, par exemple 44,9015. Sans elle, la carte montre la commune.",
    "longitude": "En degrés, par exemple -0,5153.",
    "cout": "Un ordre de grandeur, tout compris. Il aide une autre collectivité à se lancer.",
    "financement": "300 caractères au plus. Par exemple : budget communal, et 40 % de la Région.",
    "outils": "Noms des logiciels ou des plateformes, entre virgules. Par exemple : Decidim, Framadate.",
    "accessibilite": "300 caractères au plus. Par exemple : conforme à 82 % au RGAA, audit de mars 2027 ; "
    "un agent accompagne au guichet.",
    "environnement": "300 caractères au plus. Par exemple : ordinateurs reconditionnés, pages sous 300 ko.",
    "donnees_personnelles": "300 caractères au plus. Par exemple : nom et courriel, gardés un an ; "
    "registre tenu par la mairie.",
    "image": f"{images.LIMITES}. Elle est réduite, et débarrassée de ce que l’appareil y avait inscrit (lieu, date). "
    "Demandez leur accord aux personnes reconnaissables.",
    "image_alternative": "Décrivez-la comme au téléphone, en une phrase : qui fait quoi, où. Par exemple : "
    "« Une conseillère et un habitant devant un ordinateur, à l’accueil de la mairie ». "
    "C’est ce que lisent les personnes qui ne voient pas l’image ; il la faut pour publier.",
    "image_credit": "Par exemple : Ville de Bassens.",
    "lien": "Une page publique du service.",
    "comment_repliquer": "1 000 caractères au plus. Ce qu’une autre collectivité doit prévoir.",
    "contact": "Une fonction plutôt qu’une personne, par exemple : direction du numérique, numerique@ville.fr.",
}


class ChoixDePublics(forms.MultipleChoiceField):
    """The choice between two versions sends a whole list as one value, between commas."""

    def to_python(self, value: Any) -> list[str]:
        return [code for lu in super().to_python(value) for code in lu.split(",") if code]


class Degres(forms.DecimalField):
    """Maps give more decimals than a place needs: five of them tell a metre."""

    def to_python(self, value: Any) -> Any:
        lu: Any = super().to_python(value)
        return lu if lu is None or not lu.is_finite() or lu.adjusted() > 3 else lu.quantize(Decimal("0.00001"))


def champ_de_fiche(champ: models.Field, **options: Any) -> forms.Field | None:
    """Texts are cleaned and counted as their reader counts them; dates use the browser's picker."""
    if isinstance(champ, models.URLField):
        return forms.URLField(
            label="Lien",
            required=False,
            max_length=500,
            assume_scheme="https",
        )
    if isinstance(champ, ArrayField):
        cases = forms.CheckboxSelectMultiple
        return ChoixDePublics(label=_majuscule(champ), required=False, choices=Public.choices, widget=cases)
    if isinstance(champ, models.FileField):
        return forms.FileField(
            label=_majuscule(champ), required=False, widget=forms.FileInput(attrs={"accept": images.ACCEPT})
        )
    if champ.name in {"latitude", "longitude"}:
        borne = 90 if champ.name == "latitude" else 180
        saisie = forms.TextInput(attrs={"inputmode": "text"})
        return Degres(
            label=_majuscule(champ), required=False, min_value=-borne, max_value=borne, localize=True, widget=saisie
        )
    if isinstance(champ, models.CharField | models.TextField) and not champ.choices:
        compteur = {"data-compteur": champ.max_length} if champ.max_length and champ.max_length >= 120 else {}
        lignes = LONGS.get(champ.name)
        widget = forms.Textarea(attrs={"rows": lignes, **compteur}) if lignes else forms.TextInput(attrs=compteur)
        colonne = champ.max_length if isinstance(champ, models.CharField) else None
        return TexteCompte(
            label=_majuscule(champ), required=False, max_length=champ.max_length, points_max=colonne, widget=widget
        )
    if isinstance(champ, models.DateField):
        options["widget"] = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        options["error_messages"] = {"invalid": "Écrivez la date comme 2027-06-30."}
    if isinstance(champ, models.DecimalField):
        options |= {"localize": True, "widget": forms.TextInput(attrs={"inputmode": "decimal"})}
    return champ.formfield(label=_majuscule(champ), **options)


def _majuscule(champ: models.Field) -> str:
    nom = str(champ.verbose_name)
    return nom[:1].upper() + nom[1:]


def incoherences(donnees: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) for each answer that another one contradicts."""
    debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
    regles = [
        ("date_fin", bool(debut and fin and fin < debut), "La fin ne peut pas précéder le début."),
        (
            "indicateur_libelle",
            donnees.get("indicateur_valeur") is not None and not donnees.get("indicateur_libelle"),
            "Dites ce que mesure cette valeur.",
        ),
        (
            "longitude",
            (donnees.get("latitude") is None) != (donnees.get("longitude") is None),
            "Donnez la latitude et la longitude, ou aucune des deux.",
        ),
    ]
    return [(nom, phrase) for nom, est_vraie, phrase in regles if est_vraie]


class ActionForm(forms.ModelForm):
    """A fiche. Nothing is required to save a draft; ``completude`` says what publishing needs."""

    numero_version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), label="Services", required=False)

    retirer_image = forms.BooleanField(label="Retirer l’image", required=False)

    class Meta:
        model = Action
        formfield_callback = champ_de_fiche
        # what is typed is what the history follows, with the services and the image
        fields = [*CHAMPS[:2], "services", *CHAMPS[2:], "image", "image_alternative", "image_credit"]

    def __init__(self, *args: Any, arbre: Arbre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = self.fields["services"]
        assert isinstance(choix, forms.ModelMultipleChoiceField)
        self._traduire_services(arbre)
        choix.queryset = Service.objects.filter(enjeu__famille__version=arbre.version_pk).order_by(
            "enjeu__position", "position"
        )
        self.fields["stade"].label = "Où en est l’action"
        for nom, aide in AIDES.items():
            self.fields[nom].help_text = aide
        cout = self.fields["cout"]
        assert isinstance(cout, forms.ChoiceField)
        cout.choices = [("", "non précisé"), *Cout.choices]
        if self.files:
            self.fields["image"].help_text += " Choisissez-la de nouveau : le navigateur ne la garde pas."

    def _traduire_services(self, arbre: Arbre) -> None:
        """Tags of another version are ticked as what they are in this one; ``perdus`` are nothing in it. No query when
        all are of this version."""
        self.perdus: list[Service] = []
        etiquettes = [service.pk for service in self.initial.get("services", ())]
        if not {service.pk for enjeu in arbre.enjeux for service in enjeu.services}.issuperset(etiquettes):
            self.initial["services"] = list(services_dans(arbre.version_pk, etiquettes))
            self.perdus = list(services_perdus(arbre.version_pk, etiquettes))

    @property
    def themes(self) -> list[dict[str, Any]]:
        """The folds of the page, each with its rows of fields, how many are filled, and whether it opens."""
        return [self._theme(nom, titre, lignes) for nom, (titre, lignes) in THEMES.items()]

    def _theme(self, nom: str, titre: str, lignes: tuple[str | tuple[str, ...], ...]) -> dict[str, Any]:
        rangs = [[self[n] for n in ((ligne,) if isinstance(ligne, str) else ligne)] for ligne in lignes]
        champs = [champ for rang in rangs for champ in rang]
        return {
            "nom": nom,
            "titre": titre,
            "lignes": rangs,
            "nb_remplis": sum(bool(c.value()) for c in champs if c.name != "operateur"),
            "est_ouvert": any(c.errors for c in champs),
        }

    @property
    def coches(self) -> set[str]:
        """Primary keys of the services ticked, as text."""
        return {str(getattr(valeur, "pk", valeur)) for valeur in self["services"].value() or ()}

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for nom, phrase in incoherences(donnees):
            self.add_error(nom, phrase)
        return donnees

    def clean_image(self) -> Any:
        envoyee = self.cleaned_data["image"]
        return images.redessiner(envoyee) if isinstance(envoyee, UploadedFile) else None

    def image_voulue(self) -> dict[str, Any]:
        """What the form asks about the image: another one, none any more, or nothing."""
        if self.cleaned_data.get("image"):
            return {"image": self.cleaned_data["image"]}
        return {"image": ""} if self.cleaned_data.get("retirer_image") else {}

    def champs(self) -> dict[str, Any]:
        """What ``actions`` take and a person types: the model's own fields, without the services and the image."""
        return {nom: v for nom, v in self.cleaned_data.items() if nom not in A_PART}

    def garder_le_valable(self, action: Action | None) -> dict[str, str]:
        """After a refusal: put what is stored back in the refused fields, and give {field: sentence} for them."""
        erreurs = {nom: " ".join(str(e) for e in liste) for nom, liste in self.errors.items()}
        gardee = action or Action()
        for nom in erreurs:
            if nom == "services":
                self.cleaned_data[nom] = action.services.all() if action else Service.objects.none()
            else:
                self.cleaned_data[nom] = getattr(gardee, nom, None)
        return erreurs

    def divergences(self, actuelle: Action) -> list[Divergence]:
        """The fields, services apart, on which what was typed differs from what was saved meanwhile."""
        return [
            Divergence(nom, str(self.fields[nom].label), self._valeur(nom, mienne), self._valeur(nom, autre))
            for nom, mienne in self.champs().items()
            for autre in [getattr(actuelle, nom)]
            if mienne != autre
        ]

    def _valeur(self, nom: str, brute: Any) -> Valeur:
        champ = self.fields[nom]
        if isinstance(champ, forms.BooleanField):
            return Valeur("on" if brute else "", "Oui" if brute else "Non")
        if isinstance(champ, forms.MultipleChoiceField):
            return Valeur(",".join(brute), ", ".join(str(Public(code).label) for code in brute) or "(aucun)")
        if isinstance(champ, forms.ChoiceField):
            return Valeur(brute, str(dict(champ.choices).get(brute, brute)))  # type: ignore[arg-type]
        if isinstance(brute, Decimal):
            return Valeur(str(brute), f"{brute:f}")
        texte = "" if brute is None else str(brute)
        return Valeur(texte, texte or "(vide)")
