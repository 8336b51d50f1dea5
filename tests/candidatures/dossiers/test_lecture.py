"""What is missing, what a reader sees, what the space computes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from candidatures.campagnes.etats import EtatCampagne
from candidatures.dossiers import actions, etapes
from candidatures.dossiers.completude import bloquants, manques
from candidatures.dossiers.forms import FormulaireEtape
from candidatures.dossiers.models import Dossier, Etape, Piece
from candidatures.dossiers.queries.echeances import echeances, heure_locale, jours_restants
from candidatures.dossiers.queries.espace import prochain_pas
from candidatures.dossiers.queries.lecture import faits_de, lecture
from candidatures.dossiers.queries.premiere_saisie import valeurs_connues
from candidatures.dossiers.queries.saisie import Saisie, chargees, reponses_precedentes
from tests.factories import dossiers as fabrique
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.fichiers import PDF, FichierVerifie
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def phrases(dossier: Dossier, etape: str) -> str:
    return " ".join(m.phrase for m in manques(dossier) if m.etape == etape)


def test_a_deposited_dossier_is_read_from_its_snapshot_in_few_queries(
    bassens: Collectivite, django_assert_max_num_queries: Any
) -> None:
    depose = fabrique.dossier(bassens, etat="depose")
    depose = chargees(Dossier.objects.all()).get(pk=depose.pk)
    with django_assert_max_num_queries(6):
        lue = lecture(depose)
        assert len(lue.phares) == lue.nb_actions == 3
        assert len(lue.familles) == 5
        assert lue.mosaique.nb_enjeux == 20
        assert lue.nb_replicables == 0
        assert lue.faits["referent_nomme"]
        assert not lue.faits["voie_humaine"]
    assert faits_de(depose) == lue.faits


def test_the_letter_is_written_or_joined(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    actions.remplir(dossier, {Etape.LETTRE: {"mode": "redigee"}}, par=referente)
    assert "Écrivez la lettre" in phrases(dossier, Etape.LETTRE)
    actions.enregistrer_section(dossier, Etape.LETTRE, {"mode": "signee"}, 1, par=referente)
    assert "Joignez la lettre signée" in phrases(dossier, Etape.LETTRE)
    fichier = FichierVerifie(PDF, 4, "a" * 64, "lettre.pdf", b"%PDF")
    actions.ajouter_piece(dossier, fichier, objet=Piece.Objet.LETTRE, par=referente)
    assert "Joignez" not in phrases(dossier, Etape.LETTRE)


def test_strategy_and_mentions_advise_and_ask(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    reponses = {Etape.STRATEGIE: {"schema_date": "2016-03-22"}, Etape.MENTIONS: {"mention1": "democratie-locale"}}
    actions.remplir(dossier, reponses, par=referente)
    conseils = [m for m in manques(dossier) if m.etape == Etape.STRATEGIE]
    assert conseils
    assert not bloquants(conseils)
    assert "délibération" in phrases(dossier, Etape.STRATEGIE)
    assert "nommez au moins une action" in phrases(dossier, Etape.MENTIONS)
    assert "dites pourquoi" in phrases(dossier, Etape.MENTIONS)


def test_a_draft_fiche_presented_alone_is_not_enough(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    actions.presenter_action(dossier, fabrique.fiche(bassens, publiee=False), par=referente)
    assert "Aucune action présentée n’est éligible" in phrases(dossier, Etape.ACTIONS)


def test_a_village_needs_one_flagship_and_its_letter_is_its_strategy(bassens: Collectivite) -> None:
    assert [etapes.nb_phares_attendus(n) for n in (None, 2_999, 3_000)] == [3, 1, 3]
    bassens.population = 900
    bassens.save()
    dossier = fabrique.dossier(bassens)
    actions.remplir(dossier, {Etape.LETTRE: {"texte": "Une lettre"}}, par=None)
    assert "une action phare" in phrases(dossier, Etape.PHARES)
    assert faits_de(dossier)["strategie_ecrite"]


def test_last_years_answers_are_found_and_start_the_new_dossier(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur
) -> None:
    ancien = fabrique.dossier(bassens, ground.campagne(2026))
    actions.remplir(ancien, {Etape.EQUIPE: {"referent_nom": "Alice"}, Etape.LETTRE: {"texte": "2026"}}, par=None)
    dossier = chargees(Dossier.objects.all()).get(pk=fabrique.dossier(bassens).pk)
    saisie = Saisie(dossier)
    precedente = reponses_precedentes(dossier, Etape.EQUIPE)
    assert valeurs_connues(dossier, Etape.EQUIPE, saisie, precedente) == {"referent_nom": "Alice"}
    connues = valeurs_connues(dossier, Etape.EQUIPE, saisie, None)
    assert connues["signataire_courriel"] == signataire.email
    assert "texte" not in valeurs_connues(dossier, Etape.LETTRE, saisie, precedente)
    assert valeurs_connues(dossier, Etape.MOYENS, saisie, precedente) == {}


def test_the_closing_hour_is_said_in_local_time_overseas(bassens: Collectivite) -> None:
    a = datetime(2027, 1, 4, 11, 0, tzinfo=UTC)
    assert heure_locale(a, bassens) == ""
    bassens.departement_id = "974"
    assert "4 janvier à 15 h 00 à La Réunion" in heure_locale(a, bassens).replace(" h ", " h ")


def test_the_nearest_deadlines_are_those_to_come(bassens: Collectivite) -> None:
    campagne = ground.campagne()
    avant = campagne.ouverture_le - timedelta(days=1)
    assert [e.libelle for e in echeances(campagne, avant)] == ["Ouverture de la campagne", "Clôture des dépôts"]
    assert echeances(None, avant) == []
    assert jours_restants(campagne, campagne.cloture_le) == -1


def test_the_day_of_the_jury_is_a_deadline_without_an_hour_until_its_evening(bassens: Collectivite) -> None:
    campagne = ground.campagne()
    campagne.jury_le = date(2027, 1, 10)
    campagne.ceremonie_le = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
    jury, ceremonie = echeances(campagne, datetime(2027, 1, 10, 22, 59, tzinfo=UTC))
    assert (jury.libelle, jury.est_un_jour) == ("Réunion du jury", True)
    assert (ceremonie.le, ceremonie.est_un_jour) == (campagne.ceremonie_le, False)
    assert echeances(campagne, datetime(2027, 1, 10, 23, 0, tzinfo=UTC)) == [ceremonie]


def test_too_many_choices_are_kept_and_said() -> None:
    choix = tuple((str(n), f"Action {n}") for n in range(6))
    formulaire = FormulaireEtape(etapes.champs_phares(choix, ()), {"phares": [c for c, _ in choix]})
    assert formulaire.saisie()["phares"] == [c for c, _ in choix]
    assert "6 choix pour 5 au plus" in formulaire.invalides()["phares"]


def test_what_is_said_after_the_deposit(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    for etat, phrase in (("retire", "retiré"), ("evalue", "lu par le jury"), ("publie", "publiés")):
        dossier.etat = etat
        assert phrase in prochain_pas(dossier, 0).phrase
    dossier.etat = "brouillon"
    assert "demandez l’approbation" in prochain_pas(dossier, 0).phrase


def test_a_draft_left_at_the_closing_has_nothing_more_to_fill(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    for etat in ("brouillon", "en_validation", "approuve"):
        dossier.etat, dossier.campagne.etat = etat, EtatCampagne.OUVERTE
        assert "close" not in prochain_pas(dossier, 3).phrase
        for dossier.campagne.etat in (EtatCampagne.CLOSE, EtatCampagne.DELIBERATION, EtatCampagne.PUBLIEE):
            pas = prochain_pas(dossier, 3)
            assert "n’a pas été déposé" in pas.phrase
            assert (pas.bouton, pas.qui) == ("Relire le dossier", "")
            assert pas.url.endswith("/relecture/")
