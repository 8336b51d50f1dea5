"""The space of a collectivité, where its dossier begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from atlaas import interface as atlaas
from candidatures.campagnes.queries import campagne_courante, campagne_ouverte
from candidatures.dossiers import actions, permissions
from candidatures.dossiers.completude import bloquants, manques
from candidatures.dossiers.queries.echeances import echeances, heure_locale, jours_restants
from candidatures.dossiers.queries.espace import dossier_de, equipe_de, prochain_pas, reste_a_deposer
from candidatures.dossiers.views.cadre import collectivite_candidate
from villes_internet.comptes.models import Habilitation
from villes_internet.comptes.permissions import collectivites_de, personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@require_GET
@regle("connecte")
def espace(request: HttpRequest) -> HttpResponse:
    """Where one works: one's only collectivité, a choice between several, the admin panel, or the way in."""
    cles = collectivites_de(request.user)
    if not cles and permissions.est_du_label(request.user):
        return redirect("admin:index")
    collectivites = list(Collectivite.objects.filter(pk__in=cles).select_related("departement"))
    if len(collectivites) == 1:
        return redirect("dossiers:espace", collectivites[0].code)
    demandes = (
        Habilitation.objects.demandees().filter(utilisateur=personne_connectee(request)).select_related("collectivite")
    )
    contexte = {
        "collectivites": collectivites,
        "demandes": [] if collectivites else list(demandes),
        "est_du_label": permissions.est_du_label(request.user),
    }
    return render(request, "candidatures/dossiers/choix.html", contexte)


@require_GET
@regle(permissions.peut_voir_espace)
def espace_collectivite(request: HttpRequest, code: str) -> HttpResponse:
    """State of the dossier, the next thing to do and by whom, team, last label, nearest deadlines."""
    collectivite = collectivite_candidate(code)
    exiger(permissions.peut_voir_espace(request.user, collectivite))
    campagne = campagne_courante()
    dossier = dossier_de(collectivite, campagne)
    liste = bloquants(manques(dossier)) if dossier and dossier.etat == "brouillon" and reste_a_deposer(dossier) else []
    maintenant = timezone.now()
    contexte = {
        "collectivite": collectivite,
        "campagne": campagne,
        "jours": jours_restants(campagne, maintenant) if campagne else None,
        "heure_locale": heure_locale(campagne.cloture_le, collectivite) if campagne else "",
        "dossier": dossier,
        "manques": liste,
        "pas": prochain_pas(dossier, len(liste)) if dossier else None,
        "peut_creer": None if dossier else permissions.peut_creer(request.user, collectivite, campagne),
        "echeances": echeances(campagne, maintenant),
        "equipe": list(equipe_de(collectivite)[:12]),
        "distinction": atlaas.distinctions_de(collectivite).first(),
    }
    return render(request, "candidatures/dossiers/espace.html", contexte)


@require_POST
@regle(permissions.peut_creer)
def creer(request: HttpRequest, code: str) -> HttpResponse:
    collectivite = collectivite_candidate(code)
    campagne = campagne_ouverte()
    exiger(permissions.peut_creer(request.user, collectivite, campagne))
    assert campagne is not None
    dossier = actions.creer_dossier(campagne, collectivite, par=personne_connectee(request))
    return redirect(dossier)
