"""The ordered steps of the dossier and their questions: one catalogue for forms, completeness and reading."""

from dataclasses import dataclass
from typing import Any

from candidatures.dossiers.models import Etape

ENGAGEMENTS = (
    ("voie_humaine", "Garder une voie non numérique pour chaque démarche"),
    ("mediation", "Accompagner les habitants éloignés du numérique"),
    ("accessibilite", "Rendre nos services accessibles et publier où nous en sommes"),
    ("donnees", "Protéger les données des habitants et la sécurité de nos systèmes"),
    ("sobriete", "Réduire l’empreinte de nos équipements et de nos services"),
    ("partage", "Partager nos réalisations avec les autres collectivités"),
)
INSTANCES = (
    ("conseil", "le conseil municipal ou communautaire"),
    ("bureau", "le bureau ou la municipalité"),
    ("comite", "un comité de pilotage"),
    ("direction", "la direction générale"),
)
VOTES = (
    ("unanimite", "à l’unanimité"),
    ("majorite", "à la majorité"),
    ("sans_vote", "sans vote"),
)
TRANCHES_COUT = (
    ("moins_5", "moins de 5 000 €"),
    ("5_20", "de 5 000 à 20 000 €"),
    ("20_100", "de 20 000 à 100 000 €"),
    ("100_500", "de 100 000 à 500 000 €"),
    ("plus_500", "plus de 500 000 €"),
)
MODES_LETTRE = (("redigee", "Je l’écris ici"), ("signee", "Je joins la lettre signée en PDF"))
OUI_NON = (("oui", "Oui"), ("non", "Non"))
MAX_MENTIONS = 3
MAX_ACTIONS_PAR_MENTION = 3
MAX_PHARES = 5
SEUIL_VILLAGE = 3_000  # inhabitants
PHARES, PHARES_VILLAGE = 3, 1  # flagships expected


@dataclass(frozen=True, slots=True)
class Champ:
    """A question. ``genre``: ligne, texte, liste (one item a line), date, annee, nombre, url, courriel, choix, cases.

    ``obligatoire``: its absence prevents the deposit. ``conseil``: why it would help when it is left empty.
    """

    code: str
    libelle: str
    genre: str = "ligne"
    groupe: str = ""
    aide: str = ""
    maximum: int = 200
    obligatoire: bool = False
    conseil: str = ""
    choix: tuple[tuple[str, str], ...] = ()

    def lisible(self, valeur: Any) -> Any:
        """Codes become their words; a list stays a list."""
        mots = dict(self.choix)
        if self.genre == "cases":
            return [mots.get(v, v) for v in valeur or []]
        if self.genre == "liste":
            return [ligne.strip() for ligne in str(valeur or "").splitlines() if ligne.strip()]
        return mots.get(valeur, valeur)


@dataclass(frozen=True, slots=True)
class EtapeDossier:
    """``gabarit`` is the template of the middle column; a step without ``champs`` has no simple form."""

    code: str
    titre: str
    aide: str
    champs: tuple[Champ, ...] = ()
    gabarit: str = "candidatures/dossiers/etape.html"
    objet_piece: str = ""
    est_facultative: bool = False


_SIGNATURES, _VISAS, _ELU = "Signataires", "Visas", "L’élu qui porte le numérique"
_SCHEMA, _INCLUSION, _SECURITE = "Schéma directeur du numérique", "Inclusion et accessibilité", "Sécurité"

CHAMPS_PHARE = (
    Champ("probleme", "Le besoin", "texte", aide="Quel problème des habitants fallait-il résoudre ?", maximum=1000),
    Champ("public", "Le public", aide="Exemple : les parents d’élèves, 1 200 familles."),
    Champ("realisation", "Ce qui a été fait", "texte", maximum=1500),
    Champ(
        "resultats", "Les résultats, avec des chiffres", "texte", aide="Un chiffre, son unité, sa date.", maximum=1000
    ),
    Champ("cout", "Tranche de coût", "choix", choix=TRANCHES_COUT),
    Champ("reutilisation", "Ce que d’autres peuvent reprendre", "texte", maximum=1000),
)
OBLIGATOIRES_PHARE = ("probleme", "public", "realisation", "resultats", "reutilisation")

ETAPES: tuple[EtapeDossier, ...] = (
    EtapeDossier(
        Etape.COLLECTIVITE,
        "Ma collectivité",
        "L’identité vient du registre officiel. Dites ici où les habitants vous trouvent en ligne et ce que fait "
        "l’intercommunalité à votre place.",
        (
            Champ("site", "Site officiel", "url", aide="L’adresse complète, avec https://", obligatoire=True),
            Champ("comptes", "Comptes sur les réseaux", "liste", aide="Une adresse par ligne.", maximum=1000),
            Champ("presentation", "La collectivité en quelques phrases", "texte", maximum=1500, obligatoire=True),
            Champ(
                "competences",
                "Compétences numériques transférées",
                "texte",
                aide="Ce que fait l’intercommunalité, un syndicat ou une agence à votre place.",
                maximum=1000,
            ),
        ),
    ),
    EtapeDossier(
        Etape.EQUIPE,
        "L’équipe",
        "Le référent répond aux questions de l’association ; le signataire approuve le dossier avant le dépôt.",
        (
            Champ("referent_nom", "Nom", groupe="Référent du label", obligatoire=True),
            Champ("referent_fonction", "Fonction", groupe="Référent du label", obligatoire=True),
            Champ(
                "referent_courriel", "Adresse électronique", "courriel", groupe="Référent du label", obligatoire=True
            ),
            Champ("referent_telephone", "Téléphone", groupe="Référent du label"),
            Champ("elu_nom", "Nom", groupe="Élu référent", conseil="un élu référent montre le portage politique"),
            Champ("elu_fonction", "Fonction", groupe="Élu référent", aide="Exemple : conseiller délégué au numérique."),
            Champ("signataire_nom", "Nom", groupe="Signataire", obligatoire=True),
            Champ("signataire_fonction", "Fonction", groupe="Signataire", aide="Exemple : maire.", obligatoire=True),
            Champ(
                "services",
                "Services associés",
                "liste",
                groupe="Qui contribue",
                aide="Un service par ligne.",
                maximum=1000,
            ),
        ),
    ),
    EtapeDossier(
        Etape.LETTRE,
        "Lettre du maire",
        "La lettre dit l’ambition politique. Écrivez-la ici en partant du modèle, ou joignez le PDF signé. "
        "Elle n’est lue que par le jury et l’association.",
        (
            Champ("mode", "Comment donnez-vous la lettre ?", "choix", choix=MODES_LETTRE, obligatoire=True),
            Champ(
                "texte",
                "Texte de la lettre",
                "texte",
                aide="Vous pouvez coller un texte venu d’un traitement de texte : il est nettoyé sans rien perdre.",
                maximum=8000,
            ),
            Champ("date_lettre", "Date de la lettre", "date"),
            Champ("maire_nom", "Nom du maire ou du président", groupe=_SIGNATURES, obligatoire=True),
            Champ(
                "maire_fonction",
                "Sa fonction",
                groupe=_SIGNATURES,
                aide="Exemple : maire de Bassens.",
                obligatoire=True,
            ),
            Champ("delegue_nom", "Nom de l’élu délégué", groupe=_SIGNATURES),
            Champ("delegue_fonction", "Sa délégation", groupe=_SIGNATURES),
            Champ("visa_service_nom", "Responsable de service : nom", groupe=_VISAS),
            Champ("visa_service_date", "Responsable de service : date", "date", groupe=_VISAS),
            Champ("visa_direction_nom", "Directeur général : nom", groupe=_VISAS),
            Champ("visa_direction_date", "Directeur général : date", "date", groupe=_VISAS),
            Champ("visa_cabinet_nom", "Directeur de cabinet : nom", groupe=_VISAS),
            Champ("visa_cabinet_date", "Directeur de cabinet : date", "date", groupe=_VISAS),
            Champ(
                "engagements",
                "Nous nous engageons à",
                "cases",
                groupe="Engagements",
                choix=ENGAGEMENTS,
                obligatoire=True,
            ),
        ),
        gabarit="candidatures/dossiers/lettre.html",
        objet_piece="lettre",
    ),
    EtapeDossier(
        Etape.STRATEGIE,
        "Stratégie",
        "Facultative pour entrer dans le classement, nécessaire pour 4 et 5 arobases.",
        (
            Champ("pnt_annee", "Année de départ", "annee", groupe="Projet numérique de territoire"),
            Champ(
                "pnt_resume",
                "Le projet en quelques phrases",
                "texte",
                groupe="Projet numérique de territoire",
                maximum=1500,
            ),
            Champ(
                "schema_date",
                "Date d’adoption",
                "date",
                groupe=_SCHEMA,
                conseil="une stratégie écrite ouvre 4 arobases",
            ),
            Champ("schema_instance", "Instance", "choix", groupe=_SCHEMA, choix=INSTANCES),
            Champ("schema_vote", "Vote", "choix", groupe=_SCHEMA, choix=VOTES),
            Champ("schema_axes", "Axes", "liste", groupe=_SCHEMA, aide="Un axe par ligne.", maximum=2000),
            Champ("elu_delegue", "Nom", groupe=_ELU, conseil="un élu délégué au numérique ouvre 4 arobases"),
            Champ("elu_delegation", "Délégation", groupe=_ELU),
            Champ(
                "voie_humaine",
                "Une voie non numérique est maintenue",
                "choix",
                groupe=_INCLUSION,
                choix=OUI_NON,
                conseil="une voie non numérique maintenue ouvre 3 arobases",
            ),
            Champ("voie_humaine_texte", "Comment", "texte", groupe=_INCLUSION, maximum=1000),
            Champ(
                "accessibilite_url",
                "Déclaration d’accessibilité publiée",
                "url",
                groupe=_INCLUSION,
                aide="L’adresse complète, avec https://",
                conseil="une déclaration publiée ouvre 5 arobases",
            ),
            Champ("pssi", "Politique de sécurité écrite (PSSI)", "choix", groupe=_SECURITE, choix=OUI_NON),
            Champ("pssi_date", "Date de cette politique", "date", groupe=_SECURITE),
        ),
        objet_piece="deliberation",
        est_facultative=True,
    ),
    EtapeDossier(
        Etape.MOSAIQUE,
        "Mosaïque",
        "Où en êtes-vous sur chacun des enjeux ? Les actions de l’Atlaas étayent ce que vous déclarez.",
        gabarit="candidatures/dossiers/mosaique.html",
    ),
    EtapeDossier(
        Etape.ACTIONS,
        "Actions",
        "Choisissez parmi vos fiches publiées. "
        "Une action compte si elle est en service, ou finie depuis moins de deux ans.",
        gabarit="candidatures/dossiers/actions.html",
    ),
    EtapeDossier(
        Etape.PHARES,
        "Actions phares",
        "Celles dont vous êtes fiers : trois à cinq, une seule suffit sous 3 000 habitants.",
        gabarit="candidatures/dossiers/phares.html",
    ),
    EtapeDossier(
        Etape.MOYENS,
        "Moyens",
        "Facultatif, montré au jury seulement : il lit un effort à l’échelle de votre taille.",
        (
            Champ("etp", "Postes consacrés au numérique", "nombre", aide="En équivalents temps plein. Exemple : 2,5."),
            Champ("investissement", "Investissement annuel", "choix", choix=TRANCHES_COUT),
            Champ("fonctionnement", "Fonctionnement annuel", "choix", choix=TRANCHES_COUT),
            Champ("formation", "Formation des agents et des élus", "texte", maximum=1000),
            Champ("partenaires", "Partenaires", "liste", aide="Un partenaire par ligne.", maximum=1000),
        ),
        est_facultative=True,
    ),
    EtapeDossier(
        Etape.MENTIONS,
        "Mentions",
        "Facultatif : trois mentions au plus. Pour chacune, nommez une à trois actions et dites pourquoi.",
        gabarit="candidatures/dossiers/mentions.html",
        est_facultative=True,
    ),
    EtapeDossier(
        Etape.PIECES,
        "Pièces",
        "Facultatif : délibérations, chartes, photos. Vos pièces ne sont vues que du jury et de l’association.",
        gabarit="candidatures/dossiers/pieces.html",
        objet_piece="autre",
        est_facultative=True,
    ),
    EtapeDossier(
        Etape.RELECTURE,
        "Relecture",
        "Votre dossier tel que le jury le lira.",
        gabarit="candidatures/dossiers/relecture.html",
    ),
    EtapeDossier(
        Etape.DEPOT,
        "Approbation et dépôt",
        "Le signataire approuve, puis le référent ou le signataire dépose avant l’heure de clôture.",
        gabarit="candidatures/dossiers/depot.html",
    ),
)
PAR_CODE = {etape.code: etape for etape in ETAPES}


def suivante(code: str) -> str:
    """Code of the step after this one; empty after the last."""
    codes = list(PAR_CODE)
    return next(iter(codes[codes.index(code) + 1 :]), "")


def champs_mentions(mentions: tuple[tuple[str, str], ...], actions: tuple[tuple[str, str], ...]) -> tuple[Champ, ...]:
    """The three places for a mention; choices are (code, name) and (primary key as text, title)."""
    return tuple(
        champ
        for rang in range(1, MAX_MENTIONS + 1)
        for champ in (
            Champ(f"mention{rang}", "Mention", "choix", f"Mention {rang}", choix=mentions),
            Champ(
                f"mention{rang}_actions",
                "Actions nommées",
                "cases",
                f"Mention {rang}",
                aide="Une à trois.",
                maximum=MAX_ACTIONS_PAR_MENTION,
                choix=actions,
            ),
            Champ(f"mention{rang}_texte", "Pourquoi cette mention", "texte", f"Mention {rang}", maximum=1000),
        )
    )


def champs_phares(presentees: tuple[tuple[str, str], ...], phares: tuple[tuple[str, str], ...]) -> tuple[Champ, ...]:
    """Which are flagships, then the questions of each: action 12 answers in ``a12-probleme``, ``a12-public``…"""
    questions = tuple(
        Champ(f"a{cle}-{c.code}", c.libelle, c.genre, titre, c.aide, c.maximum, choix=c.choix)
        for cle, titre in phares
        for c in CHAMPS_PHARE
    )
    return (Champ("phares", "Mes actions phares", "cases", maximum=MAX_PHARES, choix=presentees), *questions)


def nb_phares_attendus(population: int | None) -> int:
    """Three flagships, one for a village (under 3,000 inhabitants)."""
    return PHARES_VILLAGE if population is not None and population < SEUIL_VILLAGE else PHARES
