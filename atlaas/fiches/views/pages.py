"""The pages of the form: what they need beyond the fiche, and the choice between two versions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from atlaas import completude, queries
from atlaas.etats import EtatAction
from atlaas.forms import ActionForm
from atlaas.models import Action
from atlaas.permissions import peut_archiver_action, peut_creer_action, peut_publier_action, peut_reprendre_action
from villes_internet.referentiel.queries import Arbre, arbre, version_courante
from villes_internet.territoires.models import Collectivite


def arbre_courant() -> Arbre | None:
    version = version_courante()
    return arbre(version) if version else None


def candidate(code: str) -> Collectivite:
    return get_object_or_404(Collectivite.objects.candidates(), code=code)


def conflit(request: HttpRequest, form: ActionForm, actuelle: Action, referentiel: Arbre) -> HttpResponse:
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


def formulaire(
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
