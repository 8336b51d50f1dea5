from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from atlaas import queries
from atlaas.corrections.queries import nb_en_attente
from atlaas.etats import EtatAction
from atlaas.fiches.views.pages import candidate
from atlaas.liens.queries import nb_par_fiche
from atlaas.permissions import peut_creer_action, peut_demander_fiche, peut_voir_fiches
from atlaas.questions.queries import nb_sans_reponse
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger

PAR_PAGE = 50
ONGLETS = {
    EtatAction.BROUILLON: "Brouillons",
    EtatAction.A_RELIRE: "À relire",
    EtatAction.PUBLIEE: "Publiées",
    EtatAction.A_CONFIRMER: "À confirmer",
    EtatAction.ARCHIVEE: "Archivées",
    EtatAction.DEPUBLIEE: "Dépubliées",
    EtatAction.FUSIONNEE: "Fusionnées",
}


@regle(peut_voir_fiches)
@require_safe
def mes_fiches(request: HttpRequest, code: str) -> HttpResponse:
    """The working list of a collectivité, drafts and archives included."""
    trouvee = candidate(code)
    exiger(peut_voir_fiches(request.user, trouvee))
    etat = request.GET.get("etat", "")
    if etat and etat not in EtatAction.values:
        raise Http404("Cet état n’existe pas.")
    page, existe = queries.page_lue(queries.fiches_de(trouvee, etat), request.GET.get("page", "1"), PAR_PAGE)
    comptes = queries.nb_par_etat(trouvee)
    onglets = [("", "Toutes", sum(comptes.values()))]
    onglets += [(code_, libelle, comptes[code_]) for code_, libelle in ONGLETS.items()]
    contexte = {
        "collectivite": trouvee,
        "page": page,
        "etat": etat,
        "onglets": [
            {"libelle": f"{libelle} ({nb})", "url": f"?etat={code_}" if code_ else "?", "est_courant": code_ == etat}
            for code_, libelle, nb in onglets
        ],
        "liens_a_revoir": nb_par_fiche(trouvee),
        "nb_corrections": nb_en_attente(trouvee),
        "nb_questions": nb_sans_reponse(trouvee),
        "nb_a_confirmer": comptes[EtatAction.A_CONFIRMER],
        "demander": peut_demander_fiche(request.user, trouvee),
        "creer": peut_creer_action(request.user, trouvee),
    }
    return render(request, "atlaas/mes_fiches.html", contexte, status=200 if existe else 404)
