from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from atlaas.models import Genre, Public, Stade
from atlaas.recherche.queries.comptes import Choix
from atlaas.recherche.queries.criteres import Criteres, Lieu
from villes_internet.referentiel.queries import Arbre, arbre, version_courante
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.socle.templatetags.typographie import INSECABLE, nombre
from villes_internet.territoires.models import Strate, TypeCollectivite
from villes_internet.territoires.queries import resoudre

RECHERCHE_MAX = 200
RAYONS = (10, 30, 100)
LISTE_LISIBLE = 150  # choices: the services are 140, the intercommunalités 1,255
PREMIERS = (Genre.ENJEU, Genre.STRATE, Genre.REGION, Genre.STADE)
FEMININS = {Genre.STRATE, Genre.REGION, Genre.EPCI, Genre.ANNEE, Genre.SELECTION}
LIBELLES: dict[str, Mapping[str, str]] = {
    Genre.STRATE: {s.value: str(s.label) for s in Strate},
    Genre.TYPE: {t.value: str(t.label) for t in TypeCollectivite},
    Genre.STADE: {s.value: str(s.label) for s in Stade},
    Genre.PUBLIC: {p.value: str(p.label) for p in Public},
    Genre.LIBRE: {"oui": "logiciel libre"},
    Genre.REPLICABLE: {"oui": "réplicable"},
    Genre.AROBASES: {str(n): libelle_arobases(n) for n in range(1, 6)},
}


def _les_plus_frequents(liste: list[Choix]) -> list[Choix]:
    """All of them while a list can be read, else those that most fiches have, and the one chosen."""
    if len(liste) <= LISTE_LISIBLE:
        return liste
    rangs = sorted(liste, key=lambda c: (not c.est_choisi, -c.nb, c.libelle))
    return rangs[:LISTE_LISIBLE]


class ListeDeroulante(forms.Select):
    """A plain list written at once: a page has a thousand choices, and Django would render a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choisi = "" if value is None else str(value)
        options = "".join(
            f'<option value="{escape(code)}"{" selected" if code == choisi else ""}>{escape(libelle)}</option>'
            for code, libelle in self.choices
        )
        attributs = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attributs, mark_safe(options))  # noqa: S308  each part is escaped


class RechercheForm(forms.Form):
    """The public search. A query too long, an unknown place or an unreadable point is said, with status 400; a choice
    that no fiche has is not an error: it finds nothing, and the page says how to go on."""

    q = forms.CharField(
        label="Rechercher une action",
        required=False,
        max_length=RECHERCHE_MAX,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "placeholder": "budget participatif"}),
        error_messages={"max_length": f"Raccourcissez la recherche : {RECHERCHE_MAX} caractères au plus."},
    )
    pres = forms.CharField(label="Près de", required=False, max_length=120)
    rayon = forms.TypedChoiceField(
        label="À moins de",
        required=False,
        coerce=int,
        choices=[(r, f"{r}{INSECABLE}km") for r in RAYONS],
        error_messages={"invalid_choice": "Choisissez 10, 30 ou 100 km."},
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    @classmethod
    def lue(cls, parametres: QueryDict) -> "RechercheForm":
        """The search that an address says, in the words of the current référentiel; one query."""
        version = version_courante()
        return cls(parametres, arbre=arbre(version) if version else None)

    def __init__(self, *args: Any, arbre: Arbre | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arbre = arbre
        self.fields["q"].widget.attrs["class"] = "form-control"
        self.fields["pres"].widget.attrs |= {"class": "form-control", "placeholder": "une commune"}
        for genre in Genre:
            tous = "Toutes" if genre in FEMININS else "Tous"
            self.fields[genre.value] = forms.CharField(
                label=genre.label,
                required=False,
                max_length=100,
                widget=ListeDeroulante(choices=[("", tous)], attrs={"class": "form-select"}),
            )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        donnees["lieu"] = self._lieu(donnees)
        return donnees

    def _lieu(self, donnees: dict[str, Any]) -> Lieu | None:
        rayon = donnees.get("rayon") or RAYONS[1]
        if donnees.get("pres"):
            ville, trouvees = resoudre(donnees["pres"])
            ville = ville or (trouvees[0].collectivite if trouvees else None)
            if ville is None or ville.point is None:
                self.add_error("pres", f"« {donnees['pres']} » n’est pas dans le registre : écrivez une commune.")
                return None
            return Lieu(float(ville.point[0]), float(ville.point[1]), rayon, ville.nom)
        if donnees.get("lat") is not None and donnees.get("lon") is not None:
            return Lieu(donnees["lat"], donnees["lon"], rayon)
        return None

    def parametres(self) -> str:
        """The search as the address says it, in a fixed order and without what is empty."""
        lieu = ("lat", "lon") if self.cleaned_data.get("lat") is not None else ()
        noms = ("q", "pres", *lieu, *(("rayon",) if self.cleaned_data["lieu"] else ()), *Genre.values)
        return urlencode(
            [(nom, self.cleaned_data[nom]) for nom in noms if self.cleaned_data.get(nom) not in ("", None)]
        )

    def intitule(self) -> str:
        """« budget », Région : Bretagne."""
        criteres = self.criteres()
        morceaux = [f"« {criteres.q} »"] if criteres.q else []
        morceaux += [f"{Genre(g).label} : {self.libelle(g, code)}" for g, code in criteres.choix.items()]
        if criteres.lieu:
            morceaux.append(f"près de {criteres.lieu.nom or 'un point'}")
        return ", ".join(morceaux)[:200] or "toutes les actions"

    def criteres(self) -> Criteres:
        choix = {genre: self.cleaned_data[genre] for genre in Genre.values if self.cleaned_data.get(genre)}
        return Criteres(self.cleaned_data.get("q", ""), choix, self.cleaned_data.get("lieu"))

    def afficher_choix(self, par_genre: Mapping[str, list[Choix]]) -> None:
        """Fill the lists: each choice with its number of fiches, in the order of the référentiel or of its nature."""
        for genre in Genre:
            liste = sorted(_les_plus_frequents(par_genre.get(genre, [])), key=lambda c: self._rang(genre, c))
            champ = self.fields[genre.value]
            premier = champ.widget.choices[0]
            options = [(c.code, f"{self.libelle(genre, c.code, c.libelle)} ({nombre(c.nb)})") for c in liste]
            champ.widget.choices = [premier, *options]

    def libelle(self, genre: str, code: str, connu: str = "") -> str:
        """What a choice is called today: the current référentiel's words, else those kept with it."""
        if genre in {Genre.ENJEU, Genre.SERVICE} and self.arbre:
            return self._noms(genre).get(code) or connu or code
        return LIBELLES.get(genre, {}).get(code) or connu or code

    def _noms(self, genre: str) -> dict[str, str]:
        assert self.arbre is not None
        if genre == Genre.ENJEU:
            return {e.code: e.nom for e in self.arbre.enjeux}
        return {s.code: s.nom for e in self.arbre.enjeux for s in e.services}

    def _rang(self, genre: str, choix: Choix) -> tuple[Any, ...]:
        if genre in {Genre.ENJEU, Genre.SERVICE, Genre.DEPARTEMENT, Genre.AROBASES}:
            return (choix.code,)
        if genre == Genre.ANNEE:
            return (-int(choix.code),) if choix.code.isdecimal() else (0,)
        if genre in LIBELLES:
            return (list(LIBELLES[genre]).index(choix.code) if choix.code in LIBELLES[genre] else 99,)
        return (-choix.nb, choix.libelle) if genre == Genre.OUTIL else (choix.libelle,)
