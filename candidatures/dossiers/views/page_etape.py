"""The page of a step: its questions, and what some steps show besides."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from candidatures.dossiers import etapes, permissions
from candidatures.dossiers.completude import Manque
from candidatures.dossiers.forms import FormulaireEtape, FormulaireMotif, FormulairePiece
from candidatures.dossiers.models import Dossier, Etape, Section
from candidatures.dossiers.queries.espace import historique
from candidatures.dossiers.queries.lecture import groupes_lus, lecture
from candidatures.dossiers.queries.premiere_saisie import modele_de_lettre, valeurs_connues
from candidatures.dossiers.queries.saisie import Saisie, reponses_precedentes
from candidatures.dossiers.reconduction.calculs import DECISIONS
from candidatures.dossiers.reconduction.forms import FormulaireActions
from candidatures.dossiers.reconduction.queries import tableau
from candidatures.dossiers.views.cadre import cadre_du_dossier
from mosaique import interface as mosaique
from villes_internet.socle import fichiers


def montrer(
    request: HttpRequest,
    dossier: Dossier,
    etape: etapes.EtapeDossier,
    *,
    piece: FormulairePiece | None = None,
    statut: int = HTTPStatus.OK,
) -> HttpResponse:
    cadre = cadre_du_dossier(request, dossier, etape.code)
    contexte = cadre | _questions(dossier, etape, cadre["saisie"])
    contexte |= {
        "etape": etape,
        "manques_etape": [m for m in cadre["manques"] if m.etape == etape.code],
        "pieces": [p for p in cadre["saisie"].pieces if p.objet == etape.objet_piece],
        "formulaire_piece": piece or FormulairePiece(objet=etape.objet_piece),
        "formats": fichiers.FORMATS,
        "suivante": etapes.suivante(etape.code),
    }
    contexte |= _COMPLEMENTS.get(etape.code, _rien)(request, dossier, cadre)
    return render(request, etape.gabarit, contexte, status=statut)


def _questions(dossier: Dossier, etape: etapes.EtapeDossier, saisie: Saisie) -> dict[str, Any]:
    """The form as last saved, or with what is known before its first save; last year's answers beside it."""
    section = saisie.sections.get(etape.code)
    if etape.code == Etape.ACTIONS:
        return _questions_actions(dossier, saisie, section)
    champs = champs_de_l_etape(dossier, etape, saisie)
    precedente = reponses_precedentes(dossier, etape.code) if etape.champs else None
    return {
        "formulaire": FormulaireEtape(champs, section.donnees)
        if section and section.numero_version
        else FormulaireEtape(champs, initial=valeurs_connues(dossier, etape.code, saisie, precedente)),
        "numero_version": saisie.version(etape.code),
        "section": section,
        "precedente": precedente,
        "groupes_precedents": groupes_lus(etape.champs, precedente.donnees) if precedente else [],
    }


def _questions_actions(dossier: Dossier, saisie: Saisie, section: Section | None) -> dict[str, Any]:
    lu = tableau(dossier, saisie)
    return {
        "formulaire": FormulaireActions(lu, section.donnees if section else {}),
        "numero_version": saisie.version(Etape.ACTIONS),
        "section": section,
        "tableau": lu,
        "decisions": DECISIONS,
    }


def champs_de_l_etape(dossier: Dossier, etape: etapes.EtapeDossier, saisie: Saisie) -> tuple[etapes.Champ, ...]:
    """The questions of the step; those of two depend on the fiches and the campaign. Not of the step "actions"."""
    presentees = tuple((str(p.action_id), p.action.titre) for p in saisie.presentees)
    match etape.code:
        case Etape.PHARES:
            choisies = {str(p.action_id) for p in saisie.presentees if p.est_phare}
            return etapes.champs_phares(presentees, tuple(p for p in presentees if p[0] in choisies))
        case Etape.MENTIONS:
            return etapes.champs_mentions(tuple(dossier.campagne.mentions.values_list("code", "nom")), presentees)
    return etape.champs


def _rien(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {}


def _complement_actions(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"a_traiter": "a-traiter" in request.GET}


def _complement_phares(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"attendues": etapes.nb_phares_attendus(dossier.collectivite.population)}


def _complement_mosaique(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"resume": mosaique.resume(dossier.mosaique, avec_liens=True)}


def _complement_lettre(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"modele": modele_de_lettre(dossier, cadre["saisie"])}


def _complement_relecture(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"lecture": lecture(dossier, saisie=cadre["saisie"])}


def _complement_depot(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    liste: list[Manque] = cadre["manques"]
    personne = request.user
    return {
        "peut_demander": permissions.peut_demander_approbation(personne, dossier, liste),
        "peut_approuver": permissions.peut_approuver(personne, dossier),
        "peut_renvoyer": permissions.peut_renvoyer(personne, dossier),
        "peut_deposer": permissions.peut_deposer(personne, dossier, liste),
        "peut_rouvrir": permissions.peut_rouvrir(personne, dossier),
        "peut_retirer": permissions.peut_retirer(personne, dossier),
        "instantanes": list(dossier.instantanes.defer("contenu").select_related("depose_par")),
        "historique": list(historique(dossier)),
        "formulaire_motif": FormulaireMotif(auto_id="id_%s_motif"),
    }


_COMPLEMENTS: dict[str, Callable[[HttpRequest, Dossier, dict[str, Any]], dict[str, Any]]] = {
    Etape.LETTRE: _complement_lettre,
    Etape.MOSAIQUE: _complement_mosaique,
    Etape.ACTIONS: _complement_actions,
    Etape.PHARES: _complement_phares,
    Etape.RELECTURE: _complement_relecture,
    Etape.DEPOT: _complement_depot,
}
