"""The jury in the admin panel: its pages, its panel on the first page, its menu, jurors and conflicts."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest

from candidatures.campagnes.queries import campagne_courante
from candidatures.jury import actions
from candidatures.jury.models import Conflit, Jure
from candidatures.jury.permissions import (
    affectations_visibles_par,
    hors_conflit,
    peut_gerer_le_jury,
    peut_lire_ses_dossiers,
    peut_voir_la_deliberation,
)
from candidatures.jury.queries import FiltreLecture, charges_des_jures, nombres_par_etat, page_de_lectures
from candidatures.jury.views import avancement, deliberation, dossier, lecture
from villes_internet.admin_site import Administration, Entree, Panneau
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.horloge import heure_de_la_base

site = cast(Administration, admin.site)
A_L_ACCUEIL = 8

for _route, _vue, _nom in (
    ("jury/", lecture.mes_dossiers, "jury_dossiers"),
    ("jury/avancement/", avancement.avancement, "jury_avancement"),
    ("jury/avancement/ouvrir/", avancement.ouvrir_les_evaluations, "jury_ouvrir_tout"),
    ("jury/<int:pk>/", lecture.lire, "jury_lecture"),
    ("jury/<int:pk>/soumettre/", lecture.soumettre, "jury_soumettre"),
    ("jury/<int:pk>/recuser/", lecture.se_recuser, "jury_recuser"),
    ("jury/<int:pk>/pieces/<int:piece_pk>/", dossier.piece, "jury_piece"),
    ("dossiers/<int:pk>/", dossier.dossier, "dossier"),
    ("dossiers/<int:pk>/affecter/", dossier.affecter, "jury_affecter"),
    ("dossiers/<int:pk>/recevabilite/", dossier.recevabilite, "dossier_recevabilite"),
    ("dossiers/<int:pk>/ouvrir/", dossier.ouvrir_l_evaluation, "jury_ouvrir"),
    ("dossiers/<int:pk>/rendre/<int:affectation_pk>/", dossier.rendre_au_jure, "jury_rendre"),
    ("deliberation/", deliberation.deliberation, "deliberation"),
    ("deliberation/<int:pk>/", deliberation.decision, "decision"),
):
    site.ajouter_page(_route, cast(Any, _vue), _nom)


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    personne = personne_connectee(request)
    entrees = []
    if peut_lire_ses_dossiers(personne):
        entrees.append(Entree("Mes dossiers à lire", "jury_dossiers"))
    if peut_gerer_le_jury(personne):
        entrees.append(Entree("Avancement du jury", "jury_avancement"))
    if peut_voir_la_deliberation(personne):
        entrees.append(Entree("Délibération", "deliberation"))
    return entrees


@site.ajouter_panneau
def panneau_du_jure(request: HttpRequest) -> Panneau | None:
    personne = personne_connectee(request)
    if not peut_lire_ses_dossiers(personne) or (campagne := campagne_courante()) is None:
        return None
    affectations = affectations_visibles_par(personne).filter(dossier__campagne=campagne)
    return Panneau(
        "candidatures/jury/panneau_jure.html",
        {
            "campagne": campagne,
            "page": page_de_lectures(affectations, FiltreLecture.A_LIRE, taille=A_L_ACCUEIL),
            "charge": charges_des_jures(campagne).filter(jure__utilisateur=personne).first(),
        },
    )


@site.ajouter_panneau
def panneau_de_la_deliberation(request: HttpRequest) -> Panneau | None:
    """Counts leave out the dossiers that a conflict hides from the reader."""
    personne = personne_connectee(request)
    if not peut_voir_la_deliberation(personne) or peut_gerer_le_jury(personne):
        return None
    campagne = campagne_courante()
    if campagne is None:
        return None
    nombres = nombres_par_etat(hors_conflit(personne, campagne.dossiers.all()))
    contexte = {
        "campagne": campagne,
        "nb_evalues": nombres.get("evalue", 0),
        "nb_deliberes": nombres.get("delibere", 0),
    }
    return Panneau("candidatures/jury/panneau_presidence.html", contexte)


GESTION = frozenset({Role.CHARGE_DE_MISSION, Role.ADMINISTRATEUR})


class ConflitInline(DroitsParRole, admin.TabularInline):
    model = Conflit
    extra = 0
    fields = ("collectivite", "nature", "motif", "declare_le")
    readonly_fields = fields
    can_delete = False
    roles_voir = GESTION
    verbose_name_plural = "conflits d’intérêts déclarés"


@admin.register(Jure)
class JureAdmin(DroitsParRole, admin.ModelAdmin):
    """Changing the place that ties a juror takes back the dossiers of that place."""

    list_display = ("utilisateur", "qualite", "collectivite", "quota")
    list_select_related = ("utilisateur", "collectivite")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("utilisateur__last_name", "utilisateur__email")
    search_help_text = "Nom ou adresse électronique"
    ordering = ("utilisateur__cle_alphabetique", "pk")
    fields = ("utilisateur", "qualite", "collectivite", "quota")
    raw_id_fields = ("utilisateur", "collectivite")
    inlines = (ConflitInline,)
    roles_modifier = roles_ajouter = GESTION

    def save_model(self, request: HttpRequest, obj: Jure, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "collectivite" in form.changed_data:
            actions.rattacher(obj, obj.collectivite, par=personne_connectee(request), a=heure_de_la_base())


@admin.register(Conflit)
class ConflitAdmin(DroitsParRole, admin.ModelAdmin):
    """Declared by the association for a juror who told it; a declaration is never taken back in silence."""

    list_display = ("jure", "collectivite", "nature", "declare_le")
    list_select_related = ("jure__utilisateur", "collectivite")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-declare_le", "-pk")
    fields = ("jure", "collectivite", "nature", "motif")
    raw_id_fields = ("jure", "collectivite")
    roles_voir = roles_ajouter = GESTION

    def save_model(self, request: HttpRequest, obj: Conflit, form: Any, change: bool) -> None:
        conflit = actions.declarer_conflit(
            obj.jure,
            obj.collectivite,
            nature=obj.nature,
            motif=obj.motif,
            par=personne_connectee(request),
            a=heure_de_la_base(),
        )
        obj.pk = conflit.pk
        messages.info(request, "Les dossiers de cette collectivité sont retirés à ce juré.")
