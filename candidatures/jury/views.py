"""The jury's pages in the admin panel: the juror's readings, the association's assignments, the deliberation."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from candidatures.campagnes.models import Campagne
from candidatures.campagnes.queries import campagne_courante
from candidatures.dossiers import actions as actions_dossier
from candidatures.dossiers.models import Dossier, Piece
from candidatures.dossiers.permissions import peut_instruire
from candidatures.dossiers.queries.lecture import lecture
from candidatures.dossiers.queries.saisie import chargees
from candidatures.jury import actions, calculs
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.forms import DecisionForm, Grille, MotifForm, RecusationForm
from candidatures.jury.models import Affectation, Evaluation, Jure, Synthese
from candidatures.jury.permissions import (
    affectations_visibles_par,
    liens_de_personne,
    peut_decider,
    peut_gerer_le_jury,
    peut_lire,
    peut_lire_ses_dossiers,
    peut_noter,
    peut_ouvrir_l_evaluation,
    peut_rendre,
    peut_se_recuser,
    peut_voir_la_decision,
    peut_voir_la_deliberation,
    peut_voir_un_dossier,
)
from candidatures.jury.queries import (
    FiltreAvancement,
    FiltreDeliberation,
    FiltreLecture,
    autres_totaux,
    charges_des_jures,
    demandes_de_mention,
    jures_possibles,
    manques_de,
    page_d_avancement,
    page_de_deliberation,
    page_de_lectures,
    suivante_a_lire,
)
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.fichiers import servir
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie, normaliser
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee

ROUTE_PIECE = "admin:jury_piece"


def _campagne() -> Campagne:
    campagne = campagne_courante()
    if campagne is None:
        raise Http404
    return campagne


def _choix(filtres: Any, valeur: str | None, defaut: Any) -> Any:
    return filtres(valeur) if valeur in filtres.values else defaut


def _onglets(filtres: Any, courant: Any) -> list[dict[str, Any]]:
    return [{"libelle": f.label, "url": f"?filtre={f.value}", "est_courant": f == courant} for f in filtres]


def _visibles(request: HttpRequest) -> QuerySet[Affectation]:
    return affectations_visibles_par(request.user)


# The juror


@require_safe
@regle(peut_lire_ses_dossiers)
def mes_dossiers(request: HttpRequest) -> HttpResponse:
    """The dossiers assigned to this juror, and nothing else."""
    exiger(peut_lire_ses_dossiers(personne_connectee(request)))
    campagne = _campagne()
    filtre = _choix(FiltreLecture, request.GET.get("filtre"), FiltreLecture.A_LIRE)
    affectations = _visibles(request).filter(dossier__campagne=campagne)
    charge = charges_des_jures(campagne).filter(jure__utilisateur=personne_connectee(request)).first()
    return rendre(
        request,
        "candidatures/jury/mes_dossiers.html",
        {
            "campagne": campagne,
            "page": page_de_lectures(affectations, filtre, request.GET.get("apres", "")),
            "onglets": _onglets(FiltreLecture, filtre),
            "filtre": filtre,
            "charge": charge,
        },
    )


def _affectation(request: HttpRequest, pk: int) -> Affectation:
    """The juror's assignment on this dossier; a conflict, a recusal or another juror's dossier is a 404."""
    affectation: Affectation = get_object_or_404(
        _visibles(request)
        .select_related(
            "evaluation",
            "jure__utilisateur",
            "dossier__campagne",
            "dossier__collectivite__departement",
            "dossier__collectivite__region",
            "dossier__collectivite__epci",
            "dossier__mosaique__version",
        )
        .prefetch_related("dossier__campagne__criteres"),
        dossier=pk,
    )
    exiger(peut_lire(personne_connectee(request), affectation))
    return affectation


def _grille(affectation: Affectation, donnees: Any = None) -> Grille:
    campagne = affectation.dossier.campagne
    evaluation = affectation.evaluation
    return Grille(
        list(campagne.criteres.all()),
        {n.critere_id: n for n in evaluation.notes.all()},
        campagne.echelle,
        donnees,
    )


@garde_la_saisie
@regle(peut_noter)
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier beside the grid; a POST saves the draft, by hand or by itself."""
    affectation = _affectation(request, pk)
    if request.method != "POST":
        return _page_de_lecture(request, affectation, _grille(affectation))
    verdict = peut_noter(personne_connectee(request), affectation)
    if not verdict and request.headers.get(SAUVEGARDE):
        return JsonResponse({"etat": "refuse", "motif": verdict.motif}, status=403)
    exiger(verdict)
    grille = _grille(affectation, request.POST)
    return _enregistrer(request, affectation, grille)


def _enregistrer(request: HttpRequest, affectation: Affectation, grille: Grille) -> HttpResponse:
    par_le_navigateur = bool(request.headers.get(SAUVEGARDE))
    if not grille.is_valid():
        if par_le_navigateur:
            erreurs = {nom: liste[0] for nom, liste in grille.errors.items()}
            return JsonResponse(
                {"etat": "refuse", "motif": next(iter(erreurs.values())), "erreurs": erreurs}, status=403
            )
        return _page_de_lecture(request, affectation, grille, status=422)
    heure = heure_de_la_base()
    try:
        evaluation = actions.enregistrer_evaluation(
            affectation.evaluation,
            notes={code: actions.NoteSaisie(*saisie) for code, saisie in grille.saisies().items()},
            points_forts=normaliser(grille.cleaned_data["points_forts"]),
            pistes=normaliser(grille.cleaned_data["pistes"]),
            numero_version=grille.cleaned_data["numero_version"],
            par=personne_connectee(request),
            a=heure,
        )
    except VersionPerimee as perimee:
        return _version_perimee(request, affectation, grille, perimee.actuel, par_le_navigateur=par_le_navigateur)
    if par_le_navigateur:
        return JsonResponse(
            {
                "etat": "enregistre",
                "numero_version": evaluation.numero_version,
                "enregistre_le": heure.isoformat(),
                "total": None if evaluation.total is None else str(evaluation.total),
                "erreurs": {},
            }
        )
    if request.POST.get("suite") == "soumettre":
        return redirect("admin:jury_soumettre", affectation.dossier_id)
    messages.success(request, "Votre lecture est enregistrée.")
    return redirect("admin:jury_lecture", affectation.dossier_id)


def _version_perimee(
    request: HttpRequest, affectation: Affectation, grille: Grille, actuel: Evaluation, *, par_le_navigateur: bool
) -> HttpResponse:
    """Nothing typed is lost: the browser arbitrates field by field, or the page comes back with what was sent."""
    if par_le_navigateur:
        valeurs: dict[str, str] = {"points_forts": actuel.points_forts, "pistes": actuel.pistes}
        for note in actuel.notes.select_related("critere"):
            valeur = "" if note.valeur is None else str(note.valeur.quantize(calculs.CENTIEME))
            valeurs |= {f"{note.critere.code}-valeur": valeur, f"{note.critere.code}-commentaire": note.commentaire}
        return JsonResponse({"numero_version": actuel.numero_version, "valeurs": valeurs, "par": ""}, status=409)
    affectation.evaluation.numero_version = actuel.numero_version
    messages.warning(
        request,
        "Vous avez enregistré cette lecture dans un autre onglet. Ce que vous venez de taper est ci-dessous : "
        "enregistrez à nouveau pour le garder.",
    )
    return _page_de_lecture(request, affectation, grille, status=409)


def _page_de_lecture(
    request: HttpRequest, affectation: Affectation, grille: Grille, *, status: int = 200
) -> HttpResponse:
    evaluation, personne = affectation.evaluation, personne_connectee(request)
    est_soumise = evaluation.etat == EtatEvaluation.SOUMISE
    synthese = Synthese.objects.filter(dossier=affectation.dossier).first() if est_soumise else None
    lues = lecture(affectation.dossier, route_piece=ROUTE_PIECE)
    contexte = {
        "affectation": affectation,
        "dossier": affectation.dossier,
        "lecture": lues,
        "evaluation": evaluation,
        "grille": grille,
        "lignes": grille.lignes(),
        "echelle": affectation.dossier.campagne.echelle,
        "points_forts": grille["points_forts"].value() if grille.is_bound else evaluation.points_forts,
        "pistes": grille["pistes"].value() if grille.is_bound else evaluation.pistes,
        "est_soumise": est_soumise,
        "noter": peut_noter(personne, affectation),
        "recuser": peut_se_recuser(personne, affectation),
        "suivante": suivante_a_lire(
            _visibles(request).filter(dossier__campagne=affectation.dossier.campagne), affectation
        ),
        "autres": autres_totaux(affectation) if est_soumise else [],
        "synthese": synthese,
        "difference": _difference(synthese),
    }
    return rendre(request, "candidatures/jury/lecture.html", contexte, status=status)


def _difference(synthese: Synthese | None) -> int | None:
    """Proposed level minus last year's; None before the submission or without a last year."""
    if synthese is None or synthese.precedent is None or synthese.proposition is None:
        return None
    return synthese.proposition - synthese.precedent


@regle(peut_noter)
def soumettre(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing with its links, or the recapitulation and its confirmation."""
    affectation = _affectation(request, pk)
    exiger(peut_noter(personne_connectee(request), affectation))
    evaluation, campagne = affectation.evaluation, affectation.dossier.campagne
    manques = manques_de(evaluation, list(campagne.criteres.all()))
    if request.method == "POST" and not manques:
        try:
            actions.soumettre(evaluation, par=personne_connectee(request), a=heure_de_la_base())
        except TransitionRefusee as refusee:
            messages.error(request, str(refusee))
            return redirect("admin:jury_lecture", pk)
        messages.success(request, f"Votre lecture de {affectation.dossier.collectivite} est soumise.")
        return redirect("admin:jury_lecture", pk)
    return rendre(
        request,
        "candidatures/jury/soumettre.html",
        {
            "dossier": affectation.dossier,
            "evaluation": evaluation,
            "manques": manques,
            "notes": evaluation.notes.select_related("critere").order_by("critere__position"),
        },
        status=422 if request.method == "POST" else 200,
    )


@regle(peut_se_recuser)
def se_recuser(request: HttpRequest, pk: int) -> HttpResponse:
    affectation = _affectation(request, pk)
    exiger(peut_se_recuser(personne_connectee(request), affectation))
    form = RecusationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        nom = str(affectation.dossier.collectivite)
        actions.recuser(
            affectation,
            nature=form.cleaned_data["nature"],
            motif=normaliser(form.cleaned_data["motif"]),
            par=personne_connectee(request),
            a=heure_de_la_base(),
        )
        messages.success(request, f"Vous ne lirez pas le dossier de {nom}. L’association choisira un autre juré.")
        return redirect("admin:jury_dossiers")
    contexte = {"dossier": affectation.dossier, "form": form}
    return rendre(request, "candidatures/jury/recuser.html", contexte, status=422 if form.errors else 200)


@require_safe
@regle(peut_voir_un_dossier)
def piece(request: HttpRequest, pk: int, piece_pk: int) -> FileResponse:
    """A file of a dossier, under the jury's own rule."""
    dossier = get_object_or_404(Dossier.objects.select_related("collectivite"), pk=pk)
    exiger(peut_voir_un_dossier(personne_connectee(request), dossier))
    trouvee = get_object_or_404(Piece.objects.presentes(), dossier=dossier, pk=piece_pk)
    return servir(trouvee.fichier, nom=trouvee.nom, type_mime=trouvee.type_mime)


# The association


@require_safe
@regle(peut_gerer_le_jury)
def avancement(request: HttpRequest) -> HttpResponse:
    """Jurors and their progress; dossiers by the number of their readers."""
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    campagne = _campagne()
    filtre = _choix(FiltreAvancement, request.GET.get("filtre"), FiltreAvancement.SANS)
    return rendre(
        request,
        "candidatures/jury/avancement.html",
        {
            "campagne": campagne,
            "charges": charges_des_jures(campagne)[:60],
            "page": page_d_avancement(campagne, filtre, request.GET.get("apres", "")),
            "onglets": _onglets(FiltreAvancement, filtre),
            "filtre": filtre,
        },
    )


@require_POST
@regle(peut_gerer_le_jury)
def ouvrir_les_evaluations(request: HttpRequest) -> HttpResponse:
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    try:
        nb = actions.ouvrir_evaluations(_campagne(), par=personne_connectee(request))
        messages.success(request, f"{nb} dossier{'s' if nb > 1 else ''} ouvert{'s' if nb > 1 else ''} à l’évaluation.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return redirect("admin:jury_avancement")


@require_safe
@regle(peut_gerer_le_jury)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """A dossier for the association: admissibility, readers, progress; no individual note."""
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    trouve = get_object_or_404(chargees(Dossier.objects.all()), pk=pk)
    affectations = list(
        trouve.affectations.select_related("jure__utilisateur", "jure__collectivite", "evaluation").order_by("pk")
    )
    actives = [a for a in affectations if a.recusee_le is None]
    personne = personne_connectee(request)
    return rendre(
        request,
        "candidatures/jury/dossier.html",
        {
            "dossier": trouve,
            "affectations": [(a, peut_rendre(personne, a, trouve)) for a in affectations],
            "possibles": jures_possibles(trouve),
            "instruire": peut_instruire(personne, trouve),
            "ouvrir": peut_ouvrir_l_evaluation(personne, trouve, nb_affectations=len(actives)),
            "motif_form": MotifForm(),
            "synthese": Synthese.objects.filter(dossier=trouve).first(),
        },
    )


def _dossier_a_gerer(request: HttpRequest, pk: int) -> Dossier:
    exiger(peut_gerer_le_jury(personne_connectee(request)))
    return get_object_or_404(Dossier.objects.select_related("campagne", "collectivite"), pk=pk)


def _vers_le_dossier(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:dossier", args=[pk]))


@require_POST
@regle(peut_gerer_le_jury)
def affecter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the dossier to the jurors ticked; each refusal is said with its reason."""
    trouve = _dossier_a_gerer(request, pk)
    choisis = [int(cle) for cle in request.POST.getlist("jure") if cle.isascii() and cle.isdigit()]
    jures = list(Jure.objects.select_related("utilisateur").filter(pk__in=choisis).order_by("pk"))
    if not jures:
        messages.error(request, "Cochez au moins un juré.")
    for jure in jures:
        try:
            actions.affecter(trouve, jure, par=personne_connectee(request))
            messages.success(request, f"{jure} lira ce dossier.")
        except TransitionRefusee as refusee:
            messages.error(request, f"{jure} : {refusee}")
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_instruire)
def recevabilite(request: HttpRequest, pk: int) -> HttpResponse:
    trouve = _dossier_a_gerer(request, pk)
    exiger(peut_instruire(personne_connectee(request), trouve))
    try:
        if request.POST.get("avis") == "recevable":
            actions_dossier.declarer_recevable(trouve, par=personne_connectee(request))
            messages.success(request, "Le dossier est recevable.")
        else:
            motif = normaliser(request.POST.get("motif", ""))
            actions_dossier.declarer_irrecevable(trouve, par=personne_connectee(request), motif=motif)
            messages.success(request, "Le dossier est irrecevable.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_ouvrir_l_evaluation)
def ouvrir_l_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    trouve = _dossier_a_gerer(request, pk)
    nb = trouve.affectations.actives().count()
    exiger(peut_ouvrir_l_evaluation(personne_connectee(request), trouve, nb_affectations=nb))
    actions.ouvrir_evaluation(trouve, par=personne_connectee(request))
    messages.success(request, "Les jurés voient maintenant ce dossier.")
    return _vers_le_dossier(request, pk)


@require_POST
@regle(peut_rendre)
def rendre_au_jure(request: HttpRequest, pk: int, affectation_pk: int) -> HttpResponse:
    """Give a submitted reading back to its juror."""
    trouve = _dossier_a_gerer(request, pk)
    affectation = get_object_or_404(
        trouve.affectations.select_related("evaluation", "jure__utilisateur"), pk=affectation_pk
    )
    exiger(peut_rendre(personne_connectee(request), affectation, trouve))
    affectation.dossier = affectation.evaluation.affectation.dossier = trouve
    try:
        actions.rendre(
            affectation.evaluation, par=personne_connectee(request), motif=normaliser(request.POST.get("motif", ""))
        )
        messages.success(request, f"La lecture est rendue à {affectation.jure}.")
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    return _vers_le_dossier(request, pk)


# The president


@require_safe
@regle(peut_voir_la_deliberation)
def deliberation(request: HttpRequest) -> HttpResponse:
    """One line a dossier, without those that a conflict hides from the reader."""
    personne = personne_connectee(request)
    exiger(peut_voir_la_deliberation(personne))
    campagne = _campagne()
    filtre = _choix(FiltreDeliberation, request.GET.get("filtre"), FiltreDeliberation.TOUS)
    page = page_de_deliberation(campagne, liens_de_personne(personne), filtre, request.GET.get("apres", ""))
    return rendre(
        request,
        "candidatures/jury/deliberation.html",
        {"campagne": campagne, "page": page, "onglets": _onglets(FiltreDeliberation, filtre), "filtre": filtre},
    )


@garde_la_saisie
@regle(peut_decider)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier beside its gates and the decision."""
    trouve = get_object_or_404(chargees(Dossier.objects.all()), pk=pk)
    personne = personne_connectee(request)
    exiger(peut_voir_la_decision(personne, trouve))
    synthese = get_object_or_404(Synthese, dossier=trouve)
    demandees = demandes_de_mention(trouve)
    actuelle = getattr(trouve, "decision", None)
    initial: dict[str, Any] = {"arobases": synthese.proposition}
    if actuelle is not None:
        initial = {"arobases": actuelle.arobases, "motif": actuelle.motif, "mentions": list(actuelle.mentions.all())}
    form = DecisionForm(demandees, request.POST or None, initial=initial)
    if request.method == "POST":
        exiger(peut_decider(personne, trouve))
        if form.is_valid():
            try:
                actions.decider(
                    trouve,
                    arobases=form.cleaned_data["arobases"],
                    mentions=list(form.cleaned_data["mentions"]),
                    motif=normaliser(form.cleaned_data["motif"]),
                    par=personne,
                    a=heure_de_la_base(),
                )
            except TransitionRefusee as refusee:
                form.add_error("motif" if "motif" in str(refusee) else None, str(refusee))
            else:
                messages.success(request, f"La décision sur {trouve.collectivite} est enregistrée.")
                return redirect("admin:deliberation")
    contexte = {
        "dossier": trouve,
        "lecture": lecture(trouve, route_piece=ROUTE_PIECE),
        "synthese": synthese,
        "decision": actuelle,
        "form": form,
        "decider": peut_decider(personne, trouve),
        "demandees": demandees,
    }
    return rendre(request, "candidatures/jury/decision.html", contexte, status=422 if form.errors else 200)
