"""Saving a step, alone or against somebody who saved in between."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render

from candidatures.dossiers import actions, etapes, permissions
from candidatures.dossiers.forms import FormulaireEtape, FormulairePiece
from candidatures.dossiers.models import Dossier, Etape, Section
from candidatures.dossiers.queries.saisie import Saisie
from candidatures.dossiers.reconduction.actions import decider
from candidatures.dossiers.reconduction.forms import FormulaireActions, avec_tout
from candidatures.dossiers.reconduction.queries import tableau
from candidatures.dossiers.views.page_etape import champs_de_l_etape
from candidatures.dossiers.views.pieces import ajouter_piece
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.saisie import SAUVEGARDE
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import Divergence, Valeur, VersionPerimee


def enregistrer(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier) -> HttpResponse:
    est_auto = bool(request.headers.get(SAUVEGARDE))
    verdict = permissions.peut_modifier_etape(request.user, dossier, etape.code)
    if est_auto and not verdict and not verdict.masque:
        return _refuser_au_navigateur(verdict.motif)
    exiger(verdict)
    if etape.code == Etape.PIECES:
        return ajouter_piece(request, dossier, etape)
    saisie = Saisie(dossier)
    ancienne = saisie.sections.get(etape.code)
    formulaire = _formulaire(dossier, etape, saisie, _tranche(request.POST, ancienne))
    try:
        section = _ecrire(request, dossier, etape, ancienne, formulaire)
    except VersionPerimee as conflit:
        if est_auto:
            return _conflit_au_navigateur(formulaire, conflit.actuel)
        return _conflit(request, dossier, etape, formulaire, conflit.actuel)
    except TransitionRefusee as refus:
        if est_auto:
            return _refuser_au_navigateur(str(refus))
        raise PermissionDenied(str(refus)) from refus
    return _enregistre_au_navigateur(section) if est_auto else _apres(request, dossier, etape, section)


def _formulaire(dossier: Dossier, etape: etapes.EtapeDossier, saisie: Saisie, envoye: QueryDict) -> FormulaireEtape:
    if etape.code == Etape.ACTIONS:
        lu = tableau(dossier, saisie, avec_enjeux=False)
        return FormulaireActions(lu, avec_tout(envoye, lu))
    champs = champs_de_l_etape(dossier, etape, saisie)
    if not champs:
        raise Http404
    return FormulaireEtape(champs, envoye)


def _tranche(envoye: QueryDict, section: Section | None) -> QueryDict:
    """Answers sent, where a choice was made on the page of the two versions."""
    donnees = envoye.copy()
    for nom, valeur in (section.donnees if section else {}).items():
        if envoye.get(f"choix-{nom}") == "autre":
            donnees.setlist(nom, valeur if isinstance(valeur, list) else [valeur])
    return donnees


def _ecrire(
    request: HttpRequest,
    dossier: Dossier,
    etape: etapes.EtapeDossier,
    ancienne: Section | None,
    formulaire: FormulaireEtape,
) -> Section:
    """Answers of the form over those that it does not ask (a flagship's story stays when the flagship leaves)."""
    envoye = request.POST.get("numero_version", "")
    numero = int(envoye) if envoye.isdecimal() else 0
    donnees = {**(ancienne.donnees if ancienne else {}), **formulaire.saisie()}
    suite: dict[str, Any] = {"par": personne_connectee(request), "invalides": formulaire.invalides()}
    if isinstance(formulaire, FormulaireActions) and formulaire.tableau.annee:
        return decider(dossier, formulaire.tableau, donnees, formulaire.decisions(), numero, **suite)
    return actions.enregistrer_section(dossier, etape.code, donnees, numero, **suite)


# The browser saves by itself


def _enregistre_au_navigateur(section: Section) -> JsonResponse:
    return JsonResponse(
        {
            "etat": "enregistre",
            "numero_version": section.numero_version,
            "enregistre_le": section.modifie_le.isoformat() if section.modifie_le else "",
            "erreurs": section.invalides,
        }
    )


def _refuser_au_navigateur(motif: str) -> JsonResponse:
    return JsonResponse({"etat": "refuse", "motif": motif}, status=HTTPStatus.FORBIDDEN)


def _conflit_au_navigateur(formulaire: FormulaireEtape, section: Section) -> JsonResponse:
    contenu = {
        "etat": "conflit",
        "numero_version": section.numero_version,
        "valeurs": {nom: section.donnees.get(nom, "") for nom in formulaire.fields},
        "par": str(section.modifie_par or ""),
    }
    return JsonResponse(contenu, status=HTTPStatus.CONFLICT)


# The person presses the button


def _apres(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier, section: Section) -> HttpResponse:
    """Stay where something has a bad shape or where one asked to stay; go to the next step otherwise.

    A file chosen but not yet sent goes with the answers.
    """
    if f"{FormulairePiece.prefix}-fichier" in request.FILES:
        return ajouter_piece(request, dossier, etape)
    if section.invalides:
        messages.warning(request, "Enregistré tel quel. Certaines réponses sont à corriger.")
    else:
        messages.success(request, f"« {etape.titre} » : enregistré.")
    reste = section.invalides or "rester" in request.POST
    suivante = "" if reste else etapes.suivante(etape.code)
    return redirect("dossiers:etape", dossier.pk, suivante or etape.code)


def _conflit(
    request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier, formulaire: FormulaireEtape, section: Section
) -> HttpResponse:
    """409 with both versions; nothing has been written."""
    mienne = formulaire.saisie()
    contexte = {
        "dossier": dossier,
        "etape": etape,
        "section": section,
        "par": str(section.modifie_par or ""),
        "divergences": [
            Divergence(c.code, c.libelle, _valeur(c, mienne[c.code]), _valeur(c, section.donnees.get(c.code, "")))
            for c in formulaire.champs
            if mienne[c.code] != section.donnees.get(c.code, mienne[c.code] and "")
        ],
        "saisie": [(nom, v) for nom in mienne for v in _en_liste(mienne[nom])],
    }
    return render(request, "candidatures/dossiers/conflit.html", contexte, status=HTTPStatus.CONFLICT)


def _en_liste(valeur: Any) -> list[str]:
    return valeur if isinstance(valeur, list) else [valeur]


def _valeur(champ: etapes.Champ, brute: Any) -> Valeur:
    lisible = champ.lisible(brute)
    return Valeur(", ".join(_en_liste(brute)), ", ".join(lisible) if isinstance(lisible, list) else str(lisible or ""))
