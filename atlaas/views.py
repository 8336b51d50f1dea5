from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas import actions, completude, queries
from atlaas.etats import EtatAction
from atlaas.forms import ActionForm
from atlaas.models import Action
from atlaas.permissions import (
    peut_archiver_action,
    peut_creer_action,
    peut_modifier_action,
    peut_publier_action,
    peut_reprendre_action,
    peut_voir_action,
    peut_voir_fiches,
)
from villes_internet.comptes.permissions import personne_connectee, roles_de
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre, arbre, version_courante
from villes_internet.socle.acces import public, regle
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import CANDIDATES, Collectivite

PAR_PAGE = 24
PAR_PAGE_ESPACE = 50
NB_COMMUNES_MONTREES = 200


def _arbre_courant() -> Arbre | None:
    version = version_courante()
    return arbre(version) if version else None


def _page(fiches: Any, numero: int, par_page: int) -> tuple[Page, bool]:
    """The page asked for, else the last one, and whether the one asked for exists."""
    feuilles = Paginator(fiches, par_page)
    return feuilles.get_page(numero), numero <= feuilles.num_pages


@public
@require_safe
def action(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A fiche. A stranger finds only the published ones."""
    fiche = get_object_or_404(
        queries.avec_cartes(
            Action.objects.select_related("collectivite__epci", "collectivite__region", "inspiree_de__collectivite")
        ),
        pk=pk,
    )
    exiger(peut_voir_action(request.user, fiche))
    if slug != fiche.slug:
        return redirect(fiche, permanent=fiche.est_publique)
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "motif_moderation": queries.motif_de_moderation(fiche),
        "modifier": peut_modifier_action(request.user, fiche),
        "gerer": bool(roles_de(request.user, fiche.collectivite_id)),
        **_verdicts(request, fiche),
    }
    return render(request, "atlaas/action.html", contexte)


def _verdicts(request: HttpRequest, fiche: Action) -> dict[str, Any]:
    return {
        "publier": peut_publier_action(request.user, fiche),
        "reprendre": peut_reprendre_action(request.user, fiche),
        "archiver": peut_archiver_action(request.user, fiche),
    }


@public
@require_safe
def collectivite(request: HttpRequest, code: str) -> HttpResponse:
    """Public page of a commune or an intercommunalité; the code of a part or of a former commune leads to today's."""
    trouvees = Collectivite.objects.select_related("departement", "region", "epci", "commune_actuelle")
    actuelle = trouvees.filter(code=code, type__in=CANDIDATES).first()
    if actuelle is None:
        ancienne = trouvees.filter(Q(code=code) | Q(anciens_codes__contains=[code])).order_by("pk").first()
        if ancienne is None:
            raise Http404
        return redirect("atlaas:collectivite", (ancienne.commune_actuelle or ancienne).code)
    page, existe = _page(queries.publiees_de(actuelle), _numero_de_page(request), PAR_PAGE)
    contexte = {
        "collectivite": actuelle,
        "distinctions": actuelle.distinctions.all(),
        "communes": actuelle.communes.order_by("-population", "cle_alphabetique")[:NB_COMMUNES_MONTREES]
        if actuelle.est_intercommunalite
        else (),
        "page": page,
        "est_membre": bool(roles_de(request.user, actuelle)),
    }
    return render(request, "atlaas/collectivite.html", contexte, status=200 if existe else 404)


def _numero_de_page(request: HttpRequest) -> int:
    texte = request.GET.get("page", "1")
    if not texte.isdecimal() or not 0 < int(texte) < 100_000:
        raise Http404("Cette page de la liste n’existe pas.")
    return int(texte)


@regle(peut_voir_fiches)
@require_safe
def mes_fiches(request: HttpRequest, code: str) -> HttpResponse:
    """The working list of a collectivité, drafts and archives included."""
    trouvee = _candidate(code)
    exiger(peut_voir_fiches(request.user, trouvee))
    etat = request.GET.get("etat", "")
    if etat and etat not in EtatAction.values:
        raise Http404("Cet état n’existe pas.")
    page, existe = _page(queries.fiches_de(trouvee, etat), _numero_de_page(request), PAR_PAGE_ESPACE)
    comptes = queries.nb_par_etat(trouvee)
    onglets = [("", "Toutes", sum(comptes.values()))]
    onglets += [(e.value, f"{e.label.split(' ')[0].capitalize()}s", comptes[e.value]) for e in EtatAction]
    contexte = {
        "collectivite": trouvee,
        "page": page,
        "etat": etat,
        "onglets": [
            {"libelle": f"{libelle} ({nb})", "url": f"?etat={code_}" if code_ else "?", "est_courant": code_ == etat}
            for code_, libelle, nb in onglets
        ],
        "creer": peut_creer_action(request.user, trouvee),
    }
    return render(request, "atlaas/mes_fiches.html", contexte, status=200 if existe else 404)


def _candidate(code: str) -> Collectivite:
    return get_object_or_404(Collectivite.objects.candidates(), code=code)


@garde_la_saisie
@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def creer(request: HttpRequest, code: str) -> HttpResponse:
    """A new draft; ``?service=A1.3`` or ``?enjeu=A1`` ticks or opens where it comes from."""
    trouvee = _candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    referentiel = _arbre_courant()
    if referentiel is None:
        raise Http404("Aucun référentiel n’est publié.")
    if request.method != "POST":
        voulu = request.GET.get("service", "")
        coches = Service.objects.filter(enjeu__famille__version=referentiel.version_pk, code=voulu) if voulu else ()
        form = ActionForm(arbre=referentiel, initial={"services": list(coches)})
        return _formulaire(request, trouvee, form, referentiel)
    form = ActionForm(request.POST, arbre=referentiel)
    if not form.is_valid():
        return _formulaire(request, trouvee, form, referentiel, status=422)
    fiche = actions.creer_action(
        trouvee, par=personne_connectee(request), services=form.cleaned_data["services"], **form.champs()
    )
    return _apres(request, fiche)


@regle(peut_creer_action)
@require_POST
def inspirer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A draft that cites the published fiche ``pk``, opened to be written."""
    trouvee = _candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    source = get_object_or_404(Action.objects.publiees(), pk=pk)
    try:
        brouillon = actions.s_inspirer(source, trouvee, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect(source)
    messages.success(request, f"Votre brouillon cite « {source} » : écrivez maintenant ce que vous en ferez.")
    return redirect("atlaas:modifier", brouillon.pk)


@garde_la_saisie
@regle(peut_modifier_action)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    fiche = get_object_or_404(Action.objects.select_related("collectivite", "inspiree_de__collectivite"), pk=pk)
    verdict = peut_modifier_action(request.user, fiche)
    if request.headers.get(SAUVEGARDE) and not verdict and not verdict.masque:
        return JsonResponse({"motif": verdict.motif}, status=403)
    exiger(verdict)
    referentiel = _arbre_courant()
    if referentiel is None:
        raise Http404("Aucun référentiel n’est publié.")
    if request.method != "POST":
        form = ActionForm(instance=fiche, arbre=referentiel, initial={"numero_version": fiche.version})
        return _formulaire(request, fiche.collectivite, form, referentiel, fiche)
    return _enregistrer(request, fiche, referentiel)


def _enregistrer(request: HttpRequest, fiche: Action, referentiel: Arbre) -> HttpResponse:
    en_json = SAUVEGARDE in request.headers
    form = ActionForm(request.POST, instance=Action(collectivite=fiche.collectivite), arbre=referentiel)
    erreurs: dict[str, str] = {}
    if not form.is_valid():
        if not en_json or "numero_version" in form.errors:
            return _formulaire(request, fiche.collectivite, form, referentiel, fiche, status=422)
        erreurs = form.garder_le_valable(fiche)
    try:
        enregistree = actions.modifier_action(
            fiche,
            par=personne_connectee(request),
            numero_version=form.cleaned_data["numero_version"] or 0,
            services=form.cleaned_data["services"],
            **form.champs(),
        )
    except VersionPerimee as perimee:
        if en_json:
            return JsonResponse(_etat(perimee.actuel, referentiel), status=409)
        return _conflit(request, form, perimee.actuel, referentiel)
    except TransitionRefusee as refusee:
        form.add_error(None, f"Une fiche publiée doit rester complète. {refusee}")
        return _formulaire(request, fiche.collectivite, form, referentiel, fiche, status=422)
    if en_json:
        return JsonResponse(_etat(enregistree, referentiel) | {"erreurs": erreurs})
    return _apres(request, enregistree)


def _etat(fiche: Action, referentiel: Arbre) -> dict[str, Any]:
    """What ``static/js/sauvegarde.js`` reads after a save, or when somebody saved in between."""
    valeurs = ActionForm(instance=fiche, arbre=referentiel)
    return {
        "etat": "enregistre",
        "numero_version": fiche.version,
        "enregistre_le": fiche.modifie_le.isoformat(),
        "valeurs": {nom: _json(valeurs[nom].value()) for nom in valeurs.fields if nom != "numero_version"},
        "par": "",
    }


def _json(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return [str(getattr(v, "pk", v)) for v in valeur]
    if isinstance(valeur, bool):
        return ["on"] if valeur else []
    return "" if valeur is None else str(valeur)


def _apres(request: HttpRequest, fiche: Action) -> HttpResponse:
    """After a save: publish when it was asked, then go back where the person comes from."""
    if "publier" in request.POST and not fiche.est_publique:
        try:
            actions.publier_action(fiche, par=personne_connectee(request))
        except TransitionRefusee as refusee:
            messages.error(request, f"Le brouillon est enregistré, mais pas publié. {refusee}")
            return redirect("atlaas:modifier", fiche.pk)
        messages.success(request, f"« {fiche} » est publiée.")
    else:
        messages.success(request, f"« {fiche} » est enregistrée.")
    retour = request.POST.get("retour", "")
    if url_has_allowed_host_and_scheme(retour, allowed_hosts=None):
        return redirect(retour)
    if fiche.est_publique:
        return redirect(fiche)
    return redirect("atlaas:modifier", fiche.pk)


def _conflit(request: HttpRequest, form: ActionForm, actuelle: Action, referentiel: Arbre) -> HttpResponse:
    """Both versions, field by field; the services that differ are ticked one by one."""
    divergences = form.divergences(actuelle)
    miens = {s.pk for s in form.cleaned_data["services"]}
    autres = set(actuelle.services.values_list("pk", flat=True))
    noms = {s.pk: s.nom for e in referentiel.enjeux for s in e.services}
    differents = {d.nom for d in divergences} | {"services", "numero_version", "csrfmiddlewaretoken", "publier"}
    contexte = {
        "action": actuelle,
        "collectivite": actuelle.collectivite,
        "divergences": divergences,
        "services_communs": sorted(miens & autres),
        "services_divergents": [
            {"pk": pk, "nom": noms.get(pk, ""), "est_mien": pk in miens} for pk in sorted(miens ^ autres)
        ],
        "communs": [(nom, v) for nom, liste_ in form.data.lists() if nom not in differents for v in liste_],  # type: ignore[attr-defined]
        "adresse": request.path,
    }
    return render(request, "atlaas/conflit.html", contexte, status=409)


def _formulaire(
    request: HttpRequest,
    trouvee: Collectivite,
    form: ActionForm,
    referentiel: Arbre,
    fiche: Action | None = None,
    status: int = 200,
) -> HttpResponse:
    coches = form.coches
    ouvert = request.GET.get("enjeu", "")
    familles = [
        {
            "famille": famille,
            "enjeux": [
                {
                    "enjeu": enjeu,
                    "services": [(s, str(s.pk) in coches) for s in enjeu.services],
                    "nb": sum(str(s.pk) in coches for s in enjeu.services),
                    "est_ouvert": enjeu.code == ouvert or any(str(s.pk) in coches for s in enjeu.services),
                }
                for enjeu in famille.enjeux
            ],
        }
        for famille in referentiel.familles
    ]
    contexte = {
        "collectivite": trouvee,
        "form": form,
        "action": fiche,
        "familles": familles,
        "nb_coches": len(coches),
        "manques": completude.manques(fiche) if fiche else [],
        "est_brouillon": fiche is not None and fiche.etat == EtatAction.BROUILLON,
        "est_publiee": fiche is not None and fiche.est_publique,
        "motif_moderation": queries.motif_de_moderation(fiche) if fiche else "",
        "retour": request.POST.get("retour") or request.GET.get("retour", ""),
        "publier": peut_publier_action(request.user, fiche) if fiche else peut_creer_action(request.user, trouvee),
        "archiver": peut_archiver_action(request.user, fiche) if fiche else None,
        "reprendre": peut_reprendre_action(request.user, fiche) if fiche else None,
    }
    return render(request, "atlaas/formulaire.html", contexte, status=status)


CHANGEMENTS = {
    "publier": (peut_publier_action, actions.publier_action, "est publiée"),
    "reprendre": (peut_reprendre_action, actions.reprendre_action, "est redevenue un brouillon"),
    "archiver": (peut_archiver_action, actions.archiver_action, "est archivée"),
}


@regle(peut_publier_action, peut_reprendre_action, peut_archiver_action)
@require_POST
def changer_etat(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, take back as a draft or archive; ``vers`` names which."""
    fiche = get_object_or_404(Action, pk=pk)
    if request.POST.get("vers") not in CHANGEMENTS:
        raise Http404("Ce changement n’existe pas.")
    peut, changer, phrase = CHANGEMENTS[request.POST["vers"]]
    exiger(peut(request.user, fiche))
    try:
        changer(fiche, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect("atlaas:modifier", fiche.pk)
    messages.success(request, f"« {fiche} » {phrase}.")
    return redirect(fiche)
