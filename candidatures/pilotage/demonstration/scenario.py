"""The demonstration campaign: two past years with results, and a year open today."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.models import Dossier
from candidatures.jury.models import Jure
from candidatures.palmares.actions import publier_resultats
from candidatures.pilotage.demonstration import comptes, dossiers, fiches, jury, reprise, selections
from candidatures.pilotage.demonstration.dossiers import Participant
from mosaique.interface import publier_partages
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Enjeu, Service, Version
from villes_internet.socle.horloge import a_partir_de, heure_de_la_base
from villes_internet.territoires.models import CANDIDATES, Collectivite

GRAINE = 2027
ANNEE = 2027
PASSEES = (2025, 2026)
PARIS = ZoneInfo("Europe/Paris")
EN_ATTENTE = "29232"  # Quimper: nobody holds it yet, a request waits
LISTE = Path(__file__).parent / "collectivites.csv"

Annoncer = Callable[[str], None]


class RegistreAbsent(Exception):
    """The registry must be loaded first; the message says how."""


@dataclass(frozen=True, slots=True)
class Bilan:
    collectivites: int
    fiches: int
    dossiers: int
    resultats: int


@dataclass(frozen=True, slots=True)
class Contexte:
    """What every step of the scenario needs."""

    version: Version
    enjeux: list[Enjeu]
    services: dict[str, Service]
    admin: Utilisateur
    presidence: Utilisateur
    jures: list[Jure]
    alea: Random


@transaction.atomic
def peupler(annoncer: Annoncer, lignes: Sequence[dict[str, str]] | None = None) -> Bilan:
    """Build everything or nothing, the same each time but for the dates, which are relative to today.

    ``annoncer`` receives one French line per step; ``lignes`` replaces the list of collectivités.
    Raises ``RegistreAbsent`` when they are not loaded.
    """
    lignes = lire_liste() if lignes is None else lignes
    registre = _registre(lignes)
    debut = datetime(PASSEES[0] - 1, 3, 4, 9, tzinfo=PARIS)
    with a_partir_de(debut):
        contexte = _contexte(debut)
        annoncer("Comptes de l’association et du jury")
        participants = _participants(lignes, registre, contexte, debut)
        annoncer(f"{len(participants)} collectivités, {sum(len(p.fiches) for p, _ in participants)} fiches publiées")
    nb_resultats = 0
    for annee in PASSEES:
        nb_resultats += _campagne_passee(annee, [p for p, annees in participants if annee in annees], contexte)
        annoncer(f"Campagne {annee} : {nb_resultats} résultats publiés en tout")
    campagne = _campagne_ouverte([p for p, annees in participants if ANNEE in annees], contexte)
    publier_partages()
    publiees = (fiche for participant, _ in participants for fiche in participant.fiches)
    nb_selections = selections.composer(fiches.lire(), publiees, par=contexte.admin)
    annoncer(f"{nb_selections} sélections publiées")
    comptes.en_attente(Collectivite.objects.get(type="commune", code=EN_ATTENTE))
    annoncer(f"Campagne {ANNEE} : ouverte, {campagne.dossiers.count()} dossiers")
    return Bilan(
        len(participants),
        sum(len(p.fiches) for p, _ in participants),
        Dossier.objects.count(),
        nb_resultats,
    )


def lire_liste() -> list[dict[str, str]]:
    with LISTE.open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier, delimiter="|"))


def _registre(lignes: Sequence[dict[str, str]]) -> dict[str, Collectivite]:
    codes = [ligne["code"] for ligne in lignes]
    registre = {c.code: c for c in Collectivite.objects.filter(type__in=CANDIDATES, code__in=[*codes, EN_ATTENTE])}
    absentes = sorted({*codes, EN_ATTENTE} - registre.keys())
    if absentes:
        raise RegistreAbsent(
            f"Collectivités absentes du registre : {', '.join(absentes[:5])}. Lancez d’abord « importer_territoires »."
        )
    return registre


def _contexte(debut: datetime) -> Contexte:
    admin = comptes.association(debut)
    version = Version.objects.filter(code=str(ANNEE)).first()
    if version is None:
        version = referentiel.publier(
            referentiel.importer_version(referentiel.charger_donnees(str(ANNEE))), par=admin, a=debut
        )
    referentiel.charger_l_histoire(par=admin, a=debut)
    services = Service.objects.filter(enjeu__famille__version=version)
    return Contexte(
        version=version,
        enjeux=list(Enjeu.objects.filter(famille__version=version).prefetch_related("services")),
        services={s.code: s for s in services},
        admin=admin,
        presidence=Utilisateur.objects.get(email="presidence@villes-internet.example"),
        jures=[Jure.objects.create(utilisateur=u, qualite=q) for u, q in comptes.jures(admin, debut)],
        alea=Random(GRAINE),  # noqa: S311 - a demonstration must be the same each time
    )


def _participants(
    lignes: Sequence[dict[str, str]], registre: dict[str, Collectivite], contexte: Contexte, debut: datetime
) -> list[tuple[Participant, set[int]]]:
    """(participant, years of participation), in the order of the list."""
    recits = fiches.distribuer(fiches.lire(), contexte.alea)
    participants = []
    for rang, ligne in enumerate(lignes):
        collectivite, maturite = registre[ligne["code"]], int(ligne["maturite"])
        referent, signataire = comptes.equipe(collectivite, ligne["site"], rang, contexte.admin, debut)
        if collectivite.code == dossiers.CODE_BASSENS:
            comptes.contributeur(collectivite, ligne["site"], referent, debut)
        publiees = fiches.publier_fiches(
            collectivite,
            list(islice(recits, int(ligne["nb_fiches"]))),
            services=contexte.services,
            par=referent,
            le=debut + timedelta(days=20 + rang, minutes=11 * rang),
            alea=contexte.alea,
            est_exemplaire=maturite >= 4,
        )
        participant = Participant(collectivite, ligne["site"], maturite, referent, signataire, publiees, ligne["etat"])
        participants.append((participant, {int(a) for a in ligne["annees"].split(",")}))
    return participants


def _creer_campagne(annee: int, ouverture: datetime, cloture: datetime, contexte: Contexte) -> Campagne:
    campagne = campagnes.creer(
        annee,
        version=contexte.version,
        regles=campagnes.charger_regles(str(ANNEE)),
        ouverture_le=ouverture,
        cloture_le=cloture,
        jury_le=(cloture + timedelta(days=28)).date(),
        ceremonie_le=(cloture + timedelta(days=80)).replace(hour=11, minute=0),
        par=contexte.admin,
    )
    campagnes.annoncer(campagne, par=contexte.admin)
    return campagnes.ouvrir(campagne, par=contexte.admin)


def _campagne_passee(annee: int, participants: list[Participant], contexte: Contexte) -> int:
    """The label of ``annee``: opens in March before it, closes in November, is published in February."""
    ouverture = datetime(annee - 1, 3, 4, 9, tzinfo=PARIS)
    cloture = datetime(annee - 1, 11, 14, 18, tzinfo=PARIS)
    admin, alea = contexte.admin, contexte.alea
    with a_partir_de(ouverture):
        campagne = _creer_campagne(annee, ouverture, cloture, contexte)
    with a_partir_de(cloture - timedelta(days=20)):
        for participant in participants:
            dossiers.deposer(dossiers.ouvrir(campagne, participant, contexte.enjeux, alea), participant)
    with a_partir_de(cloture + timedelta(hours=1)):
        campagnes.clore(campagne, par=admin, a=heure_de_la_base())
        campagnes.evaluer(campagne, par=admin)
        jury.juger(campagne, contexte.jures, {p.collectivite.pk: p.maturite for p in participants}, admin, alea)
    with a_partir_de(datetime(annee - 1, 12, 14, 14, tzinfo=PARIS)):
        campagnes.deliberer(campagne, par=contexte.presidence)
        jury.decider(campagne, contexte.presidence)
        campagnes.arreter(campagne, par=contexte.presidence)
    with a_partir_de(datetime(annee, 2, 5, 11, tzinfo=PARIS)):
        publier_resultats(campagne, par=admin, a=heure_de_la_base())
    return campagne.resultats.count()


def _campagne_ouverte(participants: list[Participant], contexte: Contexte) -> Campagne:
    """The campaign that takes dossiers today; it closes in three weeks, at six in the evening in Paris."""
    maintenant = datetime.now(UTC).astimezone(PARIS)
    cloture = (maintenant + timedelta(days=21)).replace(hour=18, minute=0, second=0, microsecond=0)
    ouverture = (maintenant - timedelta(days=230)).replace(hour=9, minute=0, second=0, microsecond=0)
    campagne = _creer_campagne(ANNEE, ouverture, cloture, contexte)
    for participant in participants:
        dossier = dossiers.ouvrir(campagne, participant, contexte.enjeux, contexte.alea)
        if participant.collectivite.code == dossiers.CODE_BASSENS:
            reprise.preparer(dossier, participant, contexte.services, maintenant)
        dossiers.avancer(dossier, participant)
    return campagne
