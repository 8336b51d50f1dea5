"""Somebody without an account answers one enjeu: the token in the address is their right."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mosaique.actions import Saisie
from mosaique.forms import COMMENTAIRE_MAX, ReponseForm
from mosaique.models import ContenuReponse, LienInvite, ReponseEnjeu, ReponseInvitee
from mosaique.partage import actions, queries
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.acces import public
from villes_internet.socle.saisie import SAUVEGARDE
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee

TROP_VITE = "Trop de demandes à la suite : attendez quelques minutes, puis enregistrez de nouveau. Rien n’est perdu."


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def repondre(request: HttpRequest, jeton: str) -> HttpResponse:
    """The form of one enjeu, alone; a closed link says why."""
    lien = get_object_or_404(queries.liens(), empreinte_jeton=actions.empreinte(jeton))
    reponse = getattr(lien, "reponse", None)
    motif = actions.obstacle(lien, reponse, timezone.now())
    if motif:
        return _ferme(request, lien, motif)
    enjeu = arbre(lien.mosaique.version).enjeu(lien.enjeu.code)
    assert enjeu
    if request.method == "POST":
        return _enregistrer(request, lien, enjeu, reponse)
    return _page(request, lien, enjeu, _formulaire(lien, enjeu, reponse), reponse)


def _formulaire(lien: LienInvite, enjeu: EnjeuLu, reponse: ReponseInvitee | None) -> ReponseForm:
    """The guest's own answer; before the first save, the one that stands."""
    depart: ContenuReponse = reponse or lien.mosaique.reponses.get(enjeu=lien.enjeu)
    initiales = ReponseForm.valeurs(depart) | {"numero_version": reponse.numero_version if reponse else 0}
    return ReponseForm(initial=initiales, enjeu=enjeu, bareme=lien.mosaique.version.bareme)


def _ferme(request: HttpRequest, lien: LienInvite, motif: str) -> HttpResponse:
    """What was typed too late is shown back, to be copied."""
    if SAUVEGARDE in request.headers:
        return JsonResponse({"motif": motif}, status=403)
    commentaire = request.POST.get("commentaire", "")
    contexte = {"lien": lien, "mosaique": lien.mosaique, "motif": motif, "commentaire": commentaire}
    return render(request, "mosaique/partage/lien_ferme.html", contexte, status=410)


def _enregistrer(
    request: HttpRequest, lien: LienInvite, enjeu: EnjeuLu, reponse: ReponseInvitee | None
) -> HttpResponse:
    en_json = SAUVEGARDE in request.headers
    form = ReponseForm(request.POST, enjeu=enjeu, bareme=lien.mosaique.version.bareme)
    if not ratelimit.consume(request, action="repondre_par_lien"):
        if en_json:
            return JsonResponse({"motif": TROP_VITE}, status=429)
        form.add_error(None, TROP_VITE)
        return _page(request, lien, enjeu, form, reponse, status=429)
    erreurs = {}
    if not form.is_valid():
        if not en_json or "numero_version" in form.errors:
            return _page(request, lien, enjeu, form, reponse, status=422)
        erreurs = form.garder_le_valable(reponse or ReponseEnjeu())
    try:
        gardee = actions.enregistrer(lien, _saisie(form), a=timezone.now(), terminee="terminer" in request.POST)
    except TransitionRefusee as refus:
        return _ferme(request, lien, str(refus))
    except VersionPerimee as perimee:
        if en_json:
            return JsonResponse(form.etat(perimee.actuel, ""), status=409)
        contexte = {"lien": lien, "enjeu": enjeu, "page_de_l_enjeu": request.path, **form.conflit(perimee.actuel)}
        return render(request, "mosaique/partage/conflit.html", contexte, status=409)
    if en_json:
        return JsonResponse(form.etat(gardee, "") | {"erreurs": erreurs})
    messages.success(request, f"Votre réponse est enregistrée : merci. {lien.cree_par} va la relire.")
    return redirect(request.path)


def _saisie(form: ReponseForm) -> Saisie:
    donnees = form.cleaned_data
    return Saisie(donnees["niveau"], form.services(), donnees["commentaire"], donnees["numero_version"])


def _page(
    request: HttpRequest,
    lien: LienInvite,
    enjeu: EnjeuLu,
    form: ReponseForm,
    reponse: ReponseInvitee | None,
    status: int = 200,
) -> HttpResponse:
    contexte = {
        "lien": lien,
        "mosaique": lien.mosaique,
        "collectivite": lien.mosaique.collectivite,
        "enjeu": enjeu,
        "reponse": reponse,
        "form": form,
        "niveaux": form.niveaux(),
        "lignes": [{"champs": ligne, "est_abaisse": False} for ligne in form.lignes()],
        "commentaire_max": COMMENTAIRE_MAX,
        "max_non_concernes": lien.mosaique.version.bareme["max_non_concernes"],
        "nb_non_concernes": 0,
    }
    return render(request, "mosaique/partage/repondre.html", contexte, status=status)
