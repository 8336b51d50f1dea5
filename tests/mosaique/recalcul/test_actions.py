"""The batch stores what saving each mosaïque would have stored, and nothing else."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mosaique import actions as coeur
from mosaique.models import Mosaique, Recalcul, ReponseEnjeu
from mosaique.queries import CHIFFRES
from mosaique.recalcul import actions, tasks
from tests.factories import atlaas, ground
from tests.factories import mosaique as fabrique
from villes_internet.referentiel.queries import arbre

pytestmark = pytest.mark.django_db
STATUTS = ["non_renseigne", "non_concerne", "pas_fait", "programme", "experimente", "en_service", "evalue"]
STOCKES = ["indice", "nb_renseignes", "nb_manques"]


def ouvrir(nom: str, alea: Random | None = None, **champs: Any) -> Mosaique:
    """A mosaïque of a town of its own; answered at random, in one save, when ``alea`` is given."""
    mosaique = fabrique.mosaique(ground.collectivite(nom), **champs)
    if alea:
        enjeux = [e for e in arbre(mosaique.version).enjeux if alea.random() < 0.8]
        saisies = {
            e.pk: coeur.Saisie(
                alea.choice([None, 0, 1, 2, 3, 4]),
                {
                    s.code: {"statut": alea.choice(STATUTS), "motif": alea.choice(["", "EPCI"])}
                    for s in e.services
                    if alea.random() < 0.9
                },
            )
            for e in enjeux
        }
        coeur.enregistrer_reponses(mosaique, saisies, par=None)
    return Mosaique.objects.get(pk=mosaique.pk)


def publier(mosaique: Mosaique, alea: Random, nb: int = 8) -> None:
    codes = [s.code for e in arbre(mosaique.version).enjeux for s in e.services]
    for _ in range(nb):
        fiche = alea.choice([atlaas.fiche, atlaas.fiche_mesuree, atlaas.fiche_replicable])
        fiche(mosaique.collectivite, *alea.sample(codes, 12), **alea.choice([{}, {"date_fin": date(2025, 4, 15)}]))


def stockes() -> list[tuple[Any, ...]]:
    """Every stored figure of every mosaïque."""
    return [
        *Mosaique.objects.order_by("pk").values_list("pk", *STOCKES),
        *ReponseEnjeu.objects.order_by("pk").values_list("pk", *CHIFFRES),
    ]


def finir(recalcul: Recalcul, taille: int = 2) -> int:
    nb = 0
    while fait := actions.avancer(recalcul, taille):
        nb += fait
    return nb


def test_the_batch_stores_what_recalculer_stores_one_by_one() -> None:
    alea = Random(27)  # noqa: S311 - the same world each time
    monde = [ouvrir(f"Ville {n}", alea) for n in range(5)]
    vide = ouvrir("Sans réponse")
    vide.reponses.get(enjeu__code="D4").delete()
    autre_jour = ouvrir("Autre jour", alea, date_reference=date(2027, 4, 30))
    for mosaique in [*monde[:4], vide, autre_jour]:
        publier(mosaique, alea)
    avant = stockes()
    assert finir(actions.demander(2027)) == 7
    apres = stockes()
    assert apres != avant
    for mosaique in Mosaique.objects.select_related("collectivite", "version"):
        coeur.recalculer(mosaique)
    assert stockes() == apres


def test_an_answer_whose_figures_stand_is_not_written() -> None:
    stable, mobile = ouvrir("Stable", Random(1)), ouvrir("Mobile")  # noqa: S311 - the same world each time
    atlaas.fiche(mobile.collectivite, "A1.1")
    with CaptureQueriesContext(connection) as requetes:
        finir(actions.demander(2027))
    ecritures = [r["sql"] for r in requetes if r["sql"].lstrip().startswith("UPDATE mosaique_reponseenjeu")]
    a1 = mobile.reponses.get(enjeu__code="A1")
    assert (len(ecritures), a1.nb_actions) == (1, 1)
    assert ecritures[0].count('"id"') == 1
    assert f'"id": {a1.pk},' in ecritures[0]
    assert Mosaique.objects.filter(pk=stable.pk, calculee_le__gt=stable.calculee_le).exists()


def test_a_frozen_mosaique_and_another_year_are_left_alone() -> None:
    figee, passee, ouverte = ouvrir("Figée"), ouvrir("Passée", millesime=2026), ouvrir("Ouverte")
    coeur.figer(figee, par=None)
    for mosaique in (figee, passee, ouverte):
        atlaas.fiche(mosaique.collectivite, "A1.1")
    assert finir(actions.demander(2027)) == 1
    lues = {m.collectivite.nom: m.reponses.get(enjeu__code="A1").nb_actions for m in Mosaique.objects.all()}
    assert lues == {"Figée": 0, "Passée": 0, "Ouverte": 1}


def test_figer_and_the_batch_take_the_mosaique_before_its_answers() -> None:
    """Otherwise each would wait for the other."""
    mosaique = ouvrir("Bassens")
    atlaas.fiche(mosaique.collectivite, "A1.1")
    with CaptureQueriesContext(connection) as requetes:
        coeur.figer(mosaique, par=None)
    premiere_ecriture = next(n for n, r in enumerate(requetes) if r["sql"].startswith('UPDATE "mosaique_reponseenjeu"'))
    assert any(
        'FROM "mosaique_mosaique"' in r["sql"] and "FOR UPDATE" in r["sql"]
        for r in requetes.captured_queries[:premiere_ecriture]
    )


def test_a_block_costs_the_same_queries_with_one_or_six_mosaiques() -> None:
    couts = []
    for nb in (1, 5):
        for rang in range(nb):
            atlaas.fiche(ouvrir(f"Ville {nb} {rang}").collectivite, "A1.1")
        recalcul = actions.demander(2027)
        with CaptureQueriesContext(connection) as requetes:
            assert actions.avancer(recalcul, 10) == (1 if nb == 1 else 6)
        finir(recalcul)
        atlaas.fiche(Mosaique.objects.earliest("pk").collectivite, "A1.1")  # the next batch has something to write
        couts.append(len(requetes))
    assert couts[0] == couts[1] <= 10


def test_a_batch_asked_twice_is_the_same_until_it_is_finished() -> None:
    ouvrir("Bassens")
    premier = actions.demander(2027)
    assert actions.demander(2027) == premier
    finir(premier)
    premier.refresh_from_db()
    assert premier.fini_le
    assert actions.demander(2027) != premier


def test_what_was_saved_since_the_demand_is_not_done_again() -> None:
    sauvee, autre = ouvrir("Sauvée"), ouvrir("Autre")
    recalcul = actions.demander(2027)
    fabrique.repondre(sauvee, "A1", 2)
    assert set(actions.restantes(recalcul)) == {autre}
    assert finir(recalcul) == 1
    assert actions.restantes(recalcul).count() == 0


@pytest.mark.parametrize(("dans", "nb"), [(30, 1), (-30, 0)])
def test_the_nightly_task_takes_the_years_whose_day_has_not_passed(dans: int, nb: int) -> None:
    mosaique = ouvrir("Bassens", date_reference=timezone.localdate() + timedelta(days=dans))
    atlaas.fiche(mosaique.collectivite, "A1.1")
    assert tasks.recalculer_les_annees_en_cours() == nb
    assert mosaique.reponses.get(enjeu__code="A1").nb_actions == nb
    assert not Recalcul.objects.en_cours().exists()


def test_a_batch_that_stands_still_is_taken_up_again() -> None:
    mosaique = ouvrir("Bassens")
    recalcul = actions.demander(2027)
    assert tasks.reprendre_recalculs() == 0
    Recalcul.objects.update(avance_le=timezone.now() - 2 * tasks.SILENCE)
    assert tasks.reprendre_recalculs() == 1
    recalcul.refresh_from_db()
    mosaique.refresh_from_db()
    assert recalcul.fini_le
    assert mosaique.calculee_le
    assert mosaique.calculee_le > recalcul.demande_le
