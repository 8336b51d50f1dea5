"""The small country of the journeys: a registry of six places, a campaign open now, an association and its jury."""

import re
from dataclasses import dataclass

from django.utils import timezone

from atlaas.models import Action
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions as actions_dossier
from candidatures.dossiers.models import Dossier
from candidatures.jury.models import Jure
from mosaique import interface as mosaique
from mosaique.models import ImportPrepare, Mosaique
from mosaique.partage import actions as partage
from mosaique.preparation import actions as preparation
from mosaique.preparation.lecture import ClasseurLu, Refus
from tests.factories import dossiers, ground, palmares
from villes_internet.comptes import actions as comptes
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite, Departement, Region

VILLAGE, CODE_VILLAGE = "Saint-Cirq-Lapopie", "46256"


@dataclass(frozen=True, slots=True)
class Monde:
    campagne: Campagne
    village: Collectivite
    administratrice: Utilisateur
    mission: Utilisateur
    presidente: Utilisateur
    jures: tuple[Jure, Jure]
    jure_lie: Jure


def construire() -> Monde:
    """Nobody holds Saint-Cirq-Lapopie nor Cahors; one juror is tied to the village."""
    occitanie = Region.objects.create(code="76", nom="Occitanie")
    lot = Departement.objects.create(code="46", nom="Lot", region=occitanie)
    lieu = {"departement": lot, "region": occitanie}
    village = ground.collectivite(VILLAGE, CODE_VILLAGE, population=207, codes_postaux=["46330"], **lieu)
    for nom, code, population in (
        ("Cahors", "46042", 20_141),
        ("Saint-Céré", "46251", 3_348),
        ("Saint-Géry-Vers", "46268", 893),
        ("Figeac", "46102", 9_893),
    ):
        ground.collectivite(nom, code, population=population, codes_postaux=["46000"], **lieu)
    ground.collectivite("Bassens", "33032")
    jures = [_jure(prenom) for prenom in ("Jules", "Irène", "Luc")]
    jures[2].collectivite = village
    jures[2].save(update_fields=["collectivite"])
    return Monde(
        campagne=ground.campagne(),
        village=village,
        administratrice=ground.habiliter(ground.utilisateur("Ada"), Role.ADMINISTRATEUR),
        mission=ground.habiliter(ground.utilisateur("Maud"), Role.CHARGE_DE_MISSION),
        presidente=ground.habiliter(ground.utilisateur("Paule"), Role.PRESIDENCE_JURY),
        jures=(jures[0], jures[1]),
        jure_lie=jures[2],
    )


def _jure(prenom: str) -> Jure:
    personne = ground.habiliter(ground.utilisateur(prenom), Role.JURE)
    return Jure.objects.create(utilisateur=personne, qualite="personnalité qualifiée")


def finir_la_mosaique(tableau: Mosaique, par: Utilisateur) -> None:
    """Answer what is still empty through the real action: twenty pages filled by hand would prove no more than one."""
    vides = {r.enjeu_id: r.numero_version for r in tableau.reponses.filter(niveau=None)}
    saisies = {
        enjeu.pk: mosaique.Saisie(1, {s.code: {"statut": "pas_fait"} for s in enjeu.services}, "", vides[enjeu.pk])
        for enjeu in arbre(tableau.version).enjeux
        if enjeu.pk in vides
    }
    mosaique.enregistrer_reponses(tableau, saisies, par=par)


def demander_a_un_invite(tableau: Mosaique, code: str, *, par: Utilisateur) -> tuple[str, str]:
    """An enjeu asked for by a link and answered: the address of the guest, that of the référent who reads it again."""
    lu = arbre(tableau.version).enjeu(code)
    assert lu
    lien = partage.inviter(tableau, lu, "camille@mediatheque.example", par=par, a=timezone.now())
    partage.enregistrer(lien, mosaique.Saisie(2, {}, "Vu du terrain", 0), a=timezone.now(), terminee=True)
    trouve = re.search(r"/repondre/\S+/", Courriel.objects.get(a__contains=[lien.courriel]).texte)
    assert trouve
    return trouve[0], f"{tableau.get_absolute_url()}{code}/liens/{lien.pk}/"


def classeur_prepare(tableau: Mosaique, *, par: Utilisateur) -> ImportPrepare:
    """A filled workbook, read and waiting for its sender: one enjeu moves, one cell is refused."""
    lu = ClasseurLu(
        {"A1": {"niveau": 3, "commentaire": "Neuf", "services": {}}},
        [Refus("B Vivre ensemble", 9, "C9", "statut inconnu", "B1")],
    )
    return preparation.preparer(tableau, lu, "mosaique.xlsx", par=par, a=timezone.now())


@dataclass(frozen=True, slots=True)
class Scene:
    """A campaign just opened: the village has a complete draft; Cahors has just begun, and badly."""

    pays: Monde
    cahors: Collectivite
    nina: Utilisateur
    jeanne: Utilisateur
    carl: Utilisateur
    nouveau: Utilisateur
    complet: Dossier
    vide: Dossier
    demande: Habilitation
    premiere: Habilitation
    brouillon: Action


def campagne_ouverte() -> Scene:
    """People at their work, requests that wait, and the results of the year before."""
    pays = construire()
    cahors, figeac = (Collectivite.objects.get(code=code) for code in ("46042", "46102"))
    palmares.campagne_publiee(figeac, annee=2026)
    village, campagne = pays.village, pays.campagne
    nina = ground.habiliter(ground.utilisateur("Nina"), Role.REFERENT, village)
    jeanne = ground.habiliter(ground.utilisateur("Jeanne"), Role.SIGNATAIRE, village)
    carl = ground.habiliter(ground.utilisateur("Carl"), Role.REFERENT, cahors)
    nouveau = ground.utilisateur("Noé")
    complet = dossiers.dossier(village, campagne, etat="complet")
    vide = dossiers.dossier(cahors, campagne)
    ecrit = {"site": "pas une adresse", "presentation": ""}
    actions_dossier.enregistrer_section(
        vide, "collectivite", ecrit, 0, par=carl, invalides={"site": "Site officiel : saisissez une URL valide."}
    )
    demande = comptes.demander_rattachement(
        cahors, role=Role.CONTRIBUTEUR, fonction="archiviste", message="", site="", par=nouveau
    )
    comptes.inviter("lea@cahors.example", role=Role.LECTEUR, collectivite=cahors, par=carl, a=timezone.now())
    seul = ground.utilisateur("Zoé")
    premiere = comptes.demander_rattachement(
        Collectivite.objects.get(code="46251"), role=Role.REFERENT, fonction="maire", message="", site="", par=seul
    )
    brouillon = dossiers.fiche(cahors, "Un brouillon", publiee=False)
    return Scene(
        pays=pays,
        cahors=cahors,
        nina=nina,
        jeanne=jeanne,
        carl=carl,
        nouveau=nouveau,
        complet=complet,
        vide=vide,
        demande=demande,
        premiere=premiere,
        brouillon=brouillon,
    )
