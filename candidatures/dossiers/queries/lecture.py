"""What a reader of the dossier sees, from its snapshot or from its draft."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from candidatures.dossiers import etapes
from candidatures.dossiers.etats import DEPOSES, EtatDossier
from candidatures.dossiers.models import Dossier, Etape, Instantane
from candidatures.dossiers.queries.contenu import composer, faits
from candidatures.dossiers.queries.saisie import Reponses, Saisie
from mosaique import interface as mosaique


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


def lecture(
    dossier: Dossier,
    *,
    route_piece: str = "dossiers:piece",
    saisie: Saisie | None = None,
    instantane: Instantane | None = None,
) -> Lecture:
    """One query for a deposited dossier; for a draft, those of ``Saisie`` and of the mosaic.

    ``route_piece`` names a URL that takes (dossier pk, piece pk). ``instantane``: the snapshot, when already at hand.
    """
    instantane = instantane or instantane_lu(dossier)
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
