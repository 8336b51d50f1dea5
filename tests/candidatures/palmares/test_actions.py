import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from atlaas.interface import distinctions_de
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Mention
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.palmares import actions, tasks
from candidatures.palmares.etats import TRANSITIONS, EtatCertificat
from candidatures.palmares.models import MAX_ECHECS, Certificat, LotCertificats, Resultat
from tests.factories import ground, palmares
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("etat", list(EtatCertificat))
@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda t: t.verbe)
def test_certificate_walks_its_table_and_nothing_else(
    etat: EtatCertificat, transition: Any, bassens: Collectivite
) -> None:
    certificat = palmares.certificat(bassens)
    Certificat.objects.filter(pk=certificat.pk).update(etat=etat)
    if etat == EtatCertificat.VALABLE:
        assert franchir(certificat, transition, par=None, motif="Motif").etat == transition.vers
    else:
        with pytest.raises(TransitionRefusee):
            franchir(certificat, transition, par=None, motif="Motif")


def test_publier_makes_results_dossiers_distinctions_messages_and_certificates(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, administratrice: Utilisateur
) -> None:
    campagne = palmares.campagne_arretee(bassens, bram)
    lot = actions.publier_resultats(campagne, par=administratrice)
    campagne.refresh_from_db()
    assert campagne.etat == EtatCampagne.PUBLIEE
    assert campagne.publiee_le is not None
    resultat = Resultat.objects.get(collectivite=bassens)
    assert (resultat.arobases, resultat.nom) == (4, "Bassens")
    assert {m.code for m in resultat.mentions.all()} == {"transition-ecologique", "democratie-locale"}
    assert set(Dossier.objects.values_list("etat", flat=True)) == {EtatDossier.PUBLIE}
    distinction = distinctions_de(bassens).get()
    assert (distinction.arobases, distinction.est_verte) == (4, True)
    assert set(distinction.mentions) == {"Transition écologique", "Démocratie locale"}
    courriel = Courriel.objects.get(sujet__startswith="Label 2027")
    assert courriel.a == [referente.email]
    assert "4\u00a0arobases, dont une verte" in courriel.texte
    assert "/palmares/collectivites/33032/" in courriel.texte
    assert lot is not None
    assert lot.total == 2
    assert list(Certificat.objects.order_by("numero").values_list("numero", "resultat__nom")) == [
        ("VI-2027-0001", "Bassens"),
        ("VI-2027-0002", "Bram"),
    ]


def test_publier_twice_changes_nothing(bassens: Collectivite, referente: Utilisateur) -> None:
    campagne = palmares.campagne_arretee(bassens)
    premier = actions.publier_resultats(campagne, par=None)
    avant = (Courriel.objects.count(), Evenement.objects.count(), Certificat.objects.get().code)
    assert actions.publier_resultats(campagne, par=None) == premier
    assert (Courriel.objects.count(), Evenement.objects.count(), Certificat.objects.get().code) == avant


def test_publier_at_the_hour_given(bassens: Collectivite) -> None:
    campagne = palmares.campagne_arretee(bassens)
    heure = timezone.now()
    actions.publier_resultats(campagne, par=None, a=heure)
    assert campagne.publiee_le == heure
    assert Certificat.objects.get().contenu["publie_le"] == timezone.localdate(heure).isoformat()


def test_publier_refuses_results_that_are_not_settled(bassens: Collectivite) -> None:
    campagne = palmares.campagne_close()
    palmares.decider(campagne, bassens)
    with pytest.raises(TransitionRefusee, match="en évaluation"):
        actions.publier_resultats(campagne, par=None)
    assert not Resultat.objects.exists()


def test_publier_refuses_while_a_dossier_waits_for_its_decision(bassens: Collectivite, bram: Collectivite) -> None:
    campagne = palmares.campagne_arretee(bassens, bram)
    Dossier.objects.filter(campagne=campagne).update(etat=EtatDossier.EVALUE)
    with pytest.raises(TransitionRefusee, match="2 dossiers sans décision"):
        actions.publier_resultats(campagne, par=None)
    Dossier.objects.filter(collectivite=bram).update(etat=EtatDossier.DELIBERE)
    with pytest.raises(TransitionRefusee, match="1 dossier sans décision"):
        actions.publier_resultats(campagne, par=None)
    assert not Resultat.objects.exists()


def test_archives_are_published_without_dossier_nor_message(bassens: Collectivite, referente: Utilisateur) -> None:
    campagne = palmares.archives(2025, bassens)
    actions.publier_resultats(campagne, par=None)
    assert distinctions_de(bassens).get().annee == 2025
    assert not Courriel.objects.filter(sujet__startswith="Label").exists()
    assert Certificat.objects.get().numero == "VI-2025-0001"


def test_inscrire_resultat_refuses_a_published_campaign(bassens: Collectivite, bram: Collectivite) -> None:
    campagne = palmares.campagne_publiee(bassens)
    with pytest.raises(TransitionRefusee, match="corrigez"):
        actions.inscrire_resultat(campagne, bram, arobases=2, par=None)


def test_campaign_without_result_has_no_batch() -> None:
    campagne = palmares.campagne_arretee()
    assert actions.publier_resultats(campagne, par=None) is None
    assert actions.publier_resultats(campagne, par=None) is None


def test_produire_lot_before_publication_is_refused(bassens: Collectivite) -> None:
    with pytest.raises(TransitionRefusee, match="après la publication"):
        actions.produire_lot(palmares.campagne_arretee(bassens), par=None)


def test_produire_lot_twice_numbers_only_what_has_no_certificate(
    bassens: Collectivite, bram: Collectivite, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    campagne = palmares.campagne_arretee(bassens)
    premier = actions.publier_resultats(campagne, par=None)
    with django_capture_on_commit_callbacks() as relances:
        assert actions.produire_lot(campagne, par=None) == premier
    assert len(relances) == actions.NB_CHAINES
    Resultat.objects.create(campagne=campagne, collectivite=bram, nom="Bram", arobases=2)
    second = actions.produire_lot(campagne, par=None)
    assert second is not None
    assert (second.total, second.certificats.get().numero) == (1, "VI-2027-0002")


def test_finished_batch_is_not_started_again(
    bassens: Collectivite, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    campagne = palmares.campagne_publiee(bassens)
    with django_capture_on_commit_callbacks() as relances:
        lot = actions.produire_lot(campagne, par=None)
    assert relances == []
    assert lot is not None
    with pytest.raises(TransitionRefusee, match="fini"):
        actions.reprendre_lot(lot, par=None)


def test_tasks_of_a_batch_make_every_file_once_and_end_it(
    bassens: Collectivite, bram: Collectivite, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    campagne = palmares.campagne_arretee(bassens, bram)
    with django_capture_on_commit_callbacks(execute=True):
        lot = actions.publier_resultats(campagne, par=None)
    assert lot is not None
    lot.refresh_from_db()
    assert lot.fini_le is not None
    for certificat in Certificat.objects.all():
        with default_storage.open(certificat.fichier.name) as fichier:
            assert hashlib.sha256(fichier.read()).hexdigest() == certificat.empreinte
    avant = list(Certificat.objects.order_by("pk").values_list("fichier", "empreinte"))
    tasks.avancer_lot(lot.pk)
    assert list(Certificat.objects.order_by("pk").values_list("fichier", "empreinte")) == avant


def test_a_task_hands_over_after_some_certificates(bassens: Collectivite, bram: Collectivite) -> None:
    lot = actions.publier_resultats(palmares.campagne_arretee(bassens, bram), par=None)
    assert lot is not None
    assert actions.produire_suivants(lot, 1) is True
    assert lot.certificats.produits().count() == 1
    assert actions.produire_suivants(lot, 5) is False
    lot.refresh_from_db()
    assert lot.fini_le is not None


def test_file_left_by_a_killed_worker_is_overwritten(bassens: Collectivite, tmp_path: Path) -> None:
    lot = actions.publier_resultats(palmares.campagne_arretee(bassens), par=None)
    assert lot is not None
    certificat = lot.certificats.get()
    orphelin = tmp_path / "fichiers" / certificat.fichier.field.generate_filename(certificat, "x.pdf")
    orphelin.parent.mkdir(parents=True)
    orphelin.write_bytes(b"%PDF-1.7 coup")
    actions.produire_suivants(lot)
    certificat.refresh_from_db()
    assert [f.name for f in orphelin.parent.iterdir()] == ["VI-2027-0001.pdf"]
    assert hashlib.sha256(orphelin.read_bytes()).hexdigest() == certificat.empreinte


def test_failing_certificate_stops_nothing_says_why_and_can_be_taken_up_again(
    bassens: Collectivite, bram: Collectivite, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    lot = actions.publier_resultats(palmares.campagne_arretee(bassens, bram), par=None)
    assert lot is not None
    casse = lot.certificats.get(resultat__collectivite=bassens)
    bon = casse.contenu
    Certificat.objects.filter(pk=casse.pk).update(contenu={**bon, "publie_le": "jamais"})
    while actions.produire_suivants(lot):
        pass
    lot.refresh_from_db()
    casse.refresh_from_db()
    assert lot.fini_le is None
    assert (casse.nb_echecs, casse.fichier.name) == (MAX_ECHECS, "")
    assert "jamais" in casse.erreur
    assert lot.certificats.produits().count() == 1
    Certificat.objects.filter(pk=casse.pk).update(contenu=bon)
    with django_capture_on_commit_callbacks(execute=True):
        actions.reprendre_lot(lot, par=None)
    lot.refresh_from_db()
    assert lot.fini_le is not None


def test_reprendre_lots_takes_up_what_stands_still_and_only_that(bassens: Collectivite) -> None:
    campagne = palmares.campagne_arretee(bassens)
    lot = actions.publier_resultats(campagne, par=None)
    assert lot is not None
    assert tasks.reprendre_lots() == 0
    LotCertificats.objects.filter(pk=lot.pk).update(avance_le=timezone.now() - 2 * tasks.SILENCE)
    assert tasks.reprendre_lots() == 1
    lot.refresh_from_db()
    assert lot.fini_le is not None
    assert tasks.reprendre_lots() == 0
    nouveau = actions.reemettre(lot.certificats.get(), motif="Accent", par=None)
    Certificat.objects.filter(pk=nouveau.pk).update(emis_le=timezone.now() - 2 * tasks.SILENCE)
    assert tasks.reprendre_lots() == 1
    nouveau.refresh_from_db()
    assert nouveau.fichier


def test_one_result_never_has_two_certificates_of_the_same_rank(bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificat.objects.create(resultat=certificat.resultat, numero="X", code="Y", contenu={})


def test_reemettre_makes_a_new_row_and_the_old_one_points_to_it(
    bassens: Collectivite,
    administratrice: Utilisateur,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ancien = palmares.certificat(bassens)
    dit = ancien.contenu
    palmares.presidence("Nadia")
    Resultat.objects.update(nom="Bassens-sur-Garonne")
    with django_capture_on_commit_callbacks(execute=True):
        nouveau = actions.reemettre(ancien, motif="Nom", par=administratrice)
    ancien.refresh_from_db()
    nouveau.refresh_from_db()
    assert (ancien.etat, ancien.remplace_par, ancien.contenu) == (EtatCertificat.REMPLACE, nouveau, dit)
    assert (nouveau.numero, nouveau.rang, nouveau.etat) == ("VI-2027-0001-2", 2, EtatCertificat.VALABLE)
    assert nouveau.contenu["nom"] == "Bassens-sur-Garonne"
    assert nouveau.contenu["signataire"] == "Nadia Martin"
    assert nouveau.code != ancien.code
    assert nouveau.fichier
    assert Evenement.objects.de(ancien).recents()[0].motif == "Nom"
    with pytest.raises(TransitionRefusee):
        actions.reemettre(ancien, motif="Encore", par=administratrice)
    assert Certificat.objects.count() == 2


def test_reemettre_and_annuler_need_a_motive(bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    for geste in (actions.reemettre, actions.annuler):
        with pytest.raises(TransitionRefusee, match="motif"), transaction.atomic():
            geste(certificat, motif=" ", par=None)
    assert Certificat.objects.get().etat == EtatCertificat.VALABLE


def test_corriger_changes_every_public_row_and_reissues(bassens: Collectivite) -> None:
    ancien = palmares.certificat(bassens)
    resultat = ancien.resultat
    mentions = Mention.objects.filter(campagne=resultat.campagne, code="cybersecurite")
    actions.corriger(resultat, nom="Bassens", arobases=5, mentions=mentions, motif="Erreur de saisie", par=None)
    assert distinctions_de(bassens).get().arobases == 5
    assert distinctions_de(bassens).get().est_verte is False
    contenu = Certificat.objects.get(etat=EtatCertificat.VALABLE).contenu
    assert (contenu["arobases"], contenu["est_verte"], contenu["mentions"]) == (
        5,
        False,
        ["Cybersécurité et résilience"],
    )
    assert Evenement.objects.de(resultat).recents()[0].donnees["avant"]["arobases"] == 4


def test_corriger_after_an_annulment_issues_nothing(bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    actions.annuler(certificat, motif="Erreur", par=None)
    actions.corriger(certificat.resultat, nom="Bassens", arobases=2, mentions=[], motif="Erreur", par=None)
    assert Certificat.objects.count() == 1


def test_corriger_refuses_without_motive_or_before_publication(bassens: Collectivite) -> None:
    campagne = palmares.archives(2025, bassens)
    resultat = Resultat.objects.select_related("campagne").get(campagne=campagne)
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.corriger(resultat, nom="X", arobases=1, mentions=[], motif="", par=None)
    with pytest.raises(TransitionRefusee, match="pas publié"):
        actions.corriger(resultat, nom="X", arobases=1, mentions=[], motif="Oui", par=None)


def test_certificate_of_an_intercommunalite_bears_its_full_name() -> None:
    epci = ground.collectivite("CA de La Rochelle", "241700434", type="epci", nature="CA")
    Collectivite.objects.filter(pk=epci.pk).update(departement=None, region=None)
    epci.refresh_from_db()
    certificat = palmares.certificat(epci)
    assert certificat.contenu["nom"] == "Communauté d’agglomération de La Rochelle"
    assert certificat.contenu["departement"] == ""
    assert certificat.contenu["est_intercommunalite"] is True
