"""What is published of a fiche: the one list from which come the files, the Table Schema and the API.

Neither ``auteur`` nor ``contact`` nor ``image_credit`` is published: a file that was copied cannot be mended, and the
form that asks for a role cannot keep a person's name out. Whoever wants to write uses the page of the fiche.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, DecimalField, F, OuterRef, Q, Value, When

from atlaas.etats import PUBLICS
from atlaas.models import Cout, Operateur, Presentation, Public, Stade
from villes_internet.referentiel.models import Service
from villes_internet.territoires.models import CANDIDATES, Collectivite

SEPARATEUR = "|"  # between the values of a list, in CSV
SUR_PLACE = Q(latitude__isnull=False, longitude__isnull=False)


@dataclass(frozen=True, slots=True)
class Colonne:
    """``genre``: a type of Table Schema. ``source``: a field of ``Action`` or an expression. ``est_libre``: a text in
    the town's own words, where addresses are masked. ``est_liste``: several values."""

    nom: str
    genre: str
    description: str
    source: Any = None
    est_liste: bool = False
    est_libre: bool = False
    requise: bool = False
    valeurs: tuple[str, ...] = ()
    contraintes: tuple[tuple[str, Any], ...] = ()

    @property
    def expression(self) -> Any:
        return F(self.nom) if self.source is None else F(self.source) if isinstance(self.source, str) else self.source


def _texte(nom: str, description: str, source: str | None = None, maximum: int = 0) -> Colonne:
    contraintes = (("maxLength", maximum),) if maximum else ()
    return Colonne(nom, "string", description, source, est_libre=True, contraintes=contraintes)


def _services(champ: str) -> ArraySubquery:
    return ArraySubquery(Service.objects.filter(actions=OuterRef("pk")).order_by(champ).values(champ).distinct())


def _choix(enumeration: Any) -> tuple[str, ...]:
    return tuple(str(valeur) for valeur in enumeration.values)


def _point(axe: str) -> Case:
    """The place's own point where it has one, else the collectivité's."""
    return Case(When(SUR_PLACE, then=F(axe)), default=F(f"collectivite__{axe}"), output_field=DecimalField())


PRECISION = Case(
    When(SUR_PLACE, then=Value("lieu")),
    When(collectivite__latitude__isnull=False, then=Value("collectivite")),
    default=Value(""),
    output_field=CharField(),
)
PARTENAIRES = ArraySubquery(
    Collectivite.objects.filter(actions_partagees=OuterRef("pk")).order_by("code").values("code")
)
ANNEES = ArraySubquery(Presentation.objects.filter(action=OuterRef("pk")).order_by("annee").values("annee"))

COLONNES = (
    Colonne("id", "integer", "Numéro de la fiche, stable.", "pk", requise=True, contraintes=(("unique", True),)),
    Colonne("url", "string", "Adresse de la fiche publique.", "slug", requise=True),
    Colonne("titre", "string", "Titre.", est_libre=True, requise=True),
    Colonne("resume", "string", "Résumé, deux ou trois phrases.", est_libre=True, requise=True),
    _texte("description", "Description, en Markdown."),
    Colonne(
        "collectivite_code",
        "string",
        "Code INSEE de la commune, ou SIREN de l’intercommunalité qui porte l’action.",
        "collectivite__code",
        requise=True,
        contraintes=(("pattern", "^([0-9][0-9AB][0-9]{3}|[0-9]{9})$"),),
    ),
    Colonne("collectivite_siren", "string", "SIREN de la collectivité, quand il est connu.", "collectivite__siren"),
    Colonne("collectivite_nom", "string", "Nom de la collectivité.", "collectivite__nom", requise=True),
    Colonne(
        "collectivite_type",
        "string",
        "Type de la collectivité.",
        "collectivite__type",
        requise=True,
        valeurs=tuple(str(t.value) for t in CANDIDATES),
    ),
    Colonne("departement_code", "string", "Code officiel géographique du département.", "collectivite__departement_id"),
    Colonne("region_code", "string", "Code officiel géographique de la région.", "collectivite__region_id"),
    Colonne(
        "partenaires",
        "string",
        "Codes des autres collectivités qui portent l’action.",
        PARTENAIRES,
        True,
    ),
    Colonne("enjeux", "string", "Codes des enjeux du référentiel.", _services("enjeu__code"), True),
    Colonne("services", "string", "Codes des services du référentiel.", _services("code"), True),
    Colonne("publics_vises", "string", "Publics visés, parmi une liste.", None, True, valeurs=_choix(Public)),
    _texte("publics", "Publics visés, avec les mots de la collectivité."),
    Colonne("stade", "string", "Avancement de l’action.", valeurs=_choix(Stade), requise=True),
    Colonne("date_debut", "date", "Début de l’action."),
    Colonne("date_fin", "date", "Fin de l’action."),
    Colonne("operateur", "string", "Qui fait l’action.", valeurs=_choix(Operateur), requise=True),
    _texte("nom_operateur", "Nom de l’organisme qui la fait, quand ce n’est pas la collectivité."),
    _texte("resultats", "Résultats."),
    _texte("indicateur_libelle", "Ce que mesure l’indicateur."),
    Colonne("indicateur_valeur", "number", "Valeur de l’indicateur."),
    _texte("indicateur_unite", "Unité de l’indicateur."),
    Colonne("indicateur_date", "date", "Date de l’indicateur."),
    Colonne("cout", "string", "Ordre de grandeur du coût, en euros.", valeurs=_choix(Cout)),
    _texte("financement", "Financement."),
    _texte("outils", "Logiciels et plateformes."),
    Colonne("logiciel_libre", "boolean", "L’action repose sur un logiciel libre.", "est_libre", requise=True),
    Colonne("replicable", "boolean", "La collectivité l’a conçue pour être reprise.", "est_replicable", requise=True),
    _texte("comment_repliquer", "Ce qu’une autre collectivité doit prévoir."),
    Colonne("lien", "string", "Page publique du service."),
    _texte("lieu", "Lieu ou équipement.", "structure"),
    _texte("adresse", "Adresse du lieu."),
    Colonne(
        "latitude", "number", "Degrés, WGS 84.", _point("latitude"), contraintes=(("minimum", -90), ("maximum", 90))
    ),
    Colonne(
        "longitude", "number", "Degrés, WGS 84.", _point("longitude"), contraintes=(("minimum", -180), ("maximum", 180))
    ),
    Colonne("precision", "string", "Ce que situe le point.", PRECISION, valeurs=("lieu", "collectivite")),
    _texte("accessibilite", "Accessibilité du service."),
    _texte("environnement", "Effet sur l’environnement."),
    _texte("donnees_personnelles", "Ce que le service fait des données personnelles."),
    Colonne("langue", "string", "Langue de la fiche.", requise=True),
    Colonne("etat", "string", "« a_confirmer » : sans nouvelle depuis un an.", valeurs=PUBLICS, requise=True),
    Colonne("presentee_en", "integer", "Années où la fiche était dans un dossier de label.", ANNEES, True),
    Colonne("inspiree_de", "integer", "Numéro de la fiche dont elle s’inspire.", "inspiree_de_id"),
    Colonne("publiee_le", "datetime", "Première publication, en temps universel."),
    Colonne("modifiee_le", "datetime", "Dernière modification, en temps universel.", "modifie_le", requise=True),
    Colonne("confirmee_le", "datetime", "Dernière confirmation, en temps universel."),
)
NOMS = tuple(colonne.nom for colonne in COLONNES)
