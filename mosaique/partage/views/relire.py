"""The référent reads a guest's answer beside the one that stands, and chooses."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mosaique.actions import Saisie
from mosaique.forms import ReponseForm
from mosaique.models import LienInvite, Mosaique
from mosaique.partage import actions
from mosaique.partage.forms import FormulaireEcarter
from mosaique.partage.permissions import peut_confier
from mosaique.partage.views.confier import charger
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee

CHANGEE = "L’une des deux réponses vient de changer : relisez-les avant de choisir."


def _lien(mosaique: Mosaique, enjeu: EnjeuLu, pk: int) -> LienInvite:
    """A link whose answer is to be read again or has been."""
    liens = mosaique.liens.select_related("reponse", "cree_par", "enjeu")
    return get_object_or_404(liens, pk=pk, enjeu=enjeu.pk, reponse__isnull=False)


@regle(peut_confier)
@require_http_methods(["GET", "HEAD", "POST"])
def relire(request: HttpRequest, code: str, millesime: int, code_enjeu: str, pk: int) -> HttpResponse:
    """Both answers, field by field; POST makes what is chosen the answer that counts."""
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    lien = _lien(mosaique, enjeu, pk)
    if request.method != "POST":
        return _page(request, mosaique, enjeu, lien)
    form = ReponseForm(request.POST, enjeu=enjeu, bareme=mosaique.version.bareme)
    version_invitee = request.POST.get("version_invitee", "")
    if not form.is_valid() or not version_invitee.isdecimal():
        return _page(request, mosaique, enjeu, lien, refus=CHANGEE, status=422)
    donnees = form.cleaned_data
    saisie = Saisie(donnees["niveau"], form.services(), donnees["commentaire"], donnees["numero_version"])
    try:
        actions.accepter(lien, saisie, int(version_invitee), par=personne_connectee(request), a=timezone.now())
    except (VersionPerimee, TransitionRefusee) as refus:
        dit = CHANGEE if isinstance(refus, VersionPerimee) else str(refus)
        return _page(request, mosaique, enjeu, _lien(mosaique, enjeu, pk), refus=dit, status=409)
    messages.success(request, f"La réponse de {lien.courriel} est reprise dans « {enjeu.nom} ».")
    return redirect("mosaique:enjeu", code, millesime, code_enjeu)


def _page(
    request: HttpRequest, mosaique: Mosaique, enjeu: EnjeuLu, lien: LienInvite, refus: str = "", status: int = 200
) -> HttpResponse:
    actuelle = mosaique.reponses.select_related("modifie_par").get(enjeu=enjeu.pk)
    valeurs = {nom: "" if v is None else v for nom, v in ReponseForm.valeurs(lien.reponse).items()}
    form = ReponseForm(valeurs, enjeu=enjeu, bareme=mosaique.version.bareme)
    form.is_valid()
    divergences = form.divergences(actuelle, f"Réponse de {lien.courriel}", "Réponse de la mosaïque")
    differents = {divergence.nom for divergence in divergences} | {"numero_version"}
    contexte = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "enjeu": enjeu,
        "lien": lien,
        "actuelle": actuelle,
        "refus": refus,
        "divergences": divergences,
        "communs": [(nom, v) for nom, v in valeurs.items() if nom in form.fields and nom not in differents],
        "ecarter": FormulaireEcarter(),
    }
    return render(request, "mosaique/partage/relire.html", contexte, status=status)


@require_POST
@regle(peut_confier)
def ecarter(request: HttpRequest, code: str, millesime: int, code_enjeu: str, pk: int) -> HttpResponse:
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    lien = _lien(mosaique, enjeu, pk)
    formulaire = FormulaireEcarter(request.POST)
    if not formulaire.is_valid():
        messages.error(request, f"Le mot est trop long : {formulaire.errors['motif'][0]}")
        return redirect("mosaique:relire", code, millesime, code_enjeu, pk)
    try:
        actions.ecarter(lien, motif=formulaire.cleaned_data["motif"], par=personne_connectee(request))
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"La réponse de {lien.courriel} est écartée.")
    return redirect("mosaique:enjeu", code, millesime, code_enjeu)
