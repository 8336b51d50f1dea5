"""Dossiers filled as agents fill them, step by step, through the same actions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from atlaas.interface import Action
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions
from candidatures.dossiers.etapes import nb_phares_attendus
from candidatures.dossiers.models import Dossier, Etape
from mosaique import interface as mosaique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Enjeu
from villes_internet.territoires.models import Collectivite

CODE_BASSENS = "33032"


@dataclass(frozen=True, slots=True)
class Participant:
    """A collectivité of the demonstration; ``maturite`` goes from 1 (starting) to 5 (example for others)."""

    collectivite: Collectivite
    site: str
    maturite: int
    referent: Utilisateur
    signataire: Utilisateur
    fiches: list[Action]
    etat: str


def ouvrir(campagne: Campagne, participant: Participant, enjeux: list[Enjeu], alea: Random) -> Dossier:
    """A dossier whose every step is filled, still a draft."""
    dossier = actions.creer_dossier(campagne, participant.collectivite, par=participant.referent)
    remplir_mosaique(dossier, participant, enjeux, alea)
    tout = reponses(participant, campagne) | presentation(participant)
    return actions.remplir(dossier, tout, par=participant.referent)


def remplir_mosaique(dossier: Dossier, participant: Participant, enjeux: list[Enjeu], alea: Random) -> None:
    prouves = {s.code for fiche in participant.fiches for s in fiche.services.all()}
    saisies = {}
    for enjeu in enjeux:
        codes = [s.code for s in enjeu.services.all()]
        niveau = max(0, min(4, participant.maturite - 1 + alea.choice((-1, 0, 0, 0, 1))))
        saisies[enjeu.pk] = mosaique.Saisie(
            niveau=max(niveau, 1) if prouves.intersection(codes) else niveau,
            services={
                code: _statut(code, code in prouves, participant, alea, dossier.campagne.annee) for code in codes
            },
        )
    mosaique.enregistrer_reponses(dossier.mosaique, saisies, par=participant.referent)


def _statut(code: str, est_prouve: bool, participant: Participant, alea: Random, annee: int) -> dict[str, str]:
    if est_prouve:
        return {"statut": "evalue" if participant.maturite >= 4 else "en_service", "echeance": "", "motif": ""}
    tirage = alea.random()
    if tirage < 0.03 * (6 - participant.maturite) and code.endswith((".2", ".6")):
        return {"statut": "non_concerne", "echeance": "", "motif": "Compétence de l’intercommunalité."}
    if tirage < 0.12 * participant.maturite:
        return {"statut": "experimente", "echeance": "", "motif": ""}
    if tirage < 0.18 * participant.maturite:
        return {"statut": "programme", "echeance": date(annee + 1, 6, 30).isoformat(), "motif": ""}
    return {"statut": "pas_fait", "echeance": "", "motif": ""}


def reponses(participant: Participant, campagne: Campagne) -> dict[str, dict[str, Any]]:
    """The answers of the steps that are simple forms."""
    if participant.collectivite.code == CODE_BASSENS:
        return _bassens(participant, campagne)
    return _generiques(participant, campagne)


def _generiques(participant: Participant, campagne: Campagne) -> dict[str, dict[str, Any]]:
    nom, maturite = participant.collectivite.nom, participant.maturite
    chef = "président" if participant.collectivite.est_intercommunalite else "maire"
    strategie: dict[str, Any] = {
        "voie_humaine": "oui",
        "voie_humaine_texte": "Un accueil et un téléphone pour chaque démarche.",
    }
    if maturite >= 3:
        strategie |= {
            "pnt_annee": str(campagne.annee - 7),
            "pnt_resume": "Un projet écrit avec les services et les habitants, revu tous les trois ans.",
            "schema_date": date(campagne.annee - 3, 6, 24).isoformat(),
            "schema_instance": "conseil",
            "schema_vote": "majorite",
            "schema_axes": "Services aux habitants\nInclusion\nConfiance et sécurité\nSobriété",
            "elu_delegue": str(participant.signataire),
            "elu_delegation": "numérique et innovation",
        }
    if maturite >= 4:
        strategie |= {
            "accessibilite_url": f"{participant.site}/accessibilite",
            "pssi": "oui",
            "pssi_date": date(campagne.annee - 2, 1, 15).isoformat(),
        }
    return {
        Etape.COLLECTIVITE: {
            "site": participant.site,
            "comptes": "",
            "presentation": f"{nom} conduit une politique numérique au service des habitants, à sa mesure.",
            "competences": "Très haut débit et déchets relèvent de l’intercommunalité.",
        },
        Etape.EQUIPE: {
            "referent_nom": str(participant.referent),
            "referent_fonction": "responsable du numérique",
            "referent_courriel": participant.referent.email,
            "elu_nom": str(participant.signataire),
            "elu_fonction": chef,
            "signataire_nom": str(participant.signataire),
            "signataire_fonction": chef,
            "services": "Numérique\nAccueil\nMédiathèque\nAction sociale",
        },
        Etape.LETTRE: {
            "mode": "redigee",
            "texte": _lettre("lettre.txt", nom=nom, annee=campagne.annee),
            "date_lettre": date(campagne.annee - 1, 9, 30).isoformat(),
            "maire_nom": str(participant.signataire),
            "maire_fonction": chef,
            "engagements": ["voie_humaine", "mediation", "accessibilite"],
        },
        Etape.STRATEGIE: strategie,
        Etape.MOYENS: {
            "etp": str(maturite * 1.5).replace(".", ","),
            "investissement": "20_100" if maturite >= 3 else "5_20",
            "fonctionnement": "20_100" if maturite >= 3 else "moins_5",
        },
    }


def _bassens(participant: Participant, campagne: Campagne) -> dict[str, dict[str, Any]]:
    """The facts of the town’s letter, retold: project of 2012, plan of 22 March 2016, seven axes, two signatories."""
    base = _generiques(participant, campagne)
    return base | {
        Etape.LETTRE: {
            "mode": "redigee",
            "texte": _lettre("lettre-bassens.txt"),
            "date_lettre": date(campagne.annee - 1, 10, 2).isoformat(),
            "maire_nom": "Jean-Pierre Turon",
            "maire_fonction": "maire de Bassens",
            "delegue_nom": "Alexandre Rubio",
            "delegue_fonction": "conseiller municipal délégué au développement durable et aux affaires numériques",
            "visa_service_nom": "Responsable du service numérique",
            "visa_service_date": date(campagne.annee - 1, 9, 21).isoformat(),
            "visa_direction_nom": "Direction générale des services",
            "visa_direction_date": date(campagne.annee - 1, 9, 25).isoformat(),
            "visa_cabinet_nom": "Direction de cabinet",
            "visa_cabinet_date": date(campagne.annee - 1, 9, 28).isoformat(),
            "engagements": ["voie_humaine", "mediation", "accessibilite", "donnees", "partage"],
        },
        Etape.STRATEGIE: base[Etape.STRATEGIE]
        | {
            "pnt_annee": "2012",
            "pnt_resume": "Une démarche transversale et partenariale, menée avec tous les services de la Ville.",
            "schema_date": "2016-03-22",
            "schema_instance": "conseil",
            "schema_vote": "unanimite",
            "schema_axes": (
                "Gestion de la relation usagers\nFonctionnement de nouvelles instances participatives\nPilotage\n"
                "Partage et connaissance collective\nValorisation des données\nBien vivre ensemble\n"
                "Mobilité et appropriation numérique"
            ),
            "elu_delegue": "Alexandre Rubio",
            "elu_delegation": "développement durable et affaires numériques",
        },
    }


def _lettre(fichier: str, **faits: object) -> str:
    return (Path(__file__).parent / fichier).read_text(encoding="utf-8").format(**faits)


def presentation(participant: Participant) -> dict[str, dict[str, Any]]:
    """The steps that choose fiches: presented, flagships, mentions."""
    fiches = participant.fiches
    phares = fiches[: nb_phares_attendus(participant.collectivite.population)]
    recits: dict[str, Any] = {"phares": [str(f.pk) for f in phares]}
    for fiche in phares:
        recits |= {
            f"a{fiche.pk}-probleme": fiche.description.split("\n")[0],
            f"a{fiche.pk}-public": fiche.publics,
            f"a{fiche.pk}-realisation": fiche.resume,
            f"a{fiche.pk}-resultats": fiche.resultats,
            f"a{fiche.pk}-cout": "5_20",
            f"a{fiche.pk}-reutilisation": "La méthode, les supports et le cahier des charges.",
        }
    etapes: dict[str, dict[str, Any]] = {
        Etape.ACTIONS: {"actions": [str(f.pk) for f in fiches]},
        Etape.PHARES: recits,
    }
    if participant.maturite >= 4:
        etapes[Etape.MENTIONS] = {
            "mention1": "mediation-numerique" if participant.maturite == 4 else "transition-ecologique",
            "mention1_actions": [str(fiches[0].pk)],
            "mention1_texte": "Cette action dure, elle est mesurée, et d’autres collectivités la reprennent.",
        }
    return etapes


def deposer(dossier: Dossier, participant: Participant) -> Dossier:
    actions.demander_approbation(dossier, par=participant.referent)
    actions.approuver(dossier, par=participant.signataire)
    return actions.deposer(dossier, par=participant.referent)


def avancer(dossier: Dossier, participant: Participant) -> None:
    """Bring a dossier of the open campaign to the state that the demonstration gives it."""
    if participant.etat == "depose":
        deposer(dossier, participant)
    elif participant.etat in {"en_validation", "approuve"}:
        actions.demander_approbation(dossier, par=participant.referent)
        if participant.etat == "approuve":
            actions.approuver(dossier, par=participant.signataire)
    elif participant.etat == "retire":
        actions.retirer(dossier, par=participant.signataire, motif="Nous préférons revenir l’an prochain.")
