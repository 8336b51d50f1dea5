from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from villes_internet.admin_site import Administration, Entree, Panneau, rendre
from villes_internet.comptes import actions, queries
from villes_internet.comptes.decisions import decider_habilitation, fixer_la_fin
from villes_internet.comptes.forms import (
    NOMS_DES_ROLES,
    FormulaireFin,
    FormulaireInvitationNationale,
    FormulaireNomination,
)
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import (
    ASSOCIATION,
    a_un_role_national,
    est_association,
    personne_connectee,
    peut_decider_habilitation,
    peut_desactiver,
    peut_fixer_la_fin,
    peut_reactiver,
    peut_revoquer,
)
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

site = cast(Administration, admin.site)
ADMINISTRATEURS = frozenset({Role.ADMINISTRATEUR})


class DroitsParRole:
    """Open a ModelAdmin (or an inline) by national role, never by Django groups; what is not named is closed.

    Put it first among the bases. Whoever may change may also see. A subclass that must also look at the object
    overrides the method and calls ``super()``.
    """

    roles_voir: frozenset[Role] = frozenset()
    roles_ajouter: frozenset[Role] = frozenset()
    roles_modifier: frozenset[Role] = frozenset()
    roles_supprimer: frozenset[Role] = frozenset()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_voir | self.roles_modifier))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_ajouter))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_modifier))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_supprimer))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or self.has_add_permission(request)


@site.ajouter_menu
def menu(request: HttpRequest) -> list[Entree]:
    if not est_association(request.user):
        return []
    return [
        Entree("Demandes et rôles", "comptes_habilitation_changelist"),
        Entree("Invitations", "comptes_invitation_changelist"),
        Entree("Utilisateurs", "comptes_utilisateur_changelist"),
    ]


@site.ajouter_panneau
def panneau(request: HttpRequest) -> Panneau | None:
    """Requests that only the association can answer."""
    if not est_association(request.user):
        return None
    return Panneau("comptes/admin/panneau.html", {"demandes": queries.demandes_pour_l_association()})


class ADecider(admin.SimpleListFilter):
    title = "qui décide"
    parameter_name = "decide"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("association", "demandes à l’association"), ("referent", "demandes aux référents")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(etat="demandee", a_un_referent=self.value() == "referent")


@admin.register(Habilitation)
class HabilitationAdmin(DroitsParRole, admin.ModelAdmin):
    """Requests to decide, roles given; an administrateur names to the national ones. Nothing is edited in place."""

    roles_voir = ASSOCIATION
    roles_ajouter = ADMINISTRATEURS
    form = FormulaireNomination
    fields = ("courriel", "role")
    list_display = ("utilisateur", "collectivite", "role", "etat_du_jour", "demandee_le")
    list_filter = (ADecider, "etat", "role")
    list_select_related = ("utilisateur", "collectivite")
    search_fields = ("utilisateur__email", "utilisateur__last_name", "collectivite__nom", "=collectivite__code")
    ordering = ("-demandee_le", "-pk")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description="état", ordering="etat")
    def etat_du_jour(self, habilitation: Habilitation) -> str:
        return habilitation.etat_du_jour

    def get_queryset(self, request: HttpRequest) -> QuerySet[Habilitation]:
        return queries.avec_referent(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Habilitation, form: Any, change: bool) -> None:
        par = personne_connectee(request)
        obj.pk = actions.nommer_national(obj.utilisateur, Role(obj.role), par=par, a=timezone.now()).pk

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Demandes et rôles", **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        titre = {"title": "Nommer au jury ou à l’association"}
        return super().add_view(request, form_url, {**titre, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The decision screen: what helps to judge, then the answers that the verdicts allow."""
        habilitations = Habilitation.objects.select_related("utilisateur", "collectivite__departement", "decidee_par")
        habilitation = get_object_or_404(habilitations, pk=object_id)
        if not self.has_view_permission(request, habilitation):
            raise PermissionDenied
        if request.method == "POST":
            return self._agir(request, habilitation)
        return self._page(request, habilitation, FormulaireFin(initial={"fin": habilitation.fin}))

    def _page(self, request: HttpRequest, habilitation: Habilitation, formulaire_fin: FormulaireFin) -> HttpResponse:
        return rendre(
            request,
            "comptes/admin/habilitation.html",
            {
                "titre": f"{habilitation.utilisateur} : {habilitation.get_role_display()}",
                "habilitation": habilitation,
                "aide": queries.aide_a_decider(habilitation),
                "motif": queries.motif_de_la_decision(habilitation),
                "verdict_decider": peut_decider_habilitation(request.user, habilitation),
                "verdict_fin": peut_fixer_la_fin(request.user, habilitation),
                "formulaire_fin": formulaire_fin,
                "verdict_revoquer": peut_revoquer(request.user, habilitation),
                "choix_roles": NOMS_DES_ROLES,
            },
            status=422 if formulaire_fin.errors else 200,
        )

    def _agir(self, request: HttpRequest, habilitation: Habilitation) -> HttpResponse:
        if request.POST.get("decision") == "fixer_la_fin":
            exiger(peut_fixer_la_fin(request.user, habilitation))
            formulaire = FormulaireFin(request.POST)
            if not formulaire.is_valid() or not fixer_la_fin(request, habilitation, formulaire):
                return self._page(request, habilitation, formulaire)
        elif request.POST.get("decision") == "revoquer":
            exiger(peut_revoquer(request.user, habilitation))
            motif, par = request.POST.get("motif", ""), personne_connectee(request)
            try:
                actions.revoquer(habilitation, motif=motif, par=par, a=timezone.now())
            except TransitionRefusee as refus:
                messages.error(request, str(refus))
            else:
                messages.success(request, f"Le rôle de {habilitation.utilisateur} a pris fin.")
        else:
            decider_habilitation(request, habilitation)
        return redirect("admin:comptes_habilitation_change", habilitation.pk)


@admin.register(Invitation)
class InvitationAdmin(DroitsParRole, admin.ModelAdmin):
    """Invitations to the jury and to the association are sent here; those of the towns are only seen."""

    roles_voir = ASSOCIATION
    roles_ajouter = ADMINISTRATEURS
    form = FormulaireInvitationNationale
    fields = ("courriel", "role")
    list_display = (
        "courriel",
        "role",
        "collectivite",
        "invitee_par",
        "creee_le",
        "expire_le",
        "acceptee_le",
        "revoquee_le",
    )
    list_filter = ("role",)
    list_select_related = ("collectivite", "invitee_par")
    search_fields = ("courriel", "collectivite__nom")
    ordering = ("-creee_le", "-pk")
    actions = ("annuler",)
    list_per_page = 50
    show_full_result_count = False

    def has_annuler_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.action(description="Annuler les invitations choisies", permissions=["annuler"])
    def annuler(self, request: HttpRequest, choisies: QuerySet[Invitation]) -> None:
        for invitation in choisies:
            try:
                actions.annuler_invitation(invitation, par=personne_connectee(request), a=timezone.now())
            except TransitionRefusee as refus:
                messages.warning(request, f"{invitation.courriel} : {refus}")
            else:
                messages.success(request, f"L’invitation de {invitation.courriel} est annulée.")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        par = personne_connectee(request)
        envoyee = actions.inviter(obj.courriel, role=Role(obj.role), collectivite=None, par=par, a=timezone.now())
        obj.pk = envoyee.pk


@admin.register(Utilisateur)
class UtilisateurAdmin(DroitsParRole, admin.ModelAdmin):
    """People change their own account, and roles change on their own page; an account is closed or reopened here."""

    roles_voir = ASSOCIATION
    list_display = ("email", "nom", "first_name", "is_active", "is_staff", "last_login")
    sortable_by = ("email", "nom", "is_active", "is_staff", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "last_name", "first_name")
    ordering = ("cle_alphabetique", "email")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description="nom", ordering="cle_alphabetique")
    def nom(self, personne: Utilisateur) -> str:
        return personne.last_name

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The account, its roles and its history; POST closes it or opens it again."""
        personne = get_object_or_404(Utilisateur, pk=object_id)
        if not self.has_view_permission(request, personne):
            raise PermissionDenied
        if request.method == "POST":
            return self._agir(request, personne)
        return rendre(
            request,
            "comptes/admin/utilisateur.html",
            {
                "personne": personne,
                "compte": queries.compte(personne),
                "verdict_desactiver": peut_desactiver(request.user, personne),
                "verdict_reactiver": peut_reactiver(request.user, personne),
            },
        )

    def _agir(self, request: HttpRequest, personne: Utilisateur) -> HttpResponse:
        par, decision = personne_connectee(request), request.POST.get("decision")
        try:
            if decision == "desactiver":
                exiger(peut_desactiver(par, personne))
                actions.desactiver_compte(personne, motif=request.POST.get("motif", ""), par=par, a=timezone.now())
                messages.success(request, f"Le compte de {personne} est désactivé : il n’ouvre plus rien.")
            elif decision == "reactiver":
                exiger(peut_reactiver(par, personne))
                actions.reactiver_compte(personne, par=par)
                messages.success(request, f"Le compte de {personne} est rouvert. Ses rôles restent à redemander.")
            else:
                raise PermissionDenied("Un compte ne se modifie pas ici.")
        except TransitionRefusee as refus:
            messages.error(request, str(refus))
        return redirect("admin:comptes_utilisateur_change", personne.pk)
