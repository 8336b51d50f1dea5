"""A version in the admin: read it, take it away, import it, publish it, withdraw it, mend its typos."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel import actions, queries
from villes_internet.referentiel.echanges import fichier
from villes_internet.referentiel.echanges.schema import FichierRefuse
from villes_internet.referentiel.forms import CorrectionForm, ImportForm, RetraitForm
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.permissions import (
    peut_corriger,
    peut_ecrire_les_versions,
    peut_publier,
    peut_relier,
    peut_retirer,
    peut_voir_les_versions,
)
from villes_internet.socle.acces import regle
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

JOURNAL_MONTRE = 20
GROUPES = {"version": "Version", "familles": "Familles", "bareme": "Barème"}


def _page(version: Version) -> str:
    return reverse("admin:referentiel_version_change", args=[version.pk])


def page(request: HttpRequest, version: Version) -> HttpResponse:
    """Everything that a version says, what can be done with it, and what has been done."""
    personne = personne_connectee(request)
    contexte = {
        "version": version,
        "arbre": queries.arbre(version),
        "formats": list(fichier.TYPES_MIME),
        "obstacles": actions.obstacles(version),
        "correspondances": queries.correspondances(version),
        "evenements": Evenement.objects.de(version).recents()[:JOURNAL_MONTRE],
        "verdict_ecrire": peut_ecrire_les_versions(personne),
        "verdict_publier": peut_publier(personne, version),
        "verdict_retirer": peut_retirer(personne, version),
        "verdict_corriger": peut_corriger(personne, version),
        "formulaire_retrait": RetraitForm(),
    }
    return rendre(request, "referentiel/admin/version.html", contexte)


@require_safe
@regle(peut_voir_les_versions)
def exporter(request: HttpRequest, pk: int, format_: str) -> HttpResponse:
    """The version's file, JSON or workbook."""
    exiger(peut_voir_les_versions(personne_connectee(request)))
    version = get_object_or_404(Version, pk=pk)
    if format_ not in fichier.TYPES_MIME:
        raise Http404
    contenu = fichier.ecrire(queries.exporter(version), format_)
    reponse = HttpResponse(contenu, content_type=fichier.TYPES_MIME[format_])
    reponse["Content-Disposition"] = f'attachment; filename="referentiel-{version.code}.{format_}"'
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
@regle(peut_ecrire_les_versions)
def importer(request: HttpRequest) -> HttpResponse:
    """A file becomes a draft, replaces one, or says how two versions correspond; else every fault is listed."""
    personne = personne_connectee(request)
    exiger(peut_ecrire_les_versions(personne))
    est_envoi = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if est_envoi else ImportForm()
    fautes: list[str] = []
    if est_envoi and form.is_valid():
        try:
            donnees = form.lire()
            exiger(peut_relier(personne, queries.version_reliee(donnees)))
            version = actions.importer(donnees, par=personne)
        except FichierRefuse as refus:
            fautes = [str(faute) for faute in refus.fautes]
        except TransitionRefusee as refus:
            fautes = [str(refus)]
        else:
            messages.success(request, f"{version} : le fichier est importé.")
            return redirect(_page(version))
    status = 422 if est_envoi else 200
    return rendre(request, "referentiel/admin/importer.html", {"form": form, "fautes": fautes}, status=status)


@require_POST
@regle(peut_publier)
def publier(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(Version, pk=pk)
    personne = personne_connectee(request)
    exiger(peut_publier(personne, version))
    try:
        actions.publier(version, par=personne, a=heure_de_la_base())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{version} est publiée : elle ne change plus, une campagne peut l’utiliser.")
    return redirect(_page(version))


@require_POST
@regle(peut_retirer)
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(Version, pk=pk)
    personne = personne_connectee(request)
    exiger(peut_retirer(personne, version))
    try:
        actions.retirer(version, par=personne, motif=request.POST.get("motif", ""))
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{version} est retirée : plus rien de nouveau ne l’utilisera.")
    return redirect(_page(version))


@require_http_methods(["GET", "HEAD", "POST"])
@regle(peut_corriger)
def corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts of a group (``?groupe=A1``), or one of them (``?cle=service:A1.3``) with its form."""
    version = get_object_or_404(Version, pk=pk)
    personne = personne_connectee(request)
    exiger(peut_corriger(personne, version))
    cle = request.GET.get("cle", "")
    texte = queries.trouver_texte(version, cle) if cle else None
    if texte is None:
        return _textes_a_corriger(request, version)
    form = CorrectionForm(request.POST if request.method == "POST" else None, texte=texte)
    if request.method == "POST" and form.is_valid():
        try:
            actions.corriger(version, cle, par=personne, **form.cleaned_data)
        except TransitionRefusee as refus:
            form.add_error("texte", str(refus))
        else:
            messages.success(request, f"« {texte.libelle} » est corrigé.")
            return redirect(f"{request.path}?groupe={texte.groupe}")
    contexte = {"version": version, "texte": texte, "form": form, "groupe": _nom_du_groupe(version, texte.groupe)}
    status = 422 if request.method == "POST" else 200
    return rendre(request, "referentiel/admin/correction.html", contexte, status=status)


def _textes_a_corriger(request: HttpRequest, version: Version) -> HttpResponse:
    textes = queries.textes(version)
    groupes: dict[str, Any] = dict.fromkeys(texte.groupe for texte in textes)
    demande = request.GET.get("groupe", "")
    groupe = demande if demande in groupes else next(iter(groupes))
    onglets = [{"libelle": GROUPES.get(g, g), "url": f"?groupe={g}", "est_courant": g == groupe} for g in groupes]
    montres = [texte for texte in textes if texte.groupe == groupe]
    nom = _nom_du_groupe(version, groupe)
    contexte = {"version": version, "groupe": nom, "onglets": onglets, "textes": montres}
    return rendre(request, "referentiel/admin/textes.html", contexte)


def _nom_du_groupe(version: Version, groupe: str) -> str:
    """« A1, Démocratie locale »: a code alone says little to who mends a text."""
    enjeu = queries.arbre(version).enjeu(groupe)
    return f"{enjeu.code}, {enjeu.nom}" if enjeu else GROUPES.get(groupe, groupe)
