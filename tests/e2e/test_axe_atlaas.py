"""axe finds nothing on the pages of the Atlaas that the other walks do not meet."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from atlaas.corrections import actions as corrections
from atlaas.echanges import actions as relais
from atlaas.fiches import actions as fiches
from atlaas.gardees import actions as gardees
from atlaas.imports import actions as imports
from atlaas.imports.lecture import lire
from atlaas.models import DemandeFiche
from atlaas.questions import actions as questions
from atlaas.questions.courriels import signer
from tests.atlaas.imports.envois import csv, fichier
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role
from villes_internet.socle.models import Courriel

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def _table(ville):
    contenu = csv(("Halle", "Ouverte à tous.", "A1.1", "en service"), ("", "Sans titre", "Z9.9", "bientôt"))
    return lire(fichier(contenu), ville)


def test_axe_finds_nothing_in_the_atlaas(releve):
    bassens, bram = ground.collectivite("Bassens", "33032"), ground.collectivite("Bram", "11049", population=3_300)
    alice = ground.habiliter(ground.utilisateur("Alice"), Role.REFERENT, bassens)
    carla = ground.habiliter(ground.utilisateur("Carla"), Role.REFERENT, bram)
    ada = ground.habiliter(ground.utilisateur("Ada"), Role.ADMINISTRATEUR)
    une, autre = atlaas.fiche_replicable(bassens, "A1.4"), atlaas.fiche(bassens, "C2.5")
    selection = atlaas.selection(une, autre, par=ada)
    echange = relais.ecrire(une, pour=bram, texte="Combien de votants ?", par=carla)
    posee = questions.poser(une, pour=bram, texte="Et les **jeunes** ?", par=carla)
    questions.repondre(posee, pour=bassens, texte="- dès 16 ans\n- sur place", par=alice)
    questions.poser(une, pour=None, texte="Et moi ?", par=ground.utilisateur("Zoé"))
    textes = {"voulu": "Les habitants votent.", "pourquoi": "Le règlement le dit.", "source": "https://e.org/"}
    correction = corrections.proposer(une, "resume", **textes, pour=bram, par=carla)
    suite = atlaas.fiche(bram, inspiree_de=une)
    ouverte, ecrite = (fiches.demander(bassens, f"{nom}@b.example", par=alice, a=timezone.now()) for nom in "lm")
    relue = fiches.enregistrer(ecrite, numero_version=0, services=(), a=timezone.now(), terminee=True, titre="Ateliers")
    lien = re.search(r"/ecrire/\S+", Courriel.objects.get(a=[ouverte.courriel]).texte)[0]
    confirmer = urlsplit(fiches.adresse_de_confirmation(bassens, alice)).path

    releve.parcourir(
        None,
        "/atlaas/?q=fiche&enjeu=A1",
        "/atlaas/selections/",
        selection.get_absolute_url(),
        f"/atlaas/fiches/{une.pk}/questions/",
        f"/atlaas/fiches/{suite.pk}/inspirations/",
        f"/atlaas/questions/arret/{signer(posee)}/",
        "/atlaas/donnees/",
        "/api/v1/",
        lien,
        confirmer,
    )
    releve.parcourir(None, f"/atlaas/?q={'x' * 300}", "/atlaas/carte/?bbox=nulle+part", statut=400)
    a_relier, a_relire = (imports.deposer(bassens, _table(bassens), par=alice, a=timezone.now()) for _ in range(2))
    imports.relier(a_relire, a_relire.liaison, vides_effacent=False, a=timezone.now())
    releve.parcourir(
        alice,
        f"/espace/{bassens.code}/fiches/importer/",
        f"{a_relier.get_absolute_url()}colonnes/",
        a_relire.get_absolute_url(),
        f"/espace/{bassens.code}/fiches/tableau/",
        f"/atlaas/fiches/{une.pk}/historique/",
        f"/atlaas/fiches/{une.pk}/partenaires/",
        f"/atlaas/fiches/{une.pk}/fusionner/",
        f"/espace/{bassens.code}/fiches/demander/",
        f"/espace/{bassens.code}/jetons/",
        f"/atlaas/fiches/{relue.pk}/relire/",
        "/atlaas/recherches/",
        une.get_absolute_url(),
        posee.get_absolute_url(),
        f"/atlaas/questions/{posee.pk}/signaler/",
        correction.get_absolute_url(),
        f"/espace/{bassens.code}/questions/",
        f"/espace/{bassens.code}/corrections/",
        "/messages/",
        echange.get_absolute_url(),
    )
    DemandeFiche.objects.filter(pk=ouverte.pk).update(revoque_le=timezone.now())
    releve.parcourir(None, lien, statut=410)
    gardees.garder(une, par=carla)
    releve.parcourir(
        carla,
        une.get_absolute_url(),
        f"/atlaas/fiches/{une.pk}/ecrire/",
        f"/atlaas/fiches/{une.pk}/corriger/",
        "/atlaas/questions/",
        "/atlaas/corrections/",
        "/atlaas/gardees/",
    )
    releve.envoyer(carla, f"/atlaas/fiches/{une.pk}/questions/poser/", "Poser la question")
    releve.envoyer(carla, f"/atlaas/fiches/{une.pk}/corriger/titre/", "Proposer la correction")
    atelier = f"/admin/selections/{selection.pk}/"
    releve.parcourir(ada, "/admin/moderation/", f"/admin/atlaas/correction/{correction.pk}/change/")
    releve.parcourir(ada, "/admin/selections/", "/admin/selections/nouvelle/", atelier, f"{atelier}?q=fiche")
    releve.envoyer(ada, "/admin/selections/nouvelle/", "Créer le brouillon")

    assert not releve.trouves, releve.dire()
