"""What is missing, what a reader sees, what the space computes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from candidatures.dossiers import actions, etapes, queries
from candidatures.dossiers.completude import bloquants, manques
from candidatures.dossiers.forms import FormulaireEtape
from candidatures.dossiers.models import Dossier, Etape, Piece
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
    depose = queries.chargees(Dossier.objects.all()).get(pk=depose.pk)
    with django_assert_max_num_queries(6):
        lecture = queries.lecture(depose)
        assert len(lecture.phares) == lecture.nb_actions == 3
        assert len(lecture.familles) == 5
        assert lecture.mosaique.nb_enjeux == 20
        assert lecture.nb_replicables == 0
        assert lecture.faits["referent_nomme"]
        assert not lecture.faits["voie_humaine"]
    assert queries.faits_de(depose) == lecture.faits


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
    assert queries.faits_de(dossier)["strategie_ecrite"]


def test_last_years_answers_are_found_and_start_the_new_dossier(
    bassens: Collectivite, referente: Utilisateur, signataire: Utilisateur
) -> None:
    ancien = fabrique.dossier(bassens, ground.campagne(2026))
    actions.remplir(ancien, {Etape.EQUIPE: {"referent_nom": "Alice"}, Etape.LETTRE: {"texte": "2026"}}, par=None)
    dossier = queries.chargees(Dossier.objects.all()).get(pk=fabrique.dossier(bassens).pk)
    saisie = queries.saisie_de(dossier)
    precedente = queries.reponses_precedentes(dossier, Etape.EQUIPE)
    assert queries.valeurs_connues(dossier, Etape.EQUIPE, saisie, precedente) == {"referent_nom": "Alice"}
    connues = queries.valeurs_connues(dossier, Etape.EQUIPE, saisie, None)
    assert connues["signataire_courriel"] == signataire.email
    assert "texte" not in queries.valeurs_connues(dossier, Etape.LETTRE, saisie, precedente)
    assert queries.valeurs_connues(dossier, Etape.MOYENS, saisie, precedente) == {}


def test_the_closing_hour_is_said_in_local_time_overseas(bassens: Collectivite) -> None:
    a = datetime(2027, 1, 4, 11, 0, tzinfo=UTC)
    assert queries.heure_locale(a, bassens) == ""
    bassens.departement_id = "974"
    assert "4 janvier à 15 h 00 à La Réunion" in queries.heure_locale(a, bassens).replace(" h ", " h ")


def test_the_nearest_deadlines_are_those_to_come(bassens: Collectivite) -> None:
    campagne = ground.campagne()
    avant = campagne.ouverture_le - timedelta(days=1)
    assert [e.libelle for e in queries.echeances(campagne, avant)] == ["Ouverture de la campagne", "Clôture des dépôts"]
    assert queries.echeances(None, avant) == []
    assert queries.jours_restants(campagne, campagne.cloture_le) == -1


def test_too_many_choices_are_kept_and_said() -> None:
    choix = tuple((str(n), f"Action {n}") for n in range(6))
    formulaire = FormulaireEtape(etapes.champs_phares(choix, ()), {"phares": [c for c, _ in choix]})
    assert formulaire.saisie()["phares"] == [c for c, _ in choix]
    assert "6 choix pour 5 au plus" in formulaire.invalides()["phares"]


def test_what_is_said_after_the_deposit(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    for etat, phrase in (("retire", "retiré"), ("evalue", "lu par le jury"), ("publie", "publiés")):
        dossier.etat = etat
        assert phrase in queries.prochain_pas(dossier, 0).phrase
    dossier.etat = "brouillon"
    assert "demandez l’approbation" in queries.prochain_pas(dossier, 0).phrase
