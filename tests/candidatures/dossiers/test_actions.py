"""What changes a dossier: drafts, versions, approval, deposit, reopening; every state × every transition."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pypdf import PdfReader

from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions, courriels, etats, tasks
from candidatures.dossiers.completude import bloquants, manques, nb_bloquants
from candidatures.dossiers.etats import TRANSITIONS, EtatDossier
from candidatures.dossiers.models import Dossier, Etape, Instantane, Piece, Section
from candidatures.dossiers.queries.contenu import empreinte
from candidatures.dossiers.queries.lecture import lecture
from mosaique import interface as mosaique
from tests.factories import dossiers as fabrique
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.fichiers import PDF, FichierVerifie
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee, franchir, peut_franchir
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def fichier(contenu: bytes = b"%PDF-1", nom: str = "lettre.pdf") -> FichierVerifie:
    return FichierVerifie(PDF, len(contenu), empreinte(contenu.decode()), nom, contenu)


def clore(campagne: Campagne, *, il_y_a: timedelta = timedelta(seconds=1)) -> None:
    Campagne.objects.filter(pk=campagne.pk).update(cloture_le=timezone.now() - il_y_a)


# The table


def test_every_state_meets_every_transition(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    for etat, transition in itertools.product(EtatDossier.values, TRANSITIONS):
        Dossier.objects.filter(pk=dossier.pk).update(etat=etat)
        dossier.refresh_from_db()
        if etat in transition.depuis:
            assert peut_franchir(dossier, transition)
            franchir(dossier, transition, par=referente, motif="Parce que.")
            assert dossier.etat == transition.vers
        else:
            assert not peut_franchir(dossier, transition)
            with pytest.raises(TransitionRefusee, match="Impossible"):
                franchir(dossier, transition, par=referente, motif="Parce que.")
            dossier.refresh_from_db()
            assert dossier.etat == etat


SUITES: list[tuple[Any, str, str, dict[str, str]]] = [
    (actions.declarer_recevable, "depose", "recevable", {}),
    (actions.declarer_irrecevable, "depose", "irrecevable", {"motif": "Aucune action éligible."}),
    (actions.mettre_en_evaluation, "recevable", "en_evaluation", {}),
    (actions.terminer_evaluation, "en_evaluation", "evalue", {}),
    (actions.reprendre_evaluation, "evalue", "en_evaluation", {}),
    (actions.deliberer, "evalue", "delibere", {}),
    (actions.publier, "delibere", "publie", {}),
    (actions.retirer, "brouillon", "retire", {"motif": "Une élection approche."}),
]


def test_what_follows_the_deposit(bassens: Collectivite, chargee_de_mission: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    for action, depuis, vers, motif in SUITES:
        Dossier.objects.filter(pk=dossier.pk).update(etat=depuis)
        action(dossier, par=chargee_de_mission, **motif)
        dossier.refresh_from_db()
        assert dossier.etat == vers
        evenement = Evenement.objects.de(dossier).recents()[0]
        assert (evenement.avant, evenement.apres, evenement.motif) == (depuis, vers, motif.get("motif", ""))


# One dossier


def test_a_second_creation_finds_the_first(bassens: Collectivite, referente: Utilisateur) -> None:
    campagne = ground.campagne()
    premier = actions.creer_dossier(campagne, bassens, par=referente)
    assert actions.creer_dossier(campagne, bassens, par=referente) == premier
    assert Dossier.objects.count() == 1
    assert nb_bloquants([premier], campagne)[premier.pk] == len(bloquants(manques(premier))) > 20


def test_no_dossier_in_a_campaign_that_is_not_open_or_is_over(bassens: Collectivite, referente: Utilisateur) -> None:
    with pytest.raises(TransitionRefusee, match="n’est pas ouverte"):
        actions.creer_dossier(ground.campagne(ouverte=False), bassens, par=referente)
    campagne = ground.campagne(2028)
    clore(campagne)
    with pytest.raises(TransitionRefusee, match="close depuis le"):
        actions.creer_dossier(campagne, bassens, par=referente)


# Drafts


def test_incomplete_and_badly_shaped_answers_are_kept_and_listed(
    bassens: Collectivite, redactrice: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    section = actions.enregistrer_section(
        dossier,
        Etape.STRATEGIE,
        {"schema_date": "22 mars"},
        0,
        par=redactrice,
        invalides={"schema_date": "Date : non."},
    )
    assert section.donnees == {"schema_date": "22 mars"}
    assert "Date : non." in [m.phrase for m in bloquants(manques(dossier))]


def test_two_agents_on_one_step_the_second_learns_it_and_nothing_is_written(
    bassens: Collectivite, redactrice: Utilisateur, referente: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Celle d’Alice"}, 0, par=referente)
    with pytest.raises(VersionPerimee) as conflit:
        actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Celle de Ronja"}, 0, par=redactrice)
    assert conflit.value.actuel.donnees == {"texte": "Celle d’Alice"}
    assert conflit.value.actuel.modifie_par == referente
    assert Section.objects.get(dossier=dossier, etape=Etape.LETTRE).donnees == {"texte": "Celle d’Alice"}


def test_the_same_answers_sent_twice_are_one_save(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    premiere = actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Une"}, 0, par=referente)
    assert actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Une"}, 0, par=referente) == premiere
    assert Section.objects.get(pk=premiere.pk).numero_version == 1


def test_aggregates_follow_each_save(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    avant = dossier.nb_manques_propres
    assert avant
    actions.enregistrer_section(dossier, Etape.COLLECTIVITE, fabrique.REPONSES["collectivite"], 0, par=referente)
    dossier.refresh_from_db()
    assert dossier.nb_manques_propres == avant - 2
    actions.presenter_action(dossier, fabrique.fiche(bassens), par=referente)
    dossier.refresh_from_db()
    assert (dossier.nb_actions, dossier.nb_manques_propres) == (1, avant - 2)
    assert nb_bloquants([dossier], dossier.campagne)[dossier.pk] == len(bloquants(manques(dossier)))


# Actions


def test_presenter_action_twice_presents_once_and_may_raise_to_flagship(
    bassens: Collectivite, referente: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    fiche = fabrique.fiche(bassens)
    assert not actions.presenter_action(dossier, fiche, par=referente).est_phare
    assert actions.presenter_action(dossier, fiche, par=referente, phare={"probleme": "La file d’attente"}).est_phare
    assert dossier.actions_presentees.count() == 1
    assert lecture(dossier).phares[0].recit[0].valeur == "La file d’attente"
    with pytest.raises(ValueError, match="inconnues"):
        actions.presenter_action(dossier, fiche, par=referente, phare={"humeur": "bonne"})


def test_fiches_of_another_town_and_wrong_keys_are_ignored(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens)
    etrangere = fabrique.fiche(bram)
    actions.enregistrer_section(dossier, Etape.ACTIONS, {"actions": [str(etrangere.pk), "x"]}, 0, par=referente)
    assert dossier.actions_presentees.count() == 0


def test_removing_an_action_from_the_list_removes_its_row(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    presentee = actions.presenter_action(dossier, fabrique.fiche(bassens), par=referente)
    section = Section.objects.get(dossier=dossier, etape=Etape.ACTIONS)
    assert section.donnees == {"actions": [str(presentee.action_id)]}
    actions.enregistrer_section(dossier, Etape.ACTIONS, {"actions": []}, section.numero_version, par=referente)
    assert dossier.actions_presentees.count() == 0


# Files


def test_the_same_file_sent_twice_is_kept_once(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    piece = actions.ajouter_piece(dossier, fichier(), objet=Piece.Objet.LETTRE, par=referente)
    assert actions.ajouter_piece(dossier, fichier(), objet=Piece.Objet.LETTRE, par=referente) == piece
    with piece.fichier.open() as flux:
        assert flux.read() == b"%PDF-1"
    assert "lettre" not in (piece.fichier.name or "")


def test_a_dossier_holds_200_megabytes(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    actions.ajouter_piece(dossier, fichier(), objet=Piece.Objet.AUTRE, par=referente)
    Piece.objects.update(taille=200 * 1024 * 1024)
    with pytest.raises(TransitionRefusee, match="200 Mo"):
        actions.ajouter_piece(dossier, fichier(b"%PDF-2"), objet=Piece.Objet.AUTRE, par=referente)


def test_a_removed_file_goes_unless_a_deposit_names_it(
    bassens: Collectivite, referente: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    dossier = fabrique.dossier(bassens, etat="complet")
    gardee = actions.ajouter_piece(dossier, fichier(), objet=Piece.Objet.AUTRE, par=referente)
    partie = actions.ajouter_piece(dossier, fichier(b"%PDF-2"), objet=Piece.Objet.AUTRE, par=referente)
    stockage, nom = partie.fichier.storage, partie.fichier.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.retirer_piece(partie, par=referente)
    assert not stockage.exists(nom)
    actions.demander_approbation(dossier, par=referente)
    actions.approuver(dossier, par=referente)
    actions.deposer(dossier, par=referente)
    actions.rouvrir(dossier, par=referente)
    actions.retirer_piece(gardee, par=referente)
    gardee.refresh_from_db()
    assert gardee.retiree_le is not None
    assert gardee.fichier.storage.exists(gardee.fichier.name)
    assert not dossier.pieces.presentes().exists()


# Approval and deposit


def test_an_incomplete_dossier_is_not_sent_for_approval(bassens: Collectivite, referente: Utilisateur) -> None:
    with pytest.raises(TransitionRefusee, match="n’est pas complet"):
        actions.demander_approbation(fabrique.dossier(bassens), par=referente)


def test_asking_for_approval_closes_dossier_and_mosaic_and_writes_to_the_signatory(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    dossier = fabrique.dossier(bassens, etat="complet")
    with django_capture_on_commit_callbacks(execute=True):
        actions.demander_approbation(dossier, par=referente)
    with pytest.raises(TransitionRefusee, match="ne se modifie plus"):
        actions.enregistrer_section(dossier, Etape.LETTRE, {}, 1, par=referente)
    enjeu = dossier.mosaique.reponses.first().enjeu_id
    with pytest.raises(TransitionRefusee, match="figée"):
        mosaique.enregistrer_reponse(
            dossier.mosaique, enjeu, niveau=4, services={}, commentaire="", numero_version=0, par=referente
        )
    assert [signataire.email] == mail.outbox[0].to


def test_sending_back_opens_the_draft_with_the_motive(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.renvoyer(dossier, par=signataire, motif=" ")
    with django_capture_on_commit_callbacks(execute=True):
        actions.renvoyer(dossier, par=signataire, motif="La date est fausse.")
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.empreinte_approuvee, dossier.approuve_par) == ("brouillon", "", None)
    assert "La date est fausse." in mail.outbox[0].body
    actions.enregistrer_section(dossier, Etape.LETTRE, {"texte": "Corrigée"}, 1, par=referente)


def test_deposit_freezes_what_was_said_with_a_digest_that_anyone_can_compute(
    bassens: Collectivite, referente: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens, etat="depose")
    instantane = dossier.instantanes.get()
    assert instantane.empreinte == empreinte(instantane.contenu)
    assert Instantane.objects.get(pk=instantane.pk).empreinte == empreinte(
        Instantane.objects.get(pk=instantane.pk).contenu
    )
    assert dossier.depose_le == instantane.depose_le
    assert len(instantane.contenu["actions"]) == 3
    assert instantane.contenu["approbation"]["empreinte"] == dossier.empreinte_approuvee


def test_a_deposit_one_second_late_is_refused_with_the_hour(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    clore(dossier.campagne)
    with pytest.raises(TransitionRefusee, match=r"close depuis le .*heure de Paris"):
        actions.deposer(dossier, par=referente)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.instantanes.count()) == ("approuve", 0)


def test_a_double_deposit_makes_one_snapshot(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    meme = Dossier.objects.get(pk=dossier.pk)
    actions.deposer(dossier, par=referente)
    with pytest.raises(TransitionRefusee):
        actions.deposer(meme, par=referente)
    assert Instantane.objects.count() == 1


def test_what_changed_after_the_approval_cannot_be_deposited(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    Section.objects.filter(dossier=dossier, etape=Etape.LETTRE).update(
        donnees=fabrique.REPONSES["lettre"] | {"texte": "!"}
    )
    with pytest.raises(TransitionRefusee, match="a changé depuis l’approbation"):
        actions.deposer(dossier, par=referente)
    dossier.refresh_from_db()
    assert dossier.etat == "approuve"


def test_a_fiche_corrected_after_the_approval_is_taken_as_it_is_at_the_deposit(
    bassens: Collectivite, referente: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    fiche = dossier.actions_presentees.first().action
    type(fiche).objects.filter(pk=fiche.pk).update(titre="Titre corrigé")
    actions.deposer(dossier, par=referente)
    assert dossier.instantanes.get().contenu["actions"][0]["fiche"]["titre"] == "Titre corrigé"


def test_reopening_keeps_the_snapshot_and_the_next_deposit_has_its_own(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens, etat="depose")
    actions.rouvrir(dossier, par=referente)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.depose_le, dossier.approuve_le) == ("brouillon", None, None)
    section = Section.objects.get(dossier=dossier, etape=Etape.LETTRE)
    nouvelle = section.donnees | {"texte": "Deuxième version"}
    actions.enregistrer_section(dossier, Etape.LETTRE, nouvelle, section.numero_version, par=referente)
    actions.demander_approbation(dossier, par=referente)
    actions.approuver(dossier, par=signataire)
    actions.deposer(dossier, par=signataire)
    assert [i.numero for i in dossier.instantanes.all()] == [2, 1]
    assert dossier.instantanes.get(numero=1).contenu["sections"]["lettre"]["texte"] != "Deuxième version"


def test_no_reopening_after_the_closing_hour(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens, etat="depose")
    clore(dossier.campagne)
    with pytest.raises(TransitionRefusee, match="close"):
        actions.rouvrir(dossier, par=referente)


# Receipt


def test_the_receipt_is_sent_once_with_its_digest(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    dossier = fabrique.dossier(bassens, etat="approuve")
    with django_capture_on_commit_callbacks(execute=True):
        actions.deposer(dossier, par=signataire)
    instantane = dossier.instantanes.get()
    with instantane.recepisse.open() as flux:
        recepisse = " ".join(PdfReader(flux).pages[0].extract_text().split())
    assert "Indice de la mosaïque 15,0 sur 100" in recepisse
    recus = [m for m in mail.outbox if m.subject.startswith("Récépissé")]
    assert len(recus) == 1
    assert instantane.empreinte in recus[0].body
    assert signataire.email in recus[0].to
    assert recus[0].attachments[0][2] == "application/pdf"
    assert tasks.envoyer_recepisse(instantane.pk) is False
    assert len([m for m in mail.outbox if m.subject.startswith("Récépissé")]) == 1


def test_nobody_to_write_to_is_not_an_error(bassens: Collectivite) -> None:
    dossier = actions.creer_dossier(ground.campagne(), bassens, par=None)
    courriels.a_approuver(dossier, None)
    assert mail.outbox == []


def test_transitions_have_a_table_of_their_own() -> None:
    assert {t.vers for t in etats.TRANSITIONS} == set(EtatDossier.values)
