"""The files of a dossier."""

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from candidatures.dossiers import actions, etapes, permissions
from candidatures.dossiers.forms import FormulairePiece
from candidatures.dossiers.models import Dossier, Piece
from candidatures.dossiers.views.cadre import dossier_visible
from candidatures.dossiers.views.page_etape import montrer
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle import fichiers
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


def ajouter_piece(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier) -> HttpResponse:
    formulaire = FormulairePiece(request.POST, request.FILES, objet=etape.objet_piece)
    if formulaire.is_valid():
        try:
            piece = actions.ajouter_piece(
                dossier,
                formulaire.cleaned_data["fichier"],
                objet=etape.objet_piece,
                titre=formulaire.cleaned_data.get("titre", ""),
                alternative=formulaire.cleaned_data.get("alternative", ""),
                par=personne_connectee(request),
            )
        except TransitionRefusee as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            messages.success(request, f"« {piece} » est dans le dossier.")
            return redirect("dossiers:etape", dossier.pk, etape.code)
    return montrer(request, dossier, etape, piece=formulaire, statut=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_GET
@regle(permissions.peut_voir)
def piece(request: HttpRequest, pk: int, piece_pk: int) -> FileResponse:
    piece = get_object_or_404(Piece, pk=piece_pk, dossier=dossier_visible(request, pk))
    return fichiers.servir(piece.fichier.open(), nom=piece.nom, type_mime=piece.type_mime)


@require_POST
@regle(permissions.peut_modifier)
def retirer_piece(request: HttpRequest, pk: int, piece_pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(permissions.peut_modifier(request.user, dossier))
    piece = get_object_or_404(dossier.pieces.presentes(), pk=piece_pk)
    actions.retirer_piece(piece, par=personne_connectee(request))
    messages.success(request, f"« {piece} » n’est plus dans le dossier.")
    etape = next(e for e in etapes.ETAPES if e.objet_piece == piece.objet)
    return redirect("dossiers:etape", dossier.pk, etape.code)
