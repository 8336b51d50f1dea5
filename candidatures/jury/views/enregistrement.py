"""Saving a reading, by hand or by the browser."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from candidatures.jury import actions, calculs
from candidatures.jury.forms import Grille
from candidatures.jury.models import Affectation, Evaluation
from candidatures.jury.views.page_de_lecture import page_de_lecture
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.saisie import SAUVEGARDE, normaliser
from villes_internet.socle.versions import VersionPerimee


def enregistrer(request: HttpRequest, affectation: Affectation, grille: Grille) -> HttpResponse:
    par_le_navigateur = bool(request.headers.get(SAUVEGARDE))
    if not grille.is_valid():
        if par_le_navigateur:
            return _refuser_au_navigateur(grille)
        return page_de_lecture(request, affectation, grille, status=422)
    try:
        evaluation = _ecrire(request, affectation, grille)
    except VersionPerimee as perimee:
        if par_le_navigateur:
            return _conflit_au_navigateur(perimee.actuel)
        return _conflit(request, affectation, grille, perimee.actuel)
    if par_le_navigateur:
        return _enregistree_au_navigateur(evaluation)
    if request.POST.get("suite") == "soumettre":
        return redirect("admin:jury_soumettre", affectation.dossier_id)
    messages.success(request, "Votre lecture est enregistrée.")
    return redirect("admin:jury_lecture", affectation.dossier_id)


def _ecrire(request: HttpRequest, affectation: Affectation, grille: Grille) -> Evaluation:
    return actions.enregistrer_evaluation(
        affectation.evaluation,
        notes={code: actions.NoteSaisie(*saisie) for code, saisie in grille.saisies().items()},
        points_forts=normaliser(grille.cleaned_data["points_forts"]),
        pistes=normaliser(grille.cleaned_data["pistes"]),
        numero_version=grille.cleaned_data["numero_version"],
        par=personne_connectee(request),
        a=heure_de_la_base(),
    )


def _enregistree_au_navigateur(evaluation: Evaluation) -> JsonResponse:
    return JsonResponse(
        {
            "etat": "enregistre",
            "numero_version": evaluation.numero_version,
            "enregistre_le": evaluation.modifiee_le.isoformat() if evaluation.modifiee_le else "",
            "total": None if evaluation.total is None else str(evaluation.total),
            "erreurs": {},
        }
    )


def _refuser_au_navigateur(grille: Grille) -> JsonResponse:
    erreurs = {nom: liste[0] for nom, liste in grille.errors.items()}
    return JsonResponse({"etat": "refuse", "motif": next(iter(erreurs.values())), "erreurs": erreurs}, status=403)


def _conflit_au_navigateur(actuelle: Evaluation) -> JsonResponse:
    """The browser arbitrates field by field."""
    valeurs: dict[str, str] = {"points_forts": actuelle.points_forts, "pistes": actuelle.pistes}
    for note in actuelle.notes.select_related("critere"):
        valeur = "" if note.valeur is None else str(note.valeur.quantize(calculs.CENTIEME))
        valeurs |= {f"{note.critere.code}-valeur": valeur, f"{note.critere.code}-commentaire": note.commentaire}
    return JsonResponse({"numero_version": actuelle.numero_version, "valeurs": valeurs, "par": ""}, status=409)


def _conflit(request: HttpRequest, affectation: Affectation, grille: Grille, actuelle: Evaluation) -> HttpResponse:
    """The page comes back with what was sent: nothing typed is lost."""
    affectation.evaluation.numero_version = actuelle.numero_version
    messages.warning(
        request,
        "Vous avez enregistré cette lecture dans un autre onglet. Ce que vous venez de taper est ci-dessous : "
        "enregistrez à nouveau pour le garder.",
    )
    return page_de_lecture(request, affectation, grille, status=409)
