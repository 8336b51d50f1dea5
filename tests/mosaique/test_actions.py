from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from mosaique import actions
from mosaique.interface import contenu_fige, manques, resume, resume_de_contenu
from mosaique.models import Mosaique, ReponseEnjeu
from tests.factories import atlaas, ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
EXEMPLE = ["en_service"] * 3 + ["evalue", "programme", "pas_fait", "non_concerne"]


def _cles(*mosaiques: Mosaique) -> QuerySet[Mosaique, Any]:
    return Mosaique.objects.filter(pk__in=[m.pk for m in mosaiques]).values("pk")


def test_ouvrir_twice_gives_the_same_mosaique_with_twenty_answers(bassens: Collectivite) -> None:
    mosaique = fabrique.mosaique(bassens)
    assert fabrique.mosaique(bassens) == mosaique
    assert mosaique.reponses.count() == 20
    assert mosaique.indice == 0


def test_the_worked_example_is_stored_with_its_index(bassens: Collectivite, referente: Utilisateur) -> None:
    for code in ("A1.1", "A1.2", "A1.3"):
        atlaas.fiche(bassens, code)
    atlaas.fiche_mesuree(bassens, "A1.4")
    mosaique = fabrique.mosaique(bassens)
    reponse = fabrique.repondre(mosaique, "A1", 3, EXEMPLE, par=referente)
    reponse.refresh_from_db()
    mosaique.refresh_from_db()
    assert (reponse.niveau_etaye, reponse.couverture, reponse.score) == (3, Decimal("0.6"), 69)
    assert (reponse.nb_actions, reponse.nb_en_place, reponse.nb_concernes) == (4, 4, 6)
    assert mosaique.indice == Decimal("3.45")  # 0.8 × 69 / 16
    assert mosaique.nb_renseignes == 1
    assert Evenement.objects.de(mosaique).recents()[0].par == referente


def test_a_stale_save_gives_the_current_answer_and_changes_nothing(
    bassens: Collectivite, referente: Utilisateur
) -> None:
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 2, commentaire="La première", par=referente)
    with pytest.raises(VersionPerimee) as erreur:
        actions.enregistrer_reponse(
            mosaique,
            fabrique.enjeu(mosaique, "A1"),
            niveau=4,
            services={},
            commentaire="La seconde",
            numero_version=0,
            par=None,
        )
    assert erreur.value.actuel.commentaire == "La première"
    assert mosaique.reponses.get(enjeu__code="A1").niveau == 2


@pytest.mark.parametrize("services", [{"B1.1": {"statut": "pas_fait"}}, {"A1.1": {"statut": "fini"}}])
def test_an_unknown_service_or_status_is_refused(bassens: Collectivite, services: dict[str, dict[str, str]]) -> None:
    mosaique = fabrique.mosaique(bassens)
    with pytest.raises(ValueError, match="inconnu"):
        actions.enregistrer_reponse(
            mosaique,
            fabrique.enjeu(mosaique, "A1").pk,
            niveau=1,
            services=services,
            commentaire="",
            numero_version=0,
            par=None,
        )


def test_a_frozen_mosaique_refuses_answers_and_never_moves(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1")
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 3)
    mosaique.refresh_from_db()
    actions.figer(mosaique, par=None)
    fige = resume(mosaique)
    with pytest.raises(TransitionRefusee, match="figée"):
        fabrique.repondre(mosaique, "A1", 4)
    atlaas.fiche_mesuree(bassens, "A1.1")
    actions.recalculer(mosaique)
    assert resume(mosaique) == fige
    assert fige.tuiles[0].niveau_etaye == 2
    actions.defiger(mosaique, mosaique.date_reference, par=None)
    assert resume(mosaique).tuiles[0].niveau_etaye == 3


def test_deplacer_reference_judges_eligibility_at_the_new_day(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1", date_fin=date(2025, 4, 15))
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 2)
    assert resume(mosaique).tuiles[0].niveau_etaye == 2
    avant = mosaique.indice
    assert actions.deplacer_reference(_cles(mosaique), date(2027, 4, 30)) == 1
    deplacee = Mosaique.objects.get(pk=mosaique.pk)
    assert resume(deplacee).tuiles[0].niveau_etaye == 1
    assert resume(deplacee).indice < avant
    vive = resume(deplacee).indice
    assert actions.figer(deplacee, par=None).indice == vive == resume(deplacee).indice
    assert deplacee.reponses.get(enjeu__code="A1").niveau_etaye == 1


def test_deplacer_reference_costs_one_statement_and_leaves_the_frozen_ones(
    bassens: Collectivite, bram: Collectivite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    figee, ouverte = fabrique.mosaique(bassens), fabrique.mosaique(bram)
    actions.figer(figee, par=None)
    with django_assert_num_queries(1):
        assert actions.deplacer_reference(_cles(figee, ouverte), date(2027, 4, 30)) == 1
    figee.refresh_from_db()
    assert figee.date_reference == fabrique.REFERENCE
    ouverte.refresh_from_db()
    assert ouverte.date_reference == date(2027, 4, 30)


def test_a_mosaique_opened_again_is_judged_at_the_day_of_today_s_calendar(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1", date_fin=date(2025, 4, 15))
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 2)
    actions.figer(mosaique, par=None)
    assert resume(mosaique).tuiles[0].niveau_etaye == 2
    actions.defiger(mosaique, date(2027, 4, 30), par=None)
    assert resume(Mosaique.objects.get(pk=mosaique.pk)).tuiles[0].niveau_etaye == 1


def test_resume_is_live_and_says_the_trend_since_last_year(bassens: Collectivite) -> None:
    ancienne = fabrique.mosaique(bassens, 2026)
    for code, niveau in (("A1", 1), ("A2", 1), ("A3", 1)):
        fabrique.repondre(ancienne, code, niveau)
    mosaique = fabrique.mosaique(bassens)
    for code, niveau in (("A1", 2), ("A2", 1), ("A3", 0)):
        fabrique.repondre(mosaique, code, niveau)
    atlaas.fiche(bassens, "A1.1")  # published after the last save: no stored figure knows it
    lu = resume(mosaique)
    assert [t.tendance for t in lu.tuiles[:3]] == ["hausse", "stable", "baisse"]
    assert lu.tuiles[0].nb_actions == 1
    assert ReponseEnjeu.objects.get(mosaique=mosaique, enjeu__code="A1").nb_actions == 0
    assert (lu.nb_enjeux, lu.nb_renseignes, lu.nb_a_etayer) == (20, 3, 0)


def test_manques_lists_level_status_and_motive_in_words(bassens: Collectivite) -> None:
    mosaique = fabrique.mosaique(bassens)
    assert len(manques(mosaique)) == mosaique.nb_manques == 20
    assert manques(mosaique)[0] == ("A1", "Démocratie locale\u00a0: il manque le niveau et le statut de 7 services.")
    fabrique.remplir(mosaique)
    assert (manques(mosaique), mosaique.nb_manques) == ([], 0)
    reponse = mosaique.reponses.get(enjeu__code="A1")
    reponse.services |= {c: {"statut": "non_concerne", "motif": " "} for c in ("A1.1", "A1.2")}
    reponse.services |= {"A1.3": {"statut": "non_renseigne"}}
    reponse.niveau = None
    reponse.save()
    points = "le niveau, le statut d’un service et le motif de 2 services non concernés"
    assert manques(mosaique) == [("A1", f"Démocratie locale\u00a0: il manque {points}.")]
    reponse.services |= {f"A1.{rang}": {"statut": "non_concerne", "motif": "EPCI"} for rang in range(1, 7)}
    reponse.save()
    assert "le statut réel d’au moins 2 des 6 services « non concerné »" in manques(mosaique)[0][1]
    reponse.services = {"A1.1": {"statut": "non_concerne", "motif": ""}}
    reponse.save()
    assert "le motif d’un service non concerné" in manques(mosaique)[0][1]


def test_a_snapshot_shows_the_same_mosaique_for_ever(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1")
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 3, EXEMPLE, commentaire="Notre démarche")
    mosaique.refresh_from_db()
    actions.figer(mosaique, par=None)
    contenu = contenu_fige(mosaique)
    assert resume_de_contenu(contenu) == resume(mosaique)
    premier = contenu["familles"][0]["enjeux"][0]
    assert premier["commentaire"] == "Notre démarche"
    assert premier["services"][6]["libelle"] == "Non concerné"


def test_an_enjeu_added_after_the_opening_counts_as_not_answered(bassens: Collectivite) -> None:
    mosaique = fabrique.mosaique(bassens)
    mosaique.reponses.get(enjeu__code="D4").delete()
    assert {t.code for t in resume(mosaique).tuiles if t.niveau is None} >= {"D4"}
    assert "D4" in dict(manques(mosaique))
    assert contenu_fige(mosaique)["familles"][3]["enjeux"][3]["niveau"] is None
    assert actions.recalculer(mosaique).indice == 0


def test_resume_takes_the_same_queries_with_one_or_thirty_actions(
    bassens: Collectivite, django_assert_max_num_queries: object
) -> None:
    mosaique = fabrique.mosaique(bassens)
    ground.version_publiee()
    for nb in (1, 30):
        for _ in range(nb):
            atlaas.fiche(bassens, "A1.1", "B2.1")
        with django_assert_max_num_queries(2):  # type: ignore[operator]
            resume(mosaique)
