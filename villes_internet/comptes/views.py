from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from villes_internet.comptes import actions, queries
from villes_internet.comptes.decisions import decider_habilitation, fixer_la_fin
from villes_internet.comptes.forms import (
    CHOIX_ROLES,
    NOMS_DES_ROLES,
    FormulaireCollectivite,
    FormulaireFin,
    FormulaireInvitation,
    FormulaireProfil,
    FormulaireRattachement,
    FormulaireRole,
)
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import (
    a_un_referent,
    personne_connectee,
    peut_annuler_invitation,
    peut_changer_role,
    peut_demander_rattachement,
    peut_fixer_la_fin,
    peut_gerer_equipe,
    peut_inviter,
    peut_repondre,
    peut_retirer_demande,
    peut_revoquer,
    peut_voir_demande,
    peut_voir_equipe,
    refus_national,
)
from villes_internet.socle.acces import public, regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger, refus
from villes_internet.territoires.models import Collectivite


def _collectivite(code: str) -> Collectivite:
    """Candidate types only: a commune déléguée may bear the code of a commune."""
    return get_object_or_404(Collectivite.objects.candidates().select_related("departement"), code=code)


def _habilitation(code: str, pk: int) -> tuple[Collectivite, Habilitation]:
    collectivite = _collectivite(code)
    habilitations = Habilitation.objects.select_related("utilisateur", "collectivite")
    return collectivite, get_object_or_404(habilitations, pk=pk, collectivite=collectivite)


def refuse(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """The page of every 403: the reason, who gives the role where one is missing, a way on.

    A refusal that brings no verdict nor reason comes from Django's own panel, which is open by role.
    """
    motif = str(exception)
    muet = refus(motif) if motif else refus_national("Votre compte n’a pas le rôle que cette page demande.")
    return render(request, "403.html", {"verdict": getattr(exception, "verdict", muet)}, status=403)


# One's own account


@regle("connecte")
def profil(request: HttpRequest) -> HttpResponse:
    personne = personne_connectee(request)
    # A second instance: a refused form must not rename the person in the header.
    formulaire = FormulaireProfil(request.POST or None, instance=Utilisateur.objects.get(pk=personne.pk))
    if request.method == "POST" and formulaire.is_valid():
        formulaire.save()
        messages.success(request, "Votre profil est enregistré.")
        return redirect("comptes:profil")
    contexte = {
        "formulaire": formulaire,
        "rattachements": queries.rattachements(personne),
        "a_second_facteur": queries.a_second_facteur(personne),
    }
    return render(request, "comptes/profil.html", contexte, status=422 if formulaire.errors else 200)


@regle(peut_demander_rattachement)
def rattachement(request: HttpRequest) -> HttpResponse:
    """Without ``?collectivite=``, find it; with it, ask to be attached."""
    personne = personne_connectee(request)
    recherche = FormulaireCollectivite(request.GET if "collectivite" in request.GET else None)
    if recherche.is_valid():
        return _demander(request, personne, recherche.cleaned_data["collectivite"])
    contexte = {
        "recherche": recherche,
        "rattachements": queries.rattachements(personne),
        "invitations": queries.invitations_recues(personne, timezone.now()),
    }
    return render(request, "comptes/rattachement.html", contexte, status=422 if recherche.errors else 200)


def _demander(request: HttpRequest, personne: Utilisateur, collectivite: Collectivite) -> HttpResponse:
    verdict = peut_demander_rattachement(personne, collectivite)
    formulaire = FormulaireRattachement(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            nouvelle = actions.demander_rattachement(collectivite, par=personne, **formulaire.cleaned_data)
        except TransitionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            return redirect("comptes:demande", nouvelle.pk)
    contexte = {
        "collectivite": collectivite,
        "formulaire": formulaire,
        "verdict": verdict,
        "decide_par_l_equipe": a_un_referent(collectivite),
    }
    return render(request, "comptes/demander.html", contexte, status=422 if formulaire.errors else 200)


def _ma_demande(request: HttpRequest, pk: int) -> Habilitation:
    demandes = Habilitation.objects.select_related("collectivite__departement", "decidee_par")
    habilitation = get_object_or_404(demandes, pk=pk, collectivite__isnull=False)
    exiger(peut_voir_demande(request.user, habilitation))
    return habilitation


@regle(peut_voir_demande)
def demande(request: HttpRequest, pk: int) -> HttpResponse:
    """What has been asked, who answers, and what comes next."""
    habilitation = _ma_demande(request, pk)
    contexte = {
        "habilitation": habilitation,
        "collectivite": habilitation.collectivite,
        "decide_par_l_equipe": a_un_referent(habilitation.collectivite),
        "motif": queries.motif_de_la_decision(habilitation),
        "verdict_retirer": peut_retirer_demande(request.user, habilitation),
    }
    return render(request, "comptes/demande.html", contexte)


@require_POST
@regle(peut_retirer_demande)
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    habilitation = _ma_demande(request, pk)
    exiger(peut_retirer_demande(request.user, habilitation))
    actions.retirer(habilitation, par=personne_connectee(request), a=timezone.now())
    messages.success(request, f"Votre demande pour {habilitation.collectivite} est retirée.")
    return redirect("comptes:rattachement")


# A collectivité's team


@regle(peut_voir_equipe, peut_inviter)
def equipe(request: HttpRequest, code: str) -> HttpResponse:
    """Members, requests, invitations; POST invites."""
    collectivite = _collectivite(code)
    exiger(peut_voir_equipe(request.user, collectivite))
    formulaire = FormulaireInvitation(request.POST or None)
    if request.method == "POST":
        exiger(peut_inviter(request.user, collectivite))
        if formulaire.is_valid() and _inviter(request, formulaire, collectivite):
            return redirect("comptes:equipe", code)
    peut_gerer = peut_gerer_equipe(request.user, collectivite)
    contexte = {
        "collectivite": collectivite,
        "equipe": queries.equipe(collectivite, timezone.now()),
        "peut_gerer": peut_gerer,
        "formulaire": formulaire,
        "roles": CHOIX_ROLES.items(),
        "choix_roles": NOMS_DES_ROLES,
    }
    return render(request, "comptes/equipe.html", contexte, status=422 if formulaire.errors else 200)


def _inviter(request: HttpRequest, formulaire: FormulaireInvitation, collectivite: Collectivite) -> bool:
    adresse, role = formulaire.cleaned_data["courriel"], Role(formulaire.cleaned_data["role"])
    try:
        actions.inviter(
            adresse, role=role, collectivite=collectivite, par=personne_connectee(request), a=timezone.now()
        )
    except TransitionRefusee as refus:
        formulaire.add_error("courriel", str(refus))
        return False
    messages.success(request, f"L’invitation part à {adresse}. Elle vaut quatorze jours.")
    return True


@require_POST
@regle(peut_repondre)
def decider(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Accept (with the role chosen) or refuse (with a motive) a request."""
    _, habilitation = _habilitation(code, pk)
    decider_habilitation(request, habilitation)
    return redirect("comptes:equipe", code)


@regle(peut_gerer_equipe, peut_changer_role)
def membre(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change a member's role, give it a last day, or end it."""
    collectivite, habilitation = _habilitation(code, pk)
    exiger(peut_gerer_equipe(request.user, collectivite))
    formulaire = FormulaireRole(request.POST or None, initial={"role": habilitation.role})
    if request.method == "POST":
        exiger(peut_changer_role(request.user, habilitation))
        if formulaire.is_valid() and _changer_role(request, habilitation, Role(formulaire.cleaned_data["role"])):
            return redirect("comptes:equipe", code)
    return _page_membre(request, habilitation, formulaire=formulaire)


def _page_membre(
    request: HttpRequest,
    habilitation: Habilitation,
    *,
    formulaire: FormulaireRole | None = None,
    formulaire_fin: FormulaireFin | None = None,
) -> HttpResponse:
    formulaire = formulaire or FormulaireRole(initial={"role": habilitation.role})
    formulaire_fin = formulaire_fin or FormulaireFin(initial={"fin": habilitation.fin})
    contexte = {
        "habilitation": habilitation,
        "collectivite": habilitation.collectivite,
        "formulaire": formulaire,
        "formulaire_fin": formulaire_fin,
        "verdict": peut_changer_role(request.user, habilitation),
        "verdict_fin": peut_fixer_la_fin(request.user, habilitation),
        "verdict_revoquer": peut_revoquer(request.user, habilitation),
    }
    est_refuse = formulaire.errors or formulaire_fin.errors
    return render(request, "comptes/membre.html", contexte, status=422 if est_refuse else 200)


def _changer_role(request: HttpRequest, habilitation: Habilitation, role: Role) -> bool:
    try:
        actions.changer_role(habilitation, role=role, par=personne_connectee(request), a=timezone.now())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return False
    messages.success(request, f"{habilitation.utilisateur} a maintenant le rôle « {role.label} ».")
    return True


@require_POST
@regle(peut_gerer_equipe, peut_fixer_la_fin)
def fin(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The last day of a member's role."""
    collectivite, habilitation = _habilitation(code, pk)
    exiger(peut_gerer_equipe(request.user, collectivite))
    exiger(peut_fixer_la_fin(request.user, habilitation))
    formulaire = FormulaireFin(request.POST)
    if not formulaire.is_valid() or not fixer_la_fin(request, habilitation, formulaire):
        return _page_membre(request, habilitation, formulaire_fin=formulaire)
    return redirect("comptes:equipe", code)


@require_POST
@regle(peut_voir_equipe, peut_revoquer)
def revoquer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    collectivite, habilitation = _habilitation(code, pk)
    exiger(peut_voir_equipe(request.user, collectivite))
    exiger(peut_revoquer(request.user, habilitation))
    try:
        actions.revoquer(
            habilitation, motif=request.POST.get("motif", ""), par=personne_connectee(request), a=timezone.now()
        )
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect("comptes:equipe", code)
    if habilitation.utilisateur == request.user:
        messages.success(request, f"Vous avez quitté l’équipe de {habilitation.collectivite}.")
        return redirect("comptes:profil")
    messages.success(request, f"{habilitation.utilisateur} ne fait plus partie de l’équipe.")
    return redirect("comptes:equipe", code)


@require_POST
@regle(peut_annuler_invitation)
def annuler_invitation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    invitations = Invitation.objects.select_related("collectivite")
    lancee = get_object_or_404(invitations, pk=pk, collectivite=_collectivite(code))
    exiger(peut_annuler_invitation(request.user, lancee))
    try:
        actions.annuler_invitation(lancee, par=personne_connectee(request), a=timezone.now())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"L’invitation de {lancee.courriel} est annulée.")
    return redirect("comptes:equipe", code)


@public
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Where the e-mailed link leads: says what is offered, and gives it to the right account on POST."""
    invitations = Invitation.objects.select_related("collectivite__departement", "invitee_par")
    recue = get_object_or_404(invitations, empreinte_jeton=actions.empreinte(jeton))
    personne = request.user if isinstance(request.user, Utilisateur) else None
    if request.method == "POST" and personne:
        return _accepter_invitation(request, recue, personne)
    contexte = {
        "invitation": recue,
        "obstacle": actions.obstacle(recue, personne, timezone.now()),
        "ma_page": request.path,
    }
    return render(request, "comptes/invitation.html", contexte)


def _accepter_invitation(request: HttpRequest, recue: Invitation, personne: Utilisateur) -> HttpResponse:
    try:
        actions.accepter_invitation(recue, par=personne, a=timezone.now())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect(request.path)
    messages.success(request, f"Bienvenue : vous êtes {recue.get_role_display()}.")
    if recue.collectivite is None:
        return redirect("admin:index")
    return redirect("comptes:equipe", recue.collectivite.code)
