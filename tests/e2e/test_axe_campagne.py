"""axe finds nothing on the pages of the association, the jury and the presidency, from the opening to the certificates.

The campaign is led through the real actions; at each moment the pages of each person are walked.
"""

import pytest
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.dossiers import actions as actions_dossier
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions as actions_jury
from candidatures.palmares.actions import publier_resultats
from candidatures.palmares.models import Certificat, LotCertificats
from mosaique.vitrine import actions as vitrine
from tests.e2e import monde
from tests.e2e.axe import etapes
from tests.factories import ground
from tests.factories import jury as fabrique_jury
from villes_internet.comptes.models import Role

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_from_the_opening_to_the_certificates(releve):
    scene = monde.campagne_ouverte()
    pays, nina, jeanne, complet = scene.pays, scene.nina, scene.jeanne, scene.complet
    village, campagne = pays.village, pays.campagne
    ancien = Certificat.objects.get()

    releve.parcourir(
        pays.administratrice,
        "/admin/",
        "/admin/comptes/habilitation/",
        f"/admin/comptes/habilitation/{scene.premiere.pk}/change/",
        "/admin/comptes/habilitation/add/",
        "/admin/comptes/utilisateur/",
        f"/admin/comptes/utilisateur/{nina.pk}/change/",
        "/admin/comptes/invitation/",
        "/admin/dossiers/",
        f"/admin/campagne/{campagne.pk}/",
        f"/admin/candidatures/campagne/{campagne.pk}/change/",
        "/admin/palmares/",
        f"/admin/palmares/certificats/{ancien.pk}/",
    )

    # Approved, deposited, closed, admitted: the association gives readers, the jury reads.
    actions_dossier.demander_approbation(complet, par=nina)
    releve.parcourir(jeanne, f"/espace/{village.code}/", *etapes(complet, "depot"))
    actions_dossier.approuver(complet, par=jeanne)
    actions_dossier.deposer(complet, par=nina)
    releve.parcourir(nina, f"/espace/{village.code}/", *etapes(complet, "lettre", "depot"))
    campagnes.clore(campagne, par=None, a=timezone.now(), motif="Essai")
    complet.refresh_from_db()
    releve.parcourir(pays.mission, f"/admin/dossiers/{complet.pk}/", "/admin/dossiers/?texte=zzzz")
    actions_dossier.declarer_recevable(complet, par=pays.mission)
    complet = Dossier.objects.get(pk=complet.pk)
    premier, second = (actions_jury.affecter(complet, jure, par=pays.mission) for jure in pays.jures)
    campagnes.evaluer(campagne, par=None)
    complet = Dossier.objects.get(pk=complet.pk)
    actions_jury.ouvrir_evaluation(complet, par=pays.mission)
    jules, irene = (jure.utilisateur for jure in pays.jures)
    lecture = f"/admin/jury/{complet.pk}/"
    releve.parcourir(jules, "/admin/", "/admin/jury/", lecture, f"{lecture}soumettre/", f"{lecture}recuser/")
    releve.envoyer(jules, f"{lecture}recuser/", "Me récuser")
    fabrique_jury.soumettre(premier)
    releve.parcourir(jules, "/admin/jury/", lecture)
    releve.parcourir(pays.mission, "/admin/jury/avancement/", f"/admin/dossiers/{complet.pk}/")
    fabrique_jury.soumettre(second, {"J1": "5"})
    releve.parcourir(irene, "/admin/jury/?filtre=soumises", lecture)

    # The deliberation, the publication.
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    decision = f"/admin/deliberation/{complet.pk}/"
    releve.parcourir(pays.presidente, "/admin/", "/admin/deliberation/", decision)
    complet = Dossier.objects.get(pk=complet.pk)
    actions_jury.decider(
        complet, arobases=3, mentions=[], motif="Le jury en a décidé.", par=pays.presidente, a=timezone.now()
    )
    campagnes.arreter(campagne, par=None)
    releve.parcourir(pays.administratrice, "/admin/palmares/")
    publier_resultats(campagne, par=pays.administratrice)
    lot = LotCertificats.objects.latest("pk")
    releve.parcourir(
        pays.administratrice, "/admin/palmares/", lot.get_absolute_url(), f"/admin/campagne/{campagne.pk}/"
    )
    releve.parcourir(pays.mission, "/admin/simulation/", "/admin/observatoire/")
    vitrine.montrer_mosaique(complet.mosaique, accord=True, par=nina)
    releve.parcourir(None, f"/mosaique/{village.code}/publique/")
    odile = ground.habiliter(ground.utilisateur("Odile"), Role.COMITE_ORIENTATION)
    prochaine = ground.campagne_en_preparation(2031)
    releve.parcourir(odile, "/admin/", f"/admin/candidatures/campagne/{prochaine.pk}/change/")
    releve.parcourir(nina, f"/espace/{village.code}/", "/palmares/2027/", f"/palmares/collectivites/{village.code}/")

    assert not releve.trouves, releve.dire()
