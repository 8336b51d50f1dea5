"""The pages of the form: what they need beyond the fiche, and the choice between two versions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from atlaas import completude, queries
from atlaas.etats import EtatAction
from atlaas.fiches.queries import doublons
from atlaas.forms import ActionForm
from atlaas.models import Action
from atlaas.permissions import (
    peut_archiver_action,
    peut_confirmer_action,
    peut_creer_action,
    peut_fusionner_action,
    peut_publier_action,
    peut_reprendre_action,
)
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre, arbre, services_dans, version_courante
from villes_internet.territoires.models import Collectivite


def arbre_courant() -> Arbre | None:
    version = version_courante()
    return arbre(version) if version else None


def candidate(code: str) -> Collectivite:
    return get_object_or_404(Collectivite.objects.candidates(), code=code)


def deux_versions(
    request: HttpRequest, form: ActionForm, actuelle: Action, referentiel: Arbre, *, par_lien: bool = False
) -> HttpResponse:
    """Both versions, field by field; the services that differ are ticked one by one."""
    divergences = form.divergences(actuelle)
    miens = {s.pk for s in form.cleaned_data["services"]}
    autres = {s.pk for s in services_dans(referentiel.version_pk, actuelle.services.values("pk"))}
    noms = {s.pk: s.nom for e in referentiel.enjeux for s in e.services}
    differents = {d.nom for d in divergences} | {
        "services",
        "numero_version",
        "csrfmiddlewaretoken",
        "publier",
        "image",
    }
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
        "par_lien": par_lien,
        "image_a_choisir": bool(request.FILES),
    }
    return render(request, "atlaas/conflit.html", contexte, status=409)


def formulaire(
    request: HttpRequest,
    trouvee: Collectivite,
    form: ActionForm,
    referentiel: Arbre,
    fiche: Action | None = None,
    status: int = 200,
    voir: bool = False,
) -> HttpResponse:
    coches = form.coches
    contexte = {
        "collectivite": trouvee,
        "form": form,
        "action": fiche,
        "familles": familles(referentiel, coches, request.GET.get("enjeu", "")),
        "nb_coches": len(coches),
        "manques": completude.manques(fiche) if fiche else [],
        "est_brouillon": fiche is not None and fiche.etat == EtatAction.BROUILLON,
        "est_publiee": fiche is not None and fiche.est_publique,
        "motif_moderation": queries.motif_de_moderation(fiche) if fiche else "",
        "apercu": _apercu(form, trouvee, fiche) if voir else None,
        "retour": request.POST.get("retour") or request.GET.get("retour", ""),
        "publier": peut_publier_action(request.user, fiche) if fiche else peut_creer_action(request.user, trouvee),
        "archiver": peut_archiver_action(request.user, fiche) if fiche else None,
        "reprendre": peut_reprendre_action(request.user, fiche) if fiche else None,
        "confirmer": peut_confirmer_action(request.user, fiche) if fiche else None,
        "fusionner": peut_fusionner_action(request.user, fiche) if fiche else None,
        "doublons": doublons(trouvee, str(form["titre"].value() or ""), fiche.pk if fiche else None),
    }
    return render(request, "atlaas/formulaire.html", contexte, status=status)


def apercu(
    request: HttpRequest, trouvee: Collectivite, form: ActionForm, referentiel: Arbre, fiche: Action | None = None
) -> HttpResponse:
    """The public page as it would read, nothing saved: alone for htmx, otherwise above the form as it was typed."""
    if not request.htmx:  # type: ignore[attr-defined]
        return formulaire(request, trouvee, form, referentiel, fiche, voir=True)
    return render(request, "atlaas/fiches/fragments/apercu.html", {"apercu": _apercu(form, trouvee, fiche)})


def _apercu(form: ActionForm, trouvee: Collectivite, fiche: Action | None) -> dict[str, Any]:
    """What was typed and is valid; the image is the one already saved."""
    action = Action(collectivite=trouvee, modifie_le=timezone.now(), **form.champs())
    if fiche:
        action.pk, action.image, action.inspiree_de = fiche.pk, fiche.image, fiche.inspiree_de
    services = form.cleaned_data.get("services", Service.objects.none())
    return {
        "action": action,
        "collectivite": trouvee,
        "services": services.select_related("enjeu__famille"),
        "partenaires": fiche.partenaires.order_by("cle_alphabetique", "pk") if fiche else (),
    }


def familles(referentiel: Arbre, coches: set[str], ouvert: str) -> list[dict[str, Any]]:
    """The services of the référentiel as the form offers them, by family and enjeu."""
    return [
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
