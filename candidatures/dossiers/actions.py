"""What changes a dossier. Every writer takes the dossier's row first, so that a save and an approval never cross."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Sum

from atlaas import interface as atlaas
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import courriels, etats, tasks
from candidatures.dossiers.completude import bloquants, manques, nb_propres
from candidatures.dossiers.etapes import CHAMPS_PHARE
from candidatures.dossiers.etats import MODIFIABLES, EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Instantane, Piece, Section
from candidatures.dossiers.queries.contenu import composer, empreinte, empreinte_a_approuver
from candidatures.dossiers.queries.echeances import date_d_eligibilite
from candidatures.dossiers.queries.saisie import Saisie, presentees_de
from mosaique import interface as mosaique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.fichiers import FichierVerifie
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.journal import consigner
from villes_internet.socle.templatetags.typographie import date_heure
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

TAILLE_MAX_DOSSIER = 200 * 1024 * 1024


@transaction.atomic
def creer_dossier(campagne: Campagne, collectivite: Collectivite, *, par: Utilisateur | None) -> Dossier:
    """The dossier of the collectivité in this open campaign; the existing one when there is one (a double click)."""
    _campagne_ouverte(campagne)
    Collectivite.objects.select_for_update(no_key=True).get(pk=collectivite.pk)
    existant = Dossier.objects.filter(campagne=campagne, collectivite=collectivite).first()
    if existant:
        return existant
    tableau = mosaique.ouvrir(collectivite, campagne.annee, campagne.version, date_d_eligibilite(campagne), par)
    dossier = Dossier.objects.create(campagne=campagne, collectivite=collectivite, mosaique=tableau)
    Dossier.objects.filter(pk=dossier.pk).update(nb_manques_propres=nb_propres(dossier, Saisie(dossier)))
    consigner(dossier, "créer", par=par)
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def enregistrer_section(
    dossier: Dossier,
    etape: str,
    donnees: Mapping[str, Any],
    numero_version: int,
    *,
    par: Utilisateur | None,
    invalides: Mapping[str, str] | None = None,
) -> Section:
    """Save the answers of a step as typed; incomplete or badly shaped (``invalides``) answers are kept.

    Raises ``VersionPerimee`` with the section as it stands when somebody saved since ``numero_version``, unless they
    saved the very same answers; ``TransitionRefusee`` when the dossier is no longer a draft. Saving the steps
    "actions" and "phares" also writes the rows of ``ActionPresentee``.
    """
    return ecrire_section(dossier, etape, donnees, numero_version, par=par, invalides=invalides)


def ecrire_section(
    dossier: Dossier,
    etape: str,
    donnees: Mapping[str, Any],
    numero_version: int,
    *,
    par: Utilisateur | None,
    invalides: Mapping[str, str] | None = None,
) -> Section:
    """``enregistrer_section`` in the caller's transaction."""
    _verrouiller_brouillon(dossier)
    saisie, heure = Saisie(dossier), heure_de_la_base()
    section = _ecrire(saisie, etape, donnees, numero_version, par=par, a=heure, invalides=invalides)
    _tenir_a_jour(dossier, saisie, heure)
    return section


@transaction.atomic
def remplir(dossier: Dossier, reponses: Mapping[str, Mapping[str, Any]], *, par: Utilisateur | None) -> Dossier:
    """Fill steps that nobody has filled yet, {step: answers}, and count once what is missing."""
    _verrouiller_brouillon(dossier)
    saisie, heure = Saisie(dossier), heure_de_la_base()
    for etape, donnees in reponses.items():
        _ecrire(saisie, etape, donnees, 0, par=par, a=heure)
    _tenir_a_jour(dossier, saisie, heure)
    return dossier


def _ecrire(
    saisie: Saisie,
    etape: str,
    donnees: Mapping[str, Any],
    numero_version: int,
    *,
    par: Utilisateur | None,
    a: datetime,
    invalides: Mapping[str, str] | None = None,
) -> Section:
    """Write the step, and keep ``saisie``, read under the lock, as it then stands."""
    section = saisie.sections.setdefault(etape, Section(dossier=saisie.dossier, etape=etape))
    if section.numero_version != numero_version:
        if section.donnees == donnees:
            return section
        raise VersionPerimee(section)
    section.donnees = dict(donnees)
    section.invalides = dict(invalides or {})
    section.numero_version += 1
    section.modifie_le = a
    section.modifie_par = par
    section.save()
    if etape in {Etape.ACTIONS, Etape.PHARES}:
        _accorder_actions(saisie)
    return section


def presenter_action(
    dossier: Dossier, action: Any, *, par: Utilisateur | None, phare: Mapping[str, str] | None = None
) -> ActionPresentee:
    """Add an Atlaas fiche to the dossier; with ``phare`` it is a flagship.

    ``phare`` answers the questions of ``etapes.CHAMPS_PHARE``: "probleme", "public", "realisation", "resultats"…
    """
    cle = str(action.pk)
    _completer_section(dossier, Etape.ACTIONS, lambda d: {"actions": _avec(d.get("actions"), cle)}, par)
    if phare is not None:
        inconnus = set(phare) - {c.code for c in CHAMPS_PHARE}
        if inconnus:
            raise ValueError(f"Questions inconnues : {', '.join(sorted(inconnus))}")
        recit = {f"a{cle}-{code}": texte for code, texte in phare.items()}
        _completer_section(dossier, Etape.PHARES, lambda d: {"phares": _avec(d.get("phares"), cle), **recit}, par)
    return ActionPresentee.objects.get(dossier=dossier, action_id=action.pk)


def _avec(liste: list[str] | None, cle: str) -> list[str]:
    return [*(c for c in liste or [] if c != cle), cle]


def _completer_section(
    dossier: Dossier, etape: str, ajout: Callable[[dict[str, Any]], dict[str, Any]], par: Utilisateur | None
) -> None:
    section = Section.objects.filter(dossier=dossier, etape=etape).first() or Section()
    enregistrer_section(dossier, etape, {**section.donnees, **ajout(section.donnees)}, section.numero_version, par=par)


def _accorder_actions(saisie: Saisie) -> None:
    """Make the rows agree with the sections: order of the list, flagships among the presented ones;
    only fiches of the collectivité itself."""
    dossier = saisie.dossier
    voulues = _cles(saisie.reponses(Etape.ACTIONS).get("actions"))
    phares = set(_cles(saisie.reponses(Etape.PHARES).get("phares")))
    connues = set(atlaas.actions_de(dossier.collectivite).filter(pk__in=voulues).values_list("pk", flat=True))
    voulues = [cle for cle in dict.fromkeys(voulues) if cle in connues]
    lignes = [(cle, rang, cle in phares) for rang, cle in enumerate(voulues, start=1)]
    if lignes == [(p.action_id, p.position, p.est_phare) for p in saisie.presentees]:
        return
    if {p.action_id for p in saisie.presentees} - set(voulues):
        dossier.actions_presentees.exclude(action__in=voulues).delete()
    ActionPresentee.objects.bulk_create(
        [
            ActionPresentee(dossier=dossier, action_id=cle, position=rang, est_phare=est_phare)
            for cle, rang, est_phare in lignes
        ],
        update_conflicts=True,
        unique_fields=["dossier", "action"],
        update_fields=["position", "est_phare"],
    )
    saisie.presentees[:] = presentees_de(dossier)


def _cles(liste: list[str] | None) -> list[int]:
    return [int(cle) for cle in liste or [] if cle.isdecimal()]


# Files


@transaction.atomic
def ajouter_piece(
    dossier: Dossier,
    fichier: FichierVerifie,
    *,
    objet: str,
    par: Utilisateur,
    titre: str = "",
    alternative: str = "",
) -> Piece:
    """Keep a checked file; the same file sent twice for the same purpose is kept once. At most 200 MB a dossier."""
    _verrouiller_brouillon(dossier)
    meme = dossier.pieces.presentes().filter(objet=objet, empreinte=fichier.empreinte).first()
    if meme:
        return meme
    occupe = dossier.pieces.presentes().aggregate(total=Sum("taille"))["total"] or 0
    if occupe + fichier.taille > TAILLE_MAX_DOSSIER:
        raise TransitionRefusee(
            "Le dossier atteindrait plus de 200 Mo : retirez une pièce avant d’en ajouter une autre."
        )
    piece = Piece(
        dossier=dossier,
        objet=objet,
        titre=titre,
        alternative=alternative,
        nom=fichier.nom,
        type_mime=fichier.type_mime,
        taille=fichier.taille,
        empreinte=fichier.empreinte,
        deposee_par=par,
    )
    piece.fichier.save(fichier.nom, ContentFile(fichier.contenu), save=False)
    piece.save()
    consigner(dossier, "ajouter une pièce", par=par, donnees={"piece": piece.pk, "nom": piece.nom})
    _tenir_a_jour(dossier, Saisie(dossier), heure_de_la_base())
    return piece


@transaction.atomic
def retirer_piece(piece: Piece, *, par: Utilisateur) -> None:
    """Remove it; the file itself stays when an earlier deposit contained it."""
    dossier = piece.dossier
    _verrouiller_brouillon(dossier)
    if dossier.instantanes.filter(depose_le__gte=piece.deposee_le).exists():
        piece.retiree_le = heure_de_la_base()
        piece.save(update_fields=["retiree_le"])
    else:
        stockage, nom = piece.fichier.storage, piece.fichier.name or ""
        piece.delete()
        transaction.on_commit(partial(stockage.delete, nom))
    consigner(dossier, "retirer une pièce", par=par, donnees={"nom": piece.nom})
    _tenir_a_jour(dossier, Saisie(dossier), heure_de_la_base())


# From draft to deposit


@transaction.atomic
def demander_approbation(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    """Close the draft and its mosaic to writing, then tell the signatories."""
    _campagne_ouverte(dossier.campagne)
    _exiger_complet(dossier)
    franchir(dossier, etats.DEMANDER_APPROBATION, par=par)
    mosaique.figer(dossier.mosaique, par=par)
    courriels.a_approuver(dossier, par)
    return dossier


@transaction.atomic
def renvoyer(dossier: Dossier, *, par: Utilisateur | None, motif: str) -> Dossier:
    """Back to the team, with what to mend; an approval given falls."""
    franchir(dossier, etats.RENVOYER, par=par, motif=motif, approuve_le=None, approuve_par=None, empreinte_approuvee="")
    mosaique.defiger(dossier.mosaique, date_d_eligibilite(dossier.campagne), par=par)
    courriels.renvoye(dossier, par, motif)
    return dossier


@transaction.atomic
def approuver(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    """Keep who approved, when, and the digest of what was approved."""
    _campagne_ouverte(dossier.campagne)
    franchir(
        dossier,
        etats.APPROUVER,
        par=par,
        approuve_le=heure_de_la_base(),
        approuve_par=par,
        empreinte_approuvee=empreinte_a_approuver(dossier),
    )
    courriels.approuve(dossier, par)
    return dossier


@transaction.atomic
def deposer(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """Deposit what was approved, before the closing hour read under lock; the receipt leaves once it holds.

    The content and its digest are frozen in an ``Instantane``; fiches are taken as they are now.
    """
    heure = _campagne_ouverte(dossier.campagne)
    _exiger_complet(dossier)
    franchir(dossier, etats.DEPOSER, par=par, depose_le=heure)
    if empreinte_a_approuver(dossier) != dossier.empreinte_approuvee:
        raise TransitionRefusee("Le contenu a changé depuis l’approbation : renvoyez le dossier en brouillon.")
    mosaique.defiger(dossier.mosaique, date_d_eligibilite(dossier.campagne), par=par)
    mosaique.figer(dossier.mosaique, par=par)
    contenu = composer(dossier, Saisie(dossier)) | {"mosaique": mosaique.contenu_fige(dossier.mosaique)}
    contenu["approbation"] = {
        "le": dossier.approuve_le.isoformat() if dossier.approuve_le else None,
        "par": str(dossier.approuve_par or ""),
        "empreinte": dossier.empreinte_approuvee,
    }
    dernier = dossier.instantanes.aggregate(numero=Max("numero"))["numero"] or 0
    instantane = Instantane.objects.create(
        dossier=dossier,
        numero=dernier + 1,
        contenu=contenu,
        empreinte=empreinte(contenu),
        depose_le=heure,
        depose_par=par,
    )
    transaction.on_commit(partial(tasks.envoyer_recepisse.delay, instantane.pk), robust=True)
    return dossier


@transaction.atomic
def rouvrir(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    """Before the closing hour only. Earlier snapshots stay; the dossier must be approved and deposited again."""
    _campagne_ouverte(dossier.campagne)
    franchir(
        dossier, etats.ROUVRIR, par=par, depose_le=None, approuve_le=None, approuve_par=None, empreinte_approuvee=""
    )
    mosaique.defiger(dossier.mosaique, date_d_eligibilite(dossier.campagne), par=par)
    return dossier


def retirer(dossier: Dossier, *, par: Utilisateur | None, motif: str) -> Dossier:
    return franchir(dossier, etats.RETIRER, par=par, motif=motif)


# After the deposit


def declarer_recevable(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.DECLARER_RECEVABLE, par=par)


def declarer_irrecevable(dossier: Dossier, *, par: Utilisateur | None, motif: str) -> Dossier:
    return franchir(dossier, etats.DECLARER_IRRECEVABLE, par=par, motif=motif)


def mettre_en_evaluation(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.METTRE_EN_EVALUATION, par=par)


def terminer_evaluation(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.TERMINER_EVALUATION, par=par)


def reprendre_evaluation(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.REPRENDRE_EVALUATION, par=par)


def deliberer(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.DELIBERER, par=par)


def publier(dossier: Dossier, *, par: Utilisateur | None) -> Dossier:
    return franchir(dossier, etats.PUBLIER, par=par)


# What they share


def _campagne_ouverte(campagne: Campagne) -> Any:
    """Hold the campaign's row, so that nobody closes or extends it, then read the database's clock; the hour."""
    verrouillee = Campagne.objects.raw(
        "SELECT * FROM candidatures_campagne WHERE id = %s FOR SHARE",
        [campagne.pk],
    )[0]
    heure = heure_de_la_base()
    if verrouillee.etat != EtatCampagne.OUVERTE:
        raise TransitionRefusee(f"La campagne {verrouillee.annee} n’est pas ouverte.")
    if heure >= verrouillee.cloture_le:
        cloture = date_heure(verrouillee.cloture_le)
        raise TransitionRefusee(
            f"La campagne est close depuis le {cloture} (heure de Paris). "
            "Votre dossier reste lisible, il n’est pas déposé."
        )
    return heure


def _verrouiller_brouillon(dossier: Dossier) -> None:
    """Hold the row and refuse anything but a draft of an open campaign."""
    etat = Dossier.objects.select_for_update().values_list("etat", flat=True).get(pk=dossier.pk)
    if etat not in MODIFIABLES:
        raise TransitionRefusee(f"Ce dossier est {EtatDossier(etat).label} : il ne se modifie plus.")


def _exiger_complet(dossier: Dossier) -> None:
    Dossier.objects.select_for_update().only("pk").get(pk=dossier.pk)
    restants = bloquants(manques(dossier))
    if restants:
        raise TransitionRefusee(f"Le dossier n’est pas complet. {restants[0].phrase}")


def _tenir_a_jour(dossier: Dossier, saisie: Saisie, a: datetime) -> None:
    """The aggregates of the lists."""
    dossier.nb_actions = len(saisie.presentees)
    dossier.nb_manques_propres = nb_propres(dossier, saisie)
    dossier.modifie_le = a
    dossier.save(update_fields=["nb_actions", "nb_manques_propres", "modifie_le"])
