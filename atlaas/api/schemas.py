"""What the API reads and answers. The fiche is built from the columns of the open data: one list for both."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from atlaas.api.actions import CHANGEMENTS
from atlaas.donnees.queries.colonnes import COLONNES, Colonne
from atlaas.etats import EtatAction
from atlaas.forms import ActionForm
from atlaas.models import Action, Genre
from atlaas.recherche.forms import RAYONS

PAR_PAGE_MAX = 100
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": date,
    "datetime": datetime,
}


def _type(colonne: Colonne) -> tuple[Any, Any]:
    lu = TYPES[colonne.genre]
    extra: Any = (
        {"enum": list(colonne.valeurs)} if colonne.valeurs and not colonne.est_liste and colonne.requise else None
    )
    champ = Field(description=colonne.description, json_schema_extra=extra)
    return (list[lu] if colonne.est_liste else lu if colonne.requise else lu | None), champ  # type: ignore[valid-type]


Fiche: Any = create_model(  # type: ignore[call-overload]
    "Fiche", __base__=Schema, __doc__="Une fiche.", **{colonne.nom: _type(colonne) for colonne in COLONNES}
)


class Page(Schema):
    """Les adresses des pages voisines sont complètes ; elles sont nulles aux deux bouts."""

    resultats: list[Fiche]
    precedente: str | None = None
    suivante: str | None = None


class _Recherche(Schema):
    """Les paramètres de la recherche de l’Atlaas, les mêmes que ceux de la page publique."""

    q: str = Field("", max_length=200, description="Des mots, « une expression », -un mot à écarter.")
    pres: str = Field("", max_length=120, description="Une commune, par son nom.")
    rayon: int | None = Field(None, description=f"En kilomètres : {', '.join(map(str, RAYONS))}.")
    lat: float | None = Field(None, ge=-90, le=90, description="Latitude, en degrés.")
    lon: float | None = Field(None, ge=-180, le=180, description="Longitude, en degrés.")
    limite: int = Field(24, ge=1, le=PAR_PAGE_MAX, description="Fiches par page.")
    apres: str = Field("", max_length=60, description="Le curseur de la page suivante, tel que reçu.")
    avant: str = Field("", max_length=60, description="Le curseur de la page précédente, tel que reçu.")


Recherche: Any = create_model(  # type: ignore[call-overload]
    "Recherche",
    __base__=_Recherche,
    **{g.value: (str, Field("", max_length=100, description=f"{g.label} : un code.")) for g in Genre},
)


class Etiquette(Schema):
    code: str
    nom: str


class Distinction(Schema):
    annee: int
    arobases: int
    verte: bool
    mentions: list[str]


class Collectivite(Schema):
    """Une commune ou une intercommunalité, avec l’histoire de ses labels."""

    code: str = Field(description="Code INSEE, ou SIREN d’une intercommunalité.")
    siren: str | None
    nom: str
    type: str
    population: int | None
    departement: Etiquette | None
    region: Etiquette | None
    intercommunalite: Etiquette | None
    latitude: float | None
    longitude: float | None
    labels: list[Distinction]
    nb_fiches: int = Field(description="Fiches publiques.")
    fiches: str = Field(description="Adresse de ses fiches dans cette API.")
    url: str = Field(description="Adresse de sa page.")


class Enjeu(Schema):
    code: str
    nom: str
    famille: Etiquette
    services: list[Etiquette]


class Referentiel(Schema):
    """Les familles, les enjeux et les services auxquels les fiches se rattachent."""

    version: str
    libelle: str
    enjeux: list[Enjeu]


# A town's own fiches

A_PART = {"services", "numero_version"}
IMAGE = {"image", "retirer_image", "image_alternative", "image_credit"}  # given on the page of the fiche
CHAMPS = tuple(nom for nom in ActionForm.base_fields if nom not in A_PART | IMAGE)


def _saisie(nom: str) -> tuple[Any, Any]:
    champ: Any = Action._meta.get_field(nom)
    genre = champ.get_internal_type()
    base: Any = {
        "BooleanField": bool,
        "DateField": date,
        "DecimalField": float,
        "ArrayField": list[Annotated[str, Field(max_length=30)]],
    }.get(genre, str)
    aide = str(champ.verbose_name)
    bornes: dict[str, Any] = {}
    if champ.choices:
        base = Literal[tuple(str(code) for code, _ in champ.choices)]
    elif base is str:
        # twelve code points make a character at the most: the form counts them as they are read
        bornes = {"max_length": champ.max_length * 12}
        aide += f", {champ.max_length} caractères au plus"
    elif genre == "ArrayField":
        aide += " : " + ", ".join(str(code) for code, _ in champ.base_field.choices)
        bornes = {"max_length": len(champ.base_field.choices)}
    return base | None, Field(None, description=aide, **bornes)


SERVICES = (list[Annotated[str, Field(max_length=12)]] | None, Field(None, max_length=200, description="Codes."))
STRICT = ConfigDict(extra="forbid")


class _Strict(Schema):
    model_config = STRICT


Saisie: Any = create_model(  # type: ignore[call-overload]
    "Saisie",
    __base__=_Strict,
    __doc__="Les champs d’une fiche ; aucun n’est nécessaire pour un brouillon.",
    **{nom: _saisie(nom) for nom in CHAMPS},
    services=SERVICES,
)


Modification: Any = create_model(
    "Modification",
    __base__=Saisie,
    __doc__="Les champs envoyés changent, les autres restent ; un champ envoyé à null se vide.",
    numero_version=(int, Field(ge=0, le=2**31 - 1, description="La version que vous avez lue.")),
)


class Changement(_Strict):
    vers: Literal[tuple(CHANGEMENTS)] = Field(description="Ce que la fiche devient.")  # type: ignore[valid-type]


class MaFiche(Schema):
    """Une fiche de la collectivité, telle que ses agents la voient."""

    id: int
    etat: Literal[tuple(EtatAction.values)]  # type: ignore[valid-type]
    numero_version: int
    url: str
    manques: list[str] = Field(description="Ce qu’il faut encore pour publier ; vide dans une liste.")
    services: list[str]
    champs: dict[str, Any]


class MesFiches(Schema):
    resultats: list[MaFiche]
    suivante: str | None = None
