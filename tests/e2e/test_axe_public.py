"""axe finds nothing on the pages that anybody reads."""

import pytest

from atlaas.models import Action
from candidatures.palmares.models import Certificat
from tests.e2e import monde
from villes_internet.socle.models import Courriel

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_in_public(releve, fautes):
    village = monde.campagne_ouverte().pays.village
    fiche = Action.objects.filter(collectivite=village).first()
    ancien = Certificat.objects.get()

    releve.parcourir(
        None,
        "/",
        "/collectivites/",
        "/collectivites/?q=saint",
        "/collectivites/?q=zzzz",
        "/atlaas/",
        "/atlaas/?q=zzzz",
        "/atlaas/carte/",
        fiche.get_absolute_url(),
        f"/collectivites/{village.code}/",
        f"/integrer/fiches/{fiche.pk}/",
        f"/integrer/collectivites/{village.code}/",
        "/integrer/carte/",
        f"/integrer/?page={fiche.get_absolute_url()}",
        "/palmares/",
        "/palmares/2026/",
        "/palmares/2026/?q=zzzz",
        "/palmares/collectivites/46102/",
        f"/palmares/collectivites/{village.code}/",
        "/verifier/",
        ancien.get_absolute_url(),
        "/compte/login/",
        "/compte/signup/",
        "/compte/password/reset/",
        "/pages/accessibilite/",
        "/pages/donnees-personnelles/",
        "/pages/plan-du-site/",
        "/developpement/courriels/",
        f"/developpement/courriels/{Courriel.objects.latest('pk').pk}/",
        "/developpement/composants/",
    )
    releve.parcourir(None, "/introuvable/", "/integrer/fiches/999999/", "/verifier/AAAA-AAAA-AAAA/", statut=404)
    Certificat.objects.update(fichier="")
    releve.parcourir(None, f"/certificats/{ancien.numero}.pdf", statut=503).close()  # else it would go on asking
    assert all("503" in faute for faute in fautes), fautes
    fautes.clear()
    Certificat.objects.update(etat="annule")
    releve.parcourir(None, f"/certificats/{ancien.numero}.pdf", statut=403)
    releve.envoyer(None, "/compte/signup/", "Créer mon compte")
    releve.envoyer(None, "/compte/login/", "Se connecter")

    assert not releve.trouves, releve.dire()
