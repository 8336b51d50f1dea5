"""What the team page and the admin panel both decide: the answer to a request, the last day of a role."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from villes_internet.comptes import actions
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.forms import FormulaireFin, FormulaireRole
from villes_internet.comptes.models import Habilitation, Role
from villes_internet.comptes.permissions import personne_connectee, peut_repondre
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


def decider_habilitation(request: HttpRequest, habilitation: Habilitation) -> None:
    """Whoever comes second, after a double click or another référent, reads who answered and what."""
    exiger(peut_repondre(request.user, habilitation))
    par, a = personne_connectee(request), timezone.now()
    choix = FormulaireRole(request.POST)
    role = Role(choix.cleaned_data["role"]) if choix.is_valid() else None
    try:
        if request.POST.get("decision") == "refuser":
            actions.refuser(habilitation, motif=request.POST.get("motif", ""), par=par, a=a)
            phrase = f"La demande de {habilitation.utilisateur} est refusée ; le motif lui est envoyé."
        else:
            actions.accepter(habilitation, par=par, a=a, role=role)
            phrase = f"{habilitation.utilisateur} fait maintenant partie de l’équipe."
    except TransitionRefusee as refus:
        habilitation.refresh_from_db()
        messages.warning(request, _deja_repondu(habilitation) or str(refus))
    else:
        messages.success(request, phrase)


def fixer_la_fin(request: HttpRequest, habilitation: Habilitation, formulaire: FormulaireFin) -> bool:
    """Whether it is done; else the reason is in the form, which is valid."""
    jour = formulaire.cleaned_data["fin"]
    try:
        actions.fixer_la_fin(habilitation, jour, par=personne_connectee(request))
    except TransitionRefusee as refus:
        formulaire.add_error("fin", str(refus))
        return False
    dit = f"prendra fin le {date_format(jour, 'j F Y')} au soir" if jour else "n’a pas de date de fin"
    messages.success(request, f"Le rôle de {habilitation.utilisateur} {dit}.")
    return True


def _deja_repondu(habilitation: Habilitation) -> str:
    if habilitation.etat == EtatHabilitation.DEMANDEE:
        return ""
    etat = habilitation.get_etat_display()
    return f"{habilitation.decidee_par} a déjà répondu : cette demande est {etat}. Rien n’a changé."
