from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas.echanges import actions, queries
from atlaas.echanges.forms import MessageForm, PremierMessageForm
from atlaas.echanges.permissions import (
    est_du_cote_de_la_fiche,
    peut_ecrire,
    peut_lire_conversation,
    peut_repondre,
)
from atlaas.models import Action, Conversation
from atlaas.permissions import peut_regler_echanges
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@regle(peut_ecrire)
@require_http_methods(["GET", "HEAD", "POST"])
def ecrire(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the people of a fiche, whose addresses nobody sees."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_ecrire(request.user, fiche))
    personne = personne_connectee(request)
    form = PremierMessageForm(request.POST or None, personne=personne)
    if request.method == "POST" and form.is_valid():
        try:
            pour = form.ville()
            assert pour is not None  # who writes represents a collectivité
            nouvelle = actions.ecrire(fiche, pour=pour, texte=form.cleaned_data["texte"], par=personne)
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
        else:
            messages.success(request, f"Votre message est parti. La réponse de {fiche.collectivite} arrivera ici.")
            return redirect(nouvelle)
    statut = 422 if form.errors else 200
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "form": form}
    return render(request, "atlaas/echanges/ecrire.html", contexte, status=statut)


@regle("connecte")
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """One's own conversations, and the switches of one's collectivités."""
    personne = personne_connectee(request)
    contexte = {"conversations": queries.conversations_de(personne), "reglages": queries.reglages(personne)}
    return render(request, "atlaas/echanges/conversations.html", contexte)


@regle(peut_lire_conversation, peut_repondre)
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    lue = get_object_or_404(Conversation.objects.select_related("action__collectivite", "collectivite"), pk=pk)
    exiger(peut_lire_conversation(request.user, lue))
    verdict = peut_repondre(request.user, lue)
    est_reponse = est_du_cote_de_la_fiche(request.user, lue)
    form = MessageForm(request.POST or None)
    if request.method == "POST":
        exiger(verdict)
        if form.is_valid() and _envoyer(request, lue, form, est_reponse=est_reponse):
            return redirect(lue)
    contexte = {
        "conversation": lue,
        "action": lue.action,
        "messages_lus": lue.messages.select_related("auteur").order_by("le", "pk"),
        "form": form,
        "repondre": verdict,
        "est_reponse": est_reponse,
        "contact_ouvert": queries.contact_ouvert(lue),
    }
    return render(request, "atlaas/echanges/conversation.html", contexte, status=422 if form.errors else 200)


def _envoyer(request: HttpRequest, lue: Conversation, form: MessageForm, *, est_reponse: bool) -> bool:
    par = personne_connectee(request)
    try:
        actions.repondre(lue, texte=form.cleaned_data["texte"], par=par, est_reponse=est_reponse)
    except TransitionRefusee as refusee:
        form.add_error(None, str(refusee))
        return False
    messages.success(request, "Votre message est parti.")
    return True


@regle(peut_regler_echanges)
@require_POST
def regler_contact_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """Take messages about a fiche, or no longer."""
    fiche = get_object_or_404(Action, pk=pk)
    exiger(peut_regler_echanges(request.user, fiche.collectivite_id))
    ouvert = request.POST.get("contact") == "ouvert"
    actions.regler_contact_fiche(fiche, ouvert=ouvert, par=personne_connectee(request))
    messages.success(
        request, "Cette fiche reçoit des messages." if ouvert else "Cette fiche ne reçoit plus de message."
    )
    return redirect("atlaas:conversations")


@regle(peut_regler_echanges)
@require_POST
def regler_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Take messages about any fiche of the collectivité, or about none."""
    ville = get_object_or_404(Collectivite.objects.candidates(), code=code)
    exiger(peut_regler_echanges(request.user, ville))
    ouvert = request.POST.get("contact") == "ouvert"
    actions.regler_contact(ville, ouvert=ouvert, par=personne_connectee(request))
    messages.success(request, f"{ville} reçoit des messages." if ouvert else f"{ville} ne reçoit plus de message.")
    return redirect("atlaas:conversations")
