"""Read models of the dossier: what has been typed, what it all says, and what a reader sees."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.template.defaultfilters import date as date_filter
from django.urls import reverse
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import etapes
from candidatures.dossiers.etats import DEPOSES, EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Instantane, Piece, Section
from mosaique import interface as mosaique
from villes_internet.comptes.models import Habilitation, Role
from villes_internet.socle.models import Evenement
from villes_internet.socle.templatetags.typographie import pluriel
from villes_internet.territoires.models import Collectivite

Reponses = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Saisie:
    """What has been typed so far, loaded once for a page."""

    sections: dict[str, Section]
    presentees: list[ActionPresentee]
    pieces: list[Piece]

    def reponses(self, etape: str) -> Reponses:
        section = self.sections.get(etape)
        return section.donnees if section else {}

    def version(self, etape: str) -> int:
        section = self.sections.get(etape)
        return section.numero_version if section else 0


def saisie_de(dossier: Dossier) -> Saisie:
    """Sections, presented fiches, pieces: three queries."""
    return Saisie(
        {s.etape: s for s in dossier.sections.select_related("modifie_par")},
        list(presentees_de(dossier)),
        list(dossier.pieces.presentes()),
    )


def presentees_de(dossier: Dossier) -> QuerySet[ActionPresentee]:
    """With their fiche and ``est_eligible``."""
    eligibles = atlaas.actions_eligibles(dossier.collectivite, date_d_eligibilite(dossier.campagne))
    return dossier.actions_presentees.select_related("action").annotate(
        est_eligible=Exists(eligibles.filter(pk=OuterRef("action_id")))
    )


def date_d_eligibilite(campagne: Campagne) -> date:
    """The day at which the eligibility of the fiches is judged: the closing day, Paris time."""
    return timezone.localdate(campagne.cloture_le)


def chargees(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """With what every page of a dossier shows."""
    return dossiers.select_related(
        "campagne",
        "collectivite__departement",
        "collectivite__region",
        "collectivite__epci",
        "mosaique__version",
        "mosaique__collectivite",
        "approuve_par",
    )


def dossier_de(collectivite: Collectivite, campagne: Campagne | None) -> Dossier | None:
    return chargees(Dossier.objects.filter(collectivite=collectivite, campagne=campagne)).first() if campagne else None


def reponses_precedentes(dossier: Dossier, etape: str) -> Section | None:
    """The same step in the last dossier of an earlier campaign."""
    return (
        Section.objects.filter(
            etape=etape,
            dossier__collectivite_id=dossier.collectivite_id,
            dossier__campagne__annee__lt=dossier.campagne.annee,
        )
        .select_related("dossier__campagne")
        .order_by("-dossier__campagne__annee")
        .first()
    )


# What a dossier says


def empreinte(contenu: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON: sorted keys, no space, UTF-8."""
    canonique = json.dumps(contenu, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonique.encode()).hexdigest()


def empreinte_a_approuver(dossier: Dossier) -> str:
    """Digest of what the town answers for: its answers, its mosaic, its choice of fiches, its files.

    The text of the fiches is left out: they live in the Atlaas and may change until the deposit.
    """
    return empreinte(
        {
            "sections": {s.etape: s.donnees for s in dossier.sections.all()},
            "actions": sorted(dossier.actions_presentees.values_list("action_id", "est_phare")),
            "pieces": sorted(dossier.pieces.presentes().values_list("pk", "objet", "titre", "empreinte")),
            "mosaique": _declare(mosaique.contenu_fige(dossier.mosaique)),
        }
    )


def _declare(contenu: dict[str, Any]) -> dict[str, Any]:
    """{enjeu code: what the town declares}; levels and scores that follow from the fiches are left out."""
    return {
        enjeu["code"]: {
            "niveau": enjeu["niveau"],
            "commentaire": enjeu["commentaire"],
            "services": [[s["code"], s["statut"], s["echeance"], s["motif"]] for s in enjeu["services"]],
        }
        for famille in contenu["familles"]
        for enjeu in famille["enjeux"]
    }


def composer(dossier: Dossier, saisie: Saisie | None = None) -> dict[str, Any]:
    """What the dossier says now without its mosaic, JSON-able.

    Shape: {"format", "campagne", "collectivite", "sections": {step: {field: value}}, "actions": [{"id", "est_phare",
    "est_eligible", "fiche"}], "pieces": [...], "noms_mentions": {code: name}}. A snapshot adds "mosaique".
    """
    saisie = saisie or saisie_de(dossier)
    prefetch_related_objects([p.action for p in saisie.presentees], "services")
    sections = {etape: section.donnees for etape, section in sorted(saisie.sections.items())}
    return {
        "format": 1,
        "campagne": {"annee": dossier.campagne.annee, "nom": dossier.campagne.nom},
        "collectivite": identite(dossier.collectivite),
        "sections": sections,
        "actions": [_action_dite(presentee) for presentee in saisie.presentees],
        "pieces": [
            {champ: getattr(piece, champ) for champ in PIECE_DITE} | {"id": piece.pk} for piece in saisie.pieces
        ],
        "noms_mentions": dict(dossier.campagne.mentions.values_list("code", "nom"))
        if sections.get(Etape.MENTIONS)
        else {},
    }


PIECE_DITE = ("objet", "titre", "alternative", "nom", "type_mime", "taille", "empreinte")


def _action_dite(presentee: ActionPresentee) -> dict[str, Any]:
    return {
        "id": presentee.action_id,
        "est_phare": presentee.est_phare,
        "est_eligible": getattr(presentee, "est_eligible", False),
        "fiche": atlaas.resume_action(presentee.action),
    }


def identite(collectivite: Collectivite) -> dict[str, Any]:
    return {
        "nom": collectivite.nom,
        "type": collectivite.get_type_display(),
        "code": collectivite.code,
        "siren": collectivite.siren,
        "population": collectivite.population,
        "departement": str(collectivite.departement or ""),
        "region": str(collectivite.region or ""),
        "intercommunalite": str(collectivite.epci or ""),
    }


def faits(contenu: dict[str, Any]) -> dict[str, bool]:
    """The facts that the gates of a campaign ask for (codes of ``campagnes/donnees/regles-*.json``)."""
    equipe, lettre = contenu["sections"].get(Etape.EQUIPE, {}), contenu["sections"].get(Etape.LETTRE, {})
    strategie = contenu["sections"].get(Etape.STRATEGIE, {})
    objets = {piece["objet"] for piece in contenu["pieces"]}
    a_une_lettre = bool(lettre.get("texte")) or Piece.Objet.LETTRE in objets
    population = contenu["collectivite"]["population"]
    est_village = population is not None and population < etapes.SEUIL_VILLAGE
    return {
        "referent_nomme": bool(equipe.get("referent_nom")),
        "elu_delegue": bool(strategie.get("elu_delegue") or equipe.get("elu_nom") or lettre.get("delegue_nom")),
        "voie_humaine": strategie.get("voie_humaine") == "oui",
        "declaration_accessibilite": bool(strategie.get("accessibilite_url")),
        "strategie_ecrite": bool(strategie.get("schema_date"))
        or Piece.Objet.DELIBERATION in objets
        or (est_village and a_une_lettre),
    }


# What a reader sees


@dataclass(frozen=True, slots=True)
class ReponseLue:
    libelle: str
    valeur: Any
    genre: str

    @property
    def est_liste(self) -> bool:
        return isinstance(self.valeur, list)


@dataclass(frozen=True, slots=True)
class GroupeLu:
    titre: str
    reponses: list[ReponseLue]


@dataclass(frozen=True, slots=True)
class ActionLue:
    """``fiche`` is what ``atlaas.interface.resume_action`` said; ``recit`` the flagship's answers."""

    id: int
    est_phare: bool
    est_eligible: bool
    fiche: dict[str, Any]
    recit: list[ReponseLue]


@dataclass(frozen=True, slots=True)
class MentionLue:
    code: str
    nom: str
    texte: str
    actions: list[str]


@dataclass(frozen=True, slots=True)
class PieceLue:
    id: int
    objet: str
    titre: str
    nom: str
    type_mime: str
    taille: int
    alternative: str
    url: str


@dataclass(frozen=True, slots=True)
class EtapeLue:
    code: str
    titre: str
    groupes: list[GroupeLu]
    pieces: list[PieceLue] = field(default_factory=list)

    @property
    def est_vide(self) -> bool:
        return not (self.groupes or self.pieces)


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a reader of the dossier sees, from the snapshot once deposited, from the draft before.

    ``mosaique`` is a ``ResumeMosaique``; ``familles`` its full answers (shape: ``mosaique.interface.contenu_fige``),
    in a snapshot only.
    """

    dossier: Dossier
    identite: dict[str, Any]
    instantane: Instantane | None
    etapes: list[EtapeLue]
    actions: list[ActionLue]
    mentions: list[MentionLue]
    pieces: list[PieceLue]
    mosaique: mosaique.ResumeMosaique
    familles: list[dict[str, Any]]
    faits: dict[str, bool]

    @property
    def phares(self) -> list[ActionLue]:
        return [a for a in self.actions if a.est_phare]

    @property
    def nb_actions(self) -> int:
        """Eligible actions presented."""
        return sum(a.est_eligible for a in self.actions)

    @property
    def nb_replicables(self) -> int:
        return sum(bool(a.fiche.get("est_replicable")) for a in self.actions if a.est_eligible)


def instantane_lu(dossier: Dossier) -> Instantane | None:
    """The snapshot that readers see: the latest, once the dossier is deposited."""
    if dossier.etat in DEPOSES or dossier.etat == EtatDossier.IRRECEVABLE:
        return dossier.instantanes.first()
    return None


def lecture(dossier: Dossier, *, route_piece: str = "dossiers:piece", saisie: Saisie | None = None) -> Lecture:
    """One query for a deposited dossier; for a draft, those of ``saisie_de`` and of the mosaic.

    ``route_piece`` names a URL that takes (dossier pk, piece pk).
    """
    instantane = instantane_lu(dossier)
    contenu = instantane.contenu if instantane else composer(dossier, saisie)
    pieces = [_piece_lue(dossier, piece, route_piece) for piece in contenu["pieces"]]
    return Lecture(
        dossier=dossier,
        identite=contenu["collectivite"],
        instantane=instantane,
        etapes=[
            EtapeLue(
                etape.code,
                etape.titre,
                groupes_lus(etape.champs, contenu["sections"].get(etape.code, {})),
                [p for p in pieces if p.objet == etape.objet_piece],
            )
            for etape in etapes.ETAPES
            if etape.champs or etape.code == Etape.PIECES
        ],
        actions=[_action_lue(action, contenu["sections"].get(Etape.PHARES, {})) for action in contenu["actions"]],
        mentions=_mentions_lues(contenu),
        pieces=pieces,
        mosaique=mosaique.resume_de_contenu(contenu["mosaique"]) if instantane else mosaique.resume(dossier.mosaique),
        familles=contenu["mosaique"]["familles"] if instantane else [],
        faits=faits(contenu),
    )


def faits_de(dossier: Dossier) -> dict[str, bool]:
    instantane = instantane_lu(dossier)
    return faits(instantane.contenu if instantane else composer(dossier))


def groupes_lus(champs: Sequence[etapes.Champ], reponses: Reponses) -> list[GroupeLu]:
    """Answered questions only, under their group's heading, in the order of the form."""
    groupes: dict[str, GroupeLu] = {}
    for champ in champs:
        valeur = reponses.get(champ.code)
        if valeur:
            groupe = groupes.setdefault(champ.groupe, GroupeLu(champ.groupe, []))
            groupe.reponses.append(ReponseLue(champ.libelle, _valeur_lue(champ, valeur), champ.genre))
    return list(groupes.values())


def _valeur_lue(champ: etapes.Champ, valeur: Any) -> Any:
    if champ.genre == "date":
        try:
            return date.fromisoformat(valeur)
        except ValueError:
            return valeur
    return champ.lisible(valeur)


def _action_lue(action: dict[str, Any], phares: Reponses) -> ActionLue:
    prefixe = f"a{action['id']}-"
    reponses = {cle.removeprefix(prefixe): v for cle, v in phares.items() if cle.startswith(prefixe)}
    recit = [r for g in groupes_lus(etapes.CHAMPS_PHARE, reponses) for r in g.reponses] if action["est_phare"] else []
    return ActionLue(action["id"], action["est_phare"], action["est_eligible"], action["fiche"], recit)


def _mentions_lues(contenu: dict[str, Any]) -> list[MentionLue]:
    reponses = contenu["sections"].get(Etape.MENTIONS, {})
    titres = {str(a["id"]): a["fiche"].get("titre", "") for a in contenu["actions"]}
    lues = []
    for rang in range(1, etapes.MAX_MENTIONS + 1):
        code = reponses.get(f"mention{rang}")
        if code:
            nommees = [titres[cle] for cle in reponses.get(f"mention{rang}_actions", []) if cle in titres]
            nom = contenu["noms_mentions"].get(code, code)
            lues.append(MentionLue(code, nom, reponses.get(f"mention{rang}_texte", ""), nommees))
    return lues


def _piece_lue(dossier: Dossier, piece: dict[str, Any], route: str) -> PieceLue:
    return PieceLue(
        piece["id"],
        piece["objet"],
        piece["titre"] or piece["nom"],
        piece["nom"],
        piece["type_mime"],
        piece["taille"],
        piece["alternative"],
        reverse(route, args=[dossier.pk, piece["id"]]),
    )


# The space of a collectivité


@dataclass(frozen=True, slots=True)
class Echeance:
    le: datetime
    libelle: str


def echeances(campagne: Campagne | None, a: datetime) -> list[Echeance]:
    """The three nearest deadlines of the campaign after ``a``, nearest first."""
    if campagne is None:
        return []
    jury = timezone.make_aware(datetime.combine(campagne.jury_le, datetime.min.time())) if campagne.jury_le else None
    dates = (
        (campagne.ouverture_le, "Ouverture de la campagne"),
        (campagne.cloture_le, "Clôture des dépôts"),
        (jury, "Réunion du jury"),
        (campagne.ceremonie_le, "Cérémonie de remise des labels"),
    )
    return sorted((Echeance(le, libelle) for le, libelle in dates if le and le > a), key=lambda e: e.le)[:3]


@dataclass(frozen=True, slots=True)
class ProchainPas:
    """The next thing to do, by whom, and where; ``url`` is empty when there is nothing to press."""

    phrase: str
    qui: str
    url: str = ""
    bouton: str = ""


def prochain_pas(dossier: Dossier, nb_manques: int) -> ProchainPas:
    depot = reverse("dossiers:etape", args=[dossier.pk, Etape.DEPOT])
    conduite = "le référent ou le signataire"
    if dossier.etat == EtatDossier.BROUILLON and nb_manques:
        reste = pluriel(nb_manques, "point à renseigner,points à renseigner")
        return ProchainPas(
            f"Compléter le dossier : {reste}.", "toute l’équipe", dossier.get_absolute_url(), "Continuer"
        )
    if dossier.etat == EtatDossier.BROUILLON:
        return ProchainPas(
            "Le dossier est complet : demandez l’approbation.", conduite, depot, "Demander l’approbation"
        )
    if dossier.etat == EtatDossier.EN_VALIDATION:
        return ProchainPas("Relire et approuver le dossier.", "le signataire", depot, "Relire et approuver")
    if dossier.etat == EtatDossier.APPROUVE:
        return ProchainPas("Déposer le dossier approuvé.", conduite, depot, "Déposer")
    return ProchainPas(_APRES.get(dossier.etat, "Le dossier est lu par le jury."), "", depot, "Voir le dépôt")


_APRES: dict[str, str] = {
    EtatDossier.DEPOSE: "Le dossier est déposé : vous n’avez plus rien à faire.",
    EtatDossier.IRRECEVABLE: "Le dossier a été déclaré irrecevable : le motif est dans son historique.",
    EtatDossier.RETIRE: "Le dossier a été retiré de la campagne.",
    EtatDossier.PUBLIE: "Les résultats sont publiés.",
}

# Overseas, the closing hour is also said in local time: {département or collectivité code: (time zone, words)}.
FUSEAUX = {
    "971": ("America/Guadeloupe", "en Guadeloupe"),
    "972": ("America/Martinique", "en Martinique"),
    "973": ("America/Cayenne", "en Guyane"),
    "974": ("Indian/Reunion", "à La Réunion"),
    "976": ("Indian/Mayotte", "à Mayotte"),
    "975": ("America/Miquelon", "à Saint-Pierre-et-Miquelon"),
    "987": ("Pacific/Tahiti", "à Tahiti"),
    "988": ("Pacific/Noumea", "à Nouméa"),
}


def heure_locale(a: datetime, collectivite: Collectivite) -> str:
    """ "soit le 4 janvier à 7 h 00 à La Réunion" overseas, nothing elsewhere."""
    fuseau = FUSEAUX.get(collectivite.departement_id or collectivite.code[:3])
    if fuseau is None:
        return ""
    local = a.astimezone(ZoneInfo(fuseau[0]))
    return f"soit le {date_filter(local, 'j F')} à {local.hour} h {local.minute:02d} {fuseau[1]}"


def jours_restants(campagne: Campagne, a: datetime) -> int:
    """Calendar days, Paris time; 0 on the last day, negative once over."""
    return (timezone.localdate(campagne.cloture_le) - timezone.localdate(a)).days if a < campagne.cloture_le else -1


def equipe_de(collectivite: Collectivite) -> QuerySet[Habilitation]:
    return (
        Habilitation.objects.actives()
        .filter(collectivite=collectivite)
        .select_related("utilisateur")
        .order_by("role", "utilisateur__last_name", "pk")
    )


def valeurs_connues(dossier: Dossier, etape: str, saisie: Saisie, precedente: Section | None) -> dict[str, Any]:
    """What a step starts with before its first save: last year's identity and team, the names already given."""
    if precedente and etape in {Etape.COLLECTIVITE, Etape.EQUIPE}:
        return dict(precedente.donnees)
    if etape == Etape.EQUIPE:
        return _equipe_connue(dossier.collectivite)
    if etape == Etape.LETTRE:
        equipe = saisie.reponses(Etape.EQUIPE)
        return {
            "maire_nom": equipe.get("signataire_nom", ""),
            "maire_fonction": equipe.get("signataire_fonction", ""),
            "delegue_nom": equipe.get("elu_nom", ""),
            "delegue_fonction": equipe.get("elu_fonction", ""),
        }
    return {}


def _equipe_connue(collectivite: Collectivite) -> dict[str, Any]:
    connues: dict[str, Any] = {}
    for habilitation in equipe_de(collectivite):
        if habilitation.role in {Role.REFERENT, Role.SIGNATAIRE}:
            connues.setdefault(f"{habilitation.role}_nom", str(habilitation.utilisateur))
            connues.setdefault(f"{habilitation.role}_fonction", habilitation.fonction)
            connues.setdefault(f"{habilitation.role}_courriel", habilitation.utilisateur.email)
    return connues


def modele_de_lettre(dossier: Dossier, saisie: Saisie) -> str:
    """A letter to start from, with the names already given; what is between brackets is to be replaced."""
    strategie = saisie.reponses(Etape.STRATEGIE)
    depuis = strategie.get("pnt_annee") or "[année]"
    return MODELE_LETTRE.format(nom=dossier.collectivite.nom, annee=dossier.campagne.annee, depuis=depuis)


MODELE_LETTRE = """Objet : candidature au label « Territoires, Villes et Villages Internet » {annee}

Madame, Monsieur les membres du jury,

Depuis {depuis}, {nom} mène un projet numérique au service de ses habitants. [Dites en deux phrases pourquoi : \
quels besoins, quelle ambition pour le mandat.]

Notre stratégie tient en quelques axes. [Citez-les, avec la date et l’instance qui les ont adoptés.]

Nous veillons à ce que chacun garde un accès à ses droits. [Dites ce que vous faites pour les personnes éloignées \
du numérique et quelle voie non numérique vous maintenez.]

Les actions présentées dans ce dossier en sont la mise en œuvre. [Nommez celle dont vous êtes le plus fier, avec un \
chiffre.]

Nous nous engageons à poursuivre ces efforts et à les partager avec les autres collectivités."""


def historique(dossier: Dossier) -> QuerySet[Evenement]:
    """Who did what and when; the twenty latest."""
    return Evenement.objects.de(dossier).recents()[:20]
