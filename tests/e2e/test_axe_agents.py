"""axe finds nothing on the pages of the agents: those of a complete dossier, of a bad beginning, of a newcomer."""

import pytest

from atlaas.models import Action
from candidatures.dossiers.etapes import ETAPES
from tests.e2e import monde
from tests.e2e.axe import etapes
from tests.factories import ground
from villes_internet.comptes.models import Habilitation

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TOUTES = [etape.code for etape in ETAPES]


def test_axe_finds_nothing_for_the_agents(releve):
    scene = monde.campagne_ouverte()
    village, complet = scene.pays.village, scene.complet
    cahors, vide, brouillon = scene.cahors, scene.vide, scene.brouillon
    fiche = Action.objects.filter(collectivite=village).first()
    membre = Habilitation.objects.get(utilisateur=scene.jeanne)

    releve.parcourir(
        scene.nina,
        f"/espace/{village.code}/",
        f"/espace/{village.code}/equipe/",
        f"/espace/{village.code}/equipe/membres/{membre.pk}/",
        f"/espace/{village.code}/fiches/",
        f"/espace/{village.code}/fiches/creer/",
        f"/atlaas/fiches/{fiche.pk}/modifier/",
        complet.get_absolute_url(),
        *etapes(complet, *TOUTES),
        f"/mosaique/{village.code}/2027/",
        f"/mosaique/{village.code}/2027/A1/",
        f"/mosaique/{village.code}/2027/A1/confier/",
        f"/mosaique/{village.code}/2027/A1/pourquoi/",
        f"/mosaique/{village.code}/2027/pourquoi/",
        f"/mosaique/{village.code}/2027/comparer/",
        f"/mosaique/{village.code}/2027/fichiers/",
        f"/mosaique/{village.code}/2027/diagnostic/",
        f"/espace/{village.code}/niveaux/2027/",
        "/compte/profil/",
        "/compte/rattachement/",
        "/compte/rattachement/?collectivite=46042",
        "/compte/password/change/",
        "/compte/email/",
        "/compte/2fa/",
        "/compte/sessions/",
    )
    releve.parcourir(scene.nina, f"/atlaas/fiches/{brouillon.pk}/modifier/", statut=404)
    releve.parcourir(scene.jeanne, f"/atlaas/fiches/{fiche.pk}/modifier/", statut=403)
    releve.envoyer(scene.nina, f"/espace/{village.code}/fiches/creer/", "Enregistrer et publier")
    releve.envoyer(scene.nina, f"/espace/{village.code}/equipe/", "Envoyer l’invitation")
    releve.parcourir(
        scene.carl,
        f"/espace/{cahors.code}/",
        f"/espace/{cahors.code}/equipe/",
        f"/atlaas/fiches/{brouillon.pk}/modifier/",
        vide.get_absolute_url(),
        *etapes(vide, "collectivite", "mosaique", "actions", "phares", "mentions", "relecture", "depot"),
        f"/mosaique/{cahors.code}/2027/",
        f"/espace/{cahors.code}/niveaux/2027/",
    )
    tableau = complet.mosaique
    invite, relue = monde.demander_a_un_invite(tableau, "A2", par=scene.nina)
    releve.parcourir(None, invite)
    releve.parcourir(scene.nina, relue)
    classeur = monde.classeur_prepare(tableau, par=scene.nina)
    releve.parcourir(scene.nina, f"/mosaique/{village.code}/2027/fichiers/import/{classeur.pk}/")
    releve.parcourir(scene.nouveau, "/espace/", f"/compte/rattachement/{scene.demande.pk}/")
    releve.parcourir(ground.utilisateur("Ali"), "/espace/")

    assert not releve.trouves, releve.dire()
