"""Read models of the dossier: what has been typed, what it all says, and what a reader sees."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import etapes
from candidatures.dossiers.etats import DEPOSES, EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Instantane, Piece, Section
from mosaique import interface as mosaique
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
    """Sections, presented fiches with their services, pieces: four queries."""
    return Saisie(
        {s.etape: s for s in dossier.sections.select_related("modifie_par")},
        list(presentees_de(dossier)),
        list(dossier.pieces.presentes()),
    )


def presentees_de(dossier: Dossier) -> QuerySet[ActionPresentee]:
    """With their fiche, its services, and ``est_eligible``; two queries."""
    eligibles = atlaas.actions_eligibles(dossier.collectivite, date_d_eligibilite(dossier.campagne))
    return (
        dossier.actions_presentees.select_related("action")
        .prefetch_related("action__services")
        .annotate(est_eligible=Exists(eligibles.filter(pk=OuterRef("action_id"))))
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

    @property
    def est_image(self) -> bool:
        return self.type_mime.startswith("image/")


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
                _groupes(etape.champs, contenu["sections"].get(etape.code, {})),
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


def _groupes(champs: Sequence[etapes.Champ], reponses: Reponses) -> list[GroupeLu]:
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
    recit = [r for g in _groupes(etapes.CHAMPS_PHARE, reponses) for r in g.reponses] if action["est_phare"] else []
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
    jury = campagne.jury_le and timezone.make_aware(datetime.combine(campagne.jury_le, datetime.min.time()))
    dates = (
        (campagne.ouverture_le, "Ouverture de la campagne"),
        (campagne.cloture_le, "Clôture des dépôts"),
        (jury, "Réunion du jury"),
        (campagne.ceremonie_le, "Cérémonie de remise des labels"),
    )
    return sorted((Echeance(le, libelle) for le, libelle in dates if le and le > a), key=lambda e: e.le)[:3]
