"""The space of a collectivité and its dossier, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from atlaas import interface as atlaas
from candidatures.campagnes.queries import campagne_courante, campagne_ouverte
from candidatures.dossiers import actions, etapes, permissions, queries
from candidatures.dossiers.completude import Manque, bloquants, etats_des_etapes, manques
from candidatures.dossiers.forms import FormulaireEtape, FormulaireMotif, FormulairePiece
from candidatures.dossiers.models import Dossier, Etape, Piece, Section
from mosaique import interface as mosaique
from villes_internet.comptes.models import Habilitation
from villes_internet.comptes.permissions import collectivites_de, personne_connectee
from villes_internet.socle import fichiers
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import SAUVEGARDE, garde_la_saisie
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import Verdict, exiger
from villes_internet.socle.versions import Divergence, Valeur, VersionPerimee
from villes_internet.territoires.models import Collectivite


def _collectivite(code: str) -> Collectivite:
    return get_object_or_404(Collectivite.objects.candidates().select_related("departement"), code=code)


def _dossier(request: HttpRequest, pk: int) -> Dossier:
    """The dossier with what its pages show, or 404 for a stranger."""
    dossier = get_object_or_404(queries.chargees(Dossier.objects.all()), pk=pk)
    exiger(permissions.peut_voir(request.user, dossier))
    return dossier


# The space


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
    collectivite = _collectivite(code)
    exiger(permissions.peut_voir_espace(request.user, collectivite))
    campagne = campagne_courante()
    dossier = queries.dossier_de(collectivite, campagne)
    liste = bloquants(manques(dossier)) if dossier and dossier.etat == "brouillon" else []
    maintenant = timezone.now()
    contexte = {
        "collectivite": collectivite,
        "campagne": campagne,
        "jours": queries.jours_restants(campagne, maintenant) if campagne else None,
        "heure_locale": queries.heure_locale(campagne.cloture_le, collectivite) if campagne else "",
        "dossier": dossier,
        "manques": liste,
        "pas": queries.prochain_pas(dossier, len(liste)) if dossier else None,
        "peut_creer": None if dossier else permissions.peut_creer(request.user, collectivite, campagne),
        "echeances": queries.echeances(campagne, maintenant),
        "equipe": list(queries.equipe_de(collectivite)[:12]),
        "distinction": atlaas.distinctions_de(collectivite).first(),
    }
    return render(request, "candidatures/dossiers/espace.html", contexte)


@require_POST
@regle(permissions.peut_creer)
def creer(request: HttpRequest, code: str) -> HttpResponse:
    collectivite = _collectivite(code)
    campagne = campagne_ouverte()
    exiger(permissions.peut_creer(request.user, collectivite, campagne))
    assert campagne is not None
    dossier = actions.creer_dossier(campagne, collectivite, par=personne_connectee(request))
    return redirect(dossier)


# The dossier


def _cadre(request: HttpRequest, dossier: Dossier, courante: str = "") -> dict[str, Any]:
    """What surrounds every page of a dossier: steps, what is missing, deadline, rights."""
    saisie = queries.saisie_de(dossier)
    liste = manques(dossier, saisie)
    return {
        "dossier": dossier,
        "collectivite": dossier.collectivite,
        "campagne": dossier.campagne,
        "saisie": saisie,
        "manques": liste,
        "bloquants": bloquants(liste),
        "conseils": [m for m in liste if not m.est_bloquant],
        "etapes": etats_des_etapes(dossier, saisie, liste, courante),
        "jours": queries.jours_restants(dossier.campagne, timezone.now()),
        "heure_locale": queries.heure_locale(dossier.campagne.cloture_le, dossier.collectivite),
        "peut_modifier": permissions.peut_modifier(request.user, dossier),
    }


@require_GET
@regle(permissions.peut_voir)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the dossier stands: progress, what is missing with links, receipts."""
    objet = _dossier(request, pk)
    cadre = _cadre(request, objet)
    contexte = cadre | {
        "pas": queries.prochain_pas(objet, len(cadre["bloquants"])),
        "nb_faites": sum(e.etat == "fait" for e in cadre["etapes"]),
        "instantanes": list(objet.instantanes.defer("contenu")),
    }
    return render(request, "candidatures/dossiers/dossier.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@regle(permissions.peut_voir, permissions.peut_modifier)
@garde_la_saisie
def etape(request: HttpRequest, pk: int, etape: str) -> HttpResponse:
    """One step: its page, its save, and the autosave of the browser (header X-Sauvegarde)."""
    if etape not in etapes.PAR_CODE:
        raise Http404
    objet = _dossier(request, pk)
    description = etapes.PAR_CODE[etape]
    if request.method == "POST":
        return _enregistrer(request, objet, description)
    return _montrer(request, objet, description)


def _montrer(
    request: HttpRequest,
    dossier: Dossier,
    etape: etapes.EtapeDossier,
    *,
    piece: FormulairePiece | None = None,
    statut: int = HTTPStatus.OK,
) -> HttpResponse:
    cadre = _cadre(request, dossier, etape.code)
    saisie: queries.Saisie = cadre["saisie"]
    section = saisie.sections.get(etape.code)
    champs = _champs(dossier, etape, saisie)
    precedente = queries.reponses_precedentes(dossier, etape.code) if etape.champs else None
    codes = [e.code for e in etapes.ETAPES]
    rang = codes.index(etape.code)
    contexte = cadre | {
        "etape": etape,
        "formulaire": FormulaireEtape(champs, section.donnees)
        if section and section.numero_version
        else FormulaireEtape(champs, initial=queries.valeurs_connues(dossier, etape.code, saisie, precedente)),
        "numero_version": saisie.version(etape.code),
        "section": section,
        "manques_etape": [m for m in cadre["manques"] if m.etape == etape.code],
        "precedente": precedente,
        "groupes_precedents": queries.groupes_lus(etape.champs, precedente.donnees) if precedente else [],
        "pieces": [p for p in saisie.pieces if p.objet == etape.objet_piece],
        "formulaire_piece": piece or FormulairePiece(prefix="piece"),
        "formats": fichiers.FORMATS,
        "suivante": codes[rang + 1] if rang + 1 < len(codes) else "",
    }
    contexte |= _COMPLEMENTS.get(etape.code, _rien)(request, dossier, cadre)
    return render(request, etape.gabarit, contexte, status=statut)


def _champs(dossier: Dossier, etape: etapes.EtapeDossier, saisie: queries.Saisie) -> tuple[etapes.Champ, ...]:
    """The questions of the step; three of them depend on the fiches and the campaign."""
    presentees = tuple((str(p.action_id), p.action.titre) for p in saisie.presentees)
    match etape.code:
        case Etape.ACTIONS:
            fiches = atlaas.actions_de(dossier.collectivite).values_list("pk", "titre")
            return etapes.champs_actions(tuple((str(cle), titre) for cle, titre in fiches))
        case Etape.PHARES:
            choisies = {str(p.action_id) for p in saisie.presentees if p.est_phare}
            return etapes.champs_phares(presentees, tuple(p for p in presentees if p[0] in choisies))
        case Etape.MENTIONS:
            return etapes.champs_mentions(tuple(dossier.campagne.mentions.values_list("code", "nom")), presentees)
    return etape.champs


# Saving a step


def _enregistrer(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier) -> HttpResponse:
    est_auto = bool(request.headers.get(SAUVEGARDE))
    verdict = permissions.peut_modifier(request.user, dossier)
    if not verdict and est_auto and not verdict.masque:
        return JsonResponse({"etat": "refuse", "motif": verdict.motif}, status=HTTPStatus.FORBIDDEN)
    exiger(verdict)
    if etape.code == Etape.PIECES:
        return _ajouter_piece(request, dossier, etape)
    saisie = queries.saisie_de(dossier)
    champs = _champs(dossier, etape, saisie)
    if not champs:
        raise Http404
    ancienne = saisie.sections.get(etape.code)
    formulaire = FormulaireEtape(champs, _tranche(request.POST, ancienne))
    try:
        section = actions.enregistrer_section(
            dossier,
            etape.code,
            {**(ancienne.donnees if ancienne else {}), **formulaire.saisie()},
            _numero(request.POST.get("numero_version")),
            par=personne_connectee(request),
            invalides=formulaire.invalides(),
        )
    except VersionPerimee as conflit:
        return _conflit(request, dossier, etape, formulaire, conflit.actuel, est_auto=est_auto)
    except TransitionRefusee as refus:
        return _refuser(str(refus), est_auto=est_auto)
    if est_auto:
        return JsonResponse(
            {
                "etat": "enregistre",
                "numero_version": section.numero_version,
                "enregistre_le": section.modifie_le.isoformat() if section.modifie_le else "",
                "erreurs": section.invalides,
            }
        )
    if f"{PREFIXE_PIECE}-fichier" in request.FILES:
        return _ajouter_piece(request, dossier, etape)
    return _apres(request, dossier, etape, section)


PREFIXE_PIECE = "piece"


def _numero(valeur: str | None) -> int:
    return int(valeur) if valeur and valeur.isdecimal() else 0


def _refuser(motif: str, *, est_auto: bool) -> HttpResponse:
    if est_auto:
        return JsonResponse({"etat": "refuse", "motif": motif}, status=HTTPStatus.FORBIDDEN)
    raise PermissionDenied(motif)


def _apres(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier, section: Section) -> HttpResponse:
    """Stay where something has a bad shape or where one asked to stay; go to the next step otherwise."""
    if section.invalides:
        messages.warning(request, "Enregistré tel quel. Certaines réponses sont à corriger.")
    else:
        messages.success(request, f"« {etape.titre} » : enregistré.")
    codes = [e.code for e in etapes.ETAPES]
    suivante = codes[min(codes.index(etape.code) + 1, len(codes) - 1)]
    reste = section.invalides or "rester" in request.POST
    return redirect("dossiers:etape", dossier.pk, etape.code if reste else suivante)


# Two people, one step


def _tranche(envoye: QueryDict, section: Section | None) -> QueryDict:
    """Answers sent, where a choice was made on the page of the two versions."""
    donnees = envoye.copy()
    for nom, valeur in (section.donnees if section else {}).items():
        if envoye.get(f"choix-{nom}") == "autre":
            donnees.setlist(nom, valeur if isinstance(valeur, list) else [valeur])
    return donnees


def _conflit(
    request: HttpRequest,
    dossier: Dossier,
    etape: etapes.EtapeDossier,
    formulaire: FormulaireEtape,
    section: Section,
    *,
    est_auto: bool,
) -> HttpResponse:
    """409 with both versions; nothing has been written."""
    par = str(section.modifie_par or "")
    if est_auto:
        contenu = {
            "etat": "conflit",
            "numero_version": section.numero_version,
            "valeurs": {nom: section.donnees.get(nom, "") for nom in formulaire.fields},
            "par": par,
        }
        return JsonResponse(contenu, status=HTTPStatus.CONFLICT)
    mienne = formulaire.saisie()
    contexte = {
        "dossier": dossier,
        "etape": etape,
        "section": section,
        "par": par,
        "divergences": [
            Divergence(c.code, c.libelle, _valeur(c, mienne[c.code]), _valeur(c, section.donnees.get(c.code, "")))
            for c in formulaire.champs
            if mienne[c.code] != section.donnees.get(c.code, mienne[c.code] and "")
        ],
        "saisie": [(nom, v) for nom in mienne for v in _en_liste(mienne[nom])],
    }
    return render(request, "candidatures/dossiers/conflit.html", contexte, status=HTTPStatus.CONFLICT)


def _en_liste(valeur: Any) -> list[str]:
    return valeur if isinstance(valeur, list) else [valeur]


def _valeur(champ: etapes.Champ, brute: Any) -> Valeur:
    lisible = champ.lisible(brute)
    return Valeur(", ".join(_en_liste(brute)), ", ".join(lisible) if isinstance(lisible, list) else str(lisible or ""))


# Files


def _ajouter_piece(request: HttpRequest, dossier: Dossier, etape: etapes.EtapeDossier) -> HttpResponse:
    formulaire = FormulairePiece(request.POST, request.FILES, prefix=PREFIXE_PIECE)
    if formulaire.is_valid():
        try:
            piece = actions.ajouter_piece(
                dossier,
                formulaire.cleaned_data["fichier"],
                objet=etape.objet_piece,
                titre=formulaire.cleaned_data.get("titre", ""),
                alternative=formulaire.cleaned_data.get("alternative", ""),
                par=personne_connectee(request),
            )
        except TransitionRefusee as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            messages.success(request, f"« {piece} » est dans le dossier.")
            return redirect("dossiers:etape", dossier.pk, etape.code)
    return _montrer(request, dossier, etape, piece=formulaire, statut=HTTPStatus.UNPROCESSABLE_ENTITY)


def envoyer_piece(piece: Piece) -> FileResponse:
    """The file, for a view that has checked who asks (the jury has its own)."""
    return fichiers.servir(piece.fichier.open(), nom=piece.nom, type_mime=piece.type_mime)


@require_GET
@regle(permissions.peut_voir)
def piece(request: HttpRequest, pk: int, piece_pk: int) -> FileResponse:
    return envoyer_piece(get_object_or_404(Piece, pk=piece_pk, dossier=_dossier(request, pk)))


@require_POST
@regle(permissions.peut_modifier)
def retirer_piece(request: HttpRequest, pk: int, piece_pk: int) -> HttpResponse:
    dossier = _dossier(request, pk)
    exiger(permissions.peut_modifier(request.user, dossier))
    piece = get_object_or_404(dossier.pieces.presentes(), pk=piece_pk)
    actions.retirer_piece(piece, par=personne_connectee(request))
    messages.success(request, f"« {piece} » n’est plus dans le dossier.")
    etape = next(e for e in etapes.ETAPES if e.objet_piece == piece.objet)
    return redirect("dossiers:etape", dossier.pk, etape.code)


@require_GET
@regle(permissions.peut_voir)
def recepisse(request: HttpRequest, pk: int, numero: int) -> FileResponse:
    dossier = _dossier(request, pk)
    instantane = get_object_or_404(dossier.instantanes.defer("contenu").exclude(recepisse=""), numero=numero)
    return fichiers.servir(
        instantane.recepisse.open(), nom=f"recepisse-{dossier.pk}-{numero}.pdf", type_mime=fichiers.PDF
    )


# What some steps show besides


def _rien(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {}


def _complement_actions(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    jour = queries.date_d_eligibilite(dossier.campagne)
    eligibles = set(atlaas.actions_eligibles(dossier.collectivite, jour).values_list("pk", flat=True))
    presentees = {p.action_id for p in cadre["saisie"].presentees}
    fiches = atlaas.actions_de(dossier.collectivite).prefetch_related("services")
    return {
        "fiches": [
            {"fiche": fiche, "est_eligible": fiche.pk in eligibles, "est_presentee": fiche.pk in presentees}
            for fiche in fiches
        ]
    }


def _complement_phares(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"attendues": etapes.nb_phares_attendus(dossier.collectivite.population)}


def _complement_mosaique(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"resume": mosaique.resume(dossier.mosaique, avec_liens=True)}


def _complement_lettre(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"modele": queries.modele_de_lettre(dossier, cadre["saisie"])}


def _complement_relecture(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    return {"lecture": queries.lecture(dossier, saisie=cadre["saisie"])}


def _complement_depot(request: HttpRequest, dossier: Dossier, cadre: dict[str, Any]) -> dict[str, Any]:
    liste: list[Manque] = cadre["manques"]
    personne = request.user
    return {
        "peut_demander": permissions.peut_demander_approbation(personne, dossier, liste),
        "peut_approuver": permissions.peut_approuver(personne, dossier),
        "peut_renvoyer": permissions.peut_renvoyer(personne, dossier),
        "peut_deposer": permissions.peut_deposer(personne, dossier, liste),
        "peut_rouvrir": permissions.peut_rouvrir(personne, dossier),
        "peut_retirer": permissions.peut_retirer(personne, dossier),
        "instantanes": list(dossier.instantanes.defer("contenu").select_related("depose_par")),
        "historique": list(queries.historique(dossier)),
        "formulaire_motif": FormulaireMotif(auto_id="id_%s_motif"),
    }


_COMPLEMENTS: dict[str, Callable[[HttpRequest, Dossier, dict[str, Any]], dict[str, Any]]] = {
    Etape.LETTRE: _complement_lettre,
    Etape.MOSAIQUE: _complement_mosaique,
    Etape.ACTIONS: _complement_actions,
    Etape.PHARES: _complement_phares,
    Etape.RELECTURE: _complement_relecture,
    Etape.DEPOT: _complement_depot,
}


# From draft to deposit


@dataclass(frozen=True, slots=True)
class Geste:
    """A button of the last step: its right, its action, what is said after."""

    peut: Callable[..., Verdict]
    agir: Callable[..., Dossier]
    fait: str
    a_un_motif: bool = False


GESTES = {
    "demander": Geste(
        permissions.peut_demander_approbation,
        actions.demander_approbation,
        "L’approbation est demandée : le signataire a reçu un message.",
    ),
    "approuver": Geste(
        permissions.peut_approuver, actions.approuver, "Le dossier est approuvé. Il reste à le déposer."
    ),
    "renvoyer": Geste(
        permissions.peut_renvoyer, actions.renvoyer, "Le dossier est revenu en brouillon.", a_un_motif=True
    ),
    "deposer": Geste(
        permissions.peut_deposer, actions.deposer, "Votre dossier est déposé. Le récépissé part par courriel."
    ),
    "rouvrir": Geste(
        permissions.peut_rouvrir,
        actions.rouvrir,
        "Le dossier est rouvert : il faudra l’approuver et le déposer à nouveau.",
    ),
    "retirer": Geste(
        permissions.peut_retirer, actions.retirer, "Le dossier est retiré de la campagne.", a_un_motif=True
    ),
}


@require_POST
@regle(*(g.peut for g in GESTES.values()))
def geste(request: HttpRequest, pk: int, geste: str) -> HttpResponse:
    """Ask, approve, send back, deposit, reopen, withdraw. A second press of "déposer" finds it done."""
    if geste not in GESTES:
        raise Http404
    dossier = _dossier(request, pk)
    choisi = GESTES[geste]
    retour = HttpResponseRedirect(reverse("dossiers:etape", args=[dossier.pk, Etape.DEPOT]))
    if geste == "deposer" and dossier.depose_le is not None:
        messages.info(request, "Votre dossier est déjà déposé.")
        return retour
    verdict = choisi.peut(request.user, dossier)
    exiger(verdict)
    motif = {"motif": request.POST.get("motif", "")} if choisi.a_un_motif else {}
    try:
        choisi.agir(dossier, par=personne_connectee(request), **motif)
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, choisi.fait)
    return retour
