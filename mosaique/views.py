from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from atlaas.interface import mosaique_est_montree
from mosaique import calculs, completude
from mosaique.actions import enregistrer_reponse
from mosaique.chargement import mosaique_visible
from mosaique.comparaison.queries.images import radar_de
from mosaique.comparaison.queries.page import citation_de
from mosaique.comparaison.queries.pistes import idees_pour
from mosaique.forms import COMMENTAIRE_MAX, ReponseForm
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.partage.permissions import peut_confier
from mosaique.partage.queries import competence_de, evolution, partage_de
from mosaique.permissions import peut_remplir_mosaique, peut_voir_mosaique
from mosaique.queries import constats, resume, statuts_declares
from mosaique.vitrine.permissions import peut_montrer_mosaique
from villes_internet.comptes.permissions import personne_connectee, roles_de
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie
from villes_internet.socle.templatetags.typographie import nombre
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee


@regle(peut_voir_mosaique)
@require_safe
def mosaique(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """The twenty tiles and the same content as a table."""
    trouvee = mosaique_visible(request, code, millesime)
    lu = resume(trouvee, avec_liens=True, avec_partage=True)
    miens = lu.confies_a(request.user)
    que_les_miens = "miens" in request.GET
    montre = miens if que_les_miens else lu
    prochaine = next((tuile for tuile in montre.tuiles if not tuile.est_renseigne), None)
    return render(
        request,
        "mosaique/mosaique.html",
        {
            "mosaique": trouvee,
            "collectivite": trouvee.collectivite,
            "resume": lu,
            "indice": nombre(lu.indice, 1),
            "montre": montre,
            "que_les_miens": que_les_miens,
            "nb_miens": miens.nb_enjeux,
            "prochaine": prochaine,
            "radar": radar_de(lu),
            "remplir": peut_remplir_mosaique(request.user, trouvee),
            "citation": citation_de(request.user, trouvee),
            "vitrine": {
                "accord": mosaique_est_montree(trouvee.collectivite),
                "verdict": peut_montrer_mosaique(request.user, trouvee),
            },
            "est_membre": bool(roles_de(request.user, trouvee.collectivite_id)),
        },
    )


@garde_la_saisie
@regle(peut_voir_mosaique, peut_remplir_mosaique)
@require_http_methods(["GET", "HEAD", "POST"])
def enjeu(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    """One enjeu: read it, save it. The header ``X-Sauvegarde`` asks for the state of the save as JSON."""
    trouvee = mosaique_visible(request, code, millesime)
    lu = arbre(trouvee.version).enjeu(code_enjeu)
    if lu is None:
        raise Http404
    reponse = get_object_or_404(trouvee.reponses.select_related("modifie_par"), enjeu_id=lu.pk)
    if request.method != "POST":
        form = ReponseForm(initial=ReponseForm.valeurs(reponse), enjeu=lu, bareme=trouvee.version.bareme)
        return _page(request, trouvee, lu, reponse, form)
    return _enregistrer(request, trouvee, lu, reponse)


def _enregistrer(request: HttpRequest, trouvee: Mosaique, lu: EnjeuLu, reponse: ReponseEnjeu) -> HttpResponse:
    en_json = SAUVEGARDE in request.headers
    verdict = peut_remplir_mosaique(request.user, trouvee)
    if en_json and not verdict:
        return JsonResponse({"motif": verdict.motif}, status=403)
    exiger(verdict)
    form = ReponseForm(request.POST, enjeu=lu, bareme=trouvee.version.bareme)
    erreurs = {}
    if not form.is_valid():
        if not en_json or "numero_version" in form.errors:
            return _page(request, trouvee, lu, reponse, form, status=422)
        erreurs = form.garder_le_valable(reponse)
    donnees = form.cleaned_data
    try:
        enregistree = enregistrer_reponse(
            trouvee,
            lu.pk,
            niveau=donnees["niveau"],
            services=form.services(),
            commentaire=donnees["commentaire"],
            numero_version=donnees["numero_version"],
            par=personne_connectee(request),
        )
    except VersionPerimee as perimee:
        if en_json:
            return JsonResponse(form.etat(perimee.actuel, str(perimee.actuel.modifie_par or "")), status=409)
        return _conflit(request, trouvee, lu, form, perimee.actuel)
    if en_json:
        return JsonResponse(form.etat(enregistree, str(request.user)) | {"erreurs": erreurs})
    messages.success(request, f"« {lu.nom} » est enregistré.")
    suivant = _voisins(trouvee, lu)["suivant"]
    if "suite" in request.POST and suivant:
        return redirect("mosaique:enjeu", trouvee.collectivite.code, trouvee.millesime, suivant.code)
    return redirect(request.path)


def _conflit(
    request: HttpRequest, trouvee: Mosaique, lu: EnjeuLu, form: ReponseForm, actuel: ReponseEnjeu
) -> HttpResponse:
    """Both versions, field by field: the person chooses, and saves over the version they have just read."""
    contexte = {
        "mosaique": trouvee,
        "collectivite": trouvee.collectivite,
        "enjeu": lu,
        "page_de_l_enjeu": request.path,
        **form.conflit(actuel),
    }
    return render(request, "mosaique/conflit.html", contexte, status=409)


def _voisins(trouvee: Mosaique, lu: EnjeuLu) -> dict[str, EnjeuLu | None]:
    enjeux = arbre(trouvee.version).enjeux
    rang = enjeux.index(lu)
    return {
        "precedent": enjeux[rang - 1] if rang else None,
        "suivant": enjeux[rang + 1] if rang + 1 < len(enjeux) else None,
    }


def _page(
    request: HttpRequest, trouvee: Mosaique, lu: EnjeuLu, reponse: ReponseEnjeu, form: ReponseForm, status: int = 200
) -> HttpResponse:
    bareme = calculs.Bareme.depuis(trouvee.version.bareme)
    constat = constats(trouvee, {lu.pk: reponse}, [lu])[lu.code]
    resultat, preuves = constat.resultat, constat.preuves
    statuts = statuts_declares(reponse, lu)
    contexte: dict[str, Any] = {
        "mosaique": trouvee,
        "collectivite": trouvee.collectivite,
        "enjeu": lu,
        "reponse": reponse,
        "form": form,
        "niveaux": form.niveaux(),
        "lignes": [
            {
                "champs": ligne,
                "est_abaisse": resultat.statuts[ligne.service.code] != statuts[ligne.service.code],
                "retenu": form.libelles[resultat.statuts[ligne.service.code]],
                "a_une_fiche": ligne.service.code in preuves.services,
            }
            for ligne in form.lignes()
        ],
        "resultat": resultat,
        "score_entier": round(resultat.score),
        "idees": idees_pour(trouvee, lu, resultat.score),
        "manques": completude.preuves_attendues(reponse.niveau, preuves, bareme) if constat.est_connu else (),
        "constat": constat,
        "commentaire_max": COMMENTAIRE_MAX,
        "max_non_concernes": bareme.max_non_concernes,
        "nb_non_concernes": list(statuts.values()).count(calculs.NON_CONCERNE),
        "remplir": peut_remplir_mosaique(request.user, trouvee),
        "confier": peut_confier(request.user, trouvee),
        "partage": partage_de(trouvee, lu, timezone.now()),
        "evolution": evolution(trouvee, lu, reponse),
        "competence": competence_de(trouvee, lu, reponse),
        **_voisins(trouvee, lu),
    }
    return render(request, "mosaique/enjeu.html", contexte, status=status)
