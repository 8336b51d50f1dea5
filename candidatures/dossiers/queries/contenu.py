"""What a dossier says, as JSON that a snapshot can freeze, and its digests."""

import hashlib
import json
from typing import Any

from django.db.models import prefetch_related_objects

from atlaas import interface as atlaas
from candidatures.dossiers import etapes
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Piece
from candidatures.dossiers.queries.saisie import Saisie
from mosaique import interface as mosaique
from villes_internet.territoires.models import Collectivite


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
    saisie = saisie or Saisie(dossier)
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
