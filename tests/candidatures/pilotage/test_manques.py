"""What a draft lacks, as the association and the team read it: never behind what other rooms have changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions
from candidatures.dossiers.completude import bloquants, manques, nb_bloquants
from candidatures.dossiers.models import Dossier, Etape
from candidatures.pilotage.queries import Filtres, page_de_dossiers
from mosaique import interface as mosaique
from tests.factories import dossiers as fabrique
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]


def relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("campagne", "collectivite", "mosaique__version").get(pk=dossier.pk)


def compte(dossier: Dossier) -> int:
    """The number of the lists, checked against the sentences that the dossier's own pages show."""
    frais = relu(dossier)
    nombre = nb_bloquants([frais], frais.campagne)[frais.pk]
    assert nombre == len(bloquants(manques(frais)))
    assert nombre is not None
    return nombre


def presque_remplie(dossier: Dossier) -> str:
    """Answer the whole mosaïque but the status of one service; its enjeu's code."""
    fabrique.remplir_mosaique(dossier)
    enjeu = arbre(dossier.mosaique.version).enjeux[0]
    repondre(dossier, enjeu.code, {s.code: {"statut": "pas_fait"} for s in enjeu.services[1:]})
    return enjeu.code


def repondre(dossier: Dossier, code: str, services: dict[str, dict[str, str]]) -> None:
    reponse = dossier.mosaique.reponses.get(enjeu__code=code)
    mosaique.enregistrer_reponse(
        dossier.mosaique,
        reponse.enjeu_id,
        niveau=1,
        services=services,
        commentaire="",
        numero_version=reponse.numero_version,
        par=None,
    )


def test_the_last_service_of_the_mosaic_changes_what_staff_and_agent_see_with_no_save_of_the_dossier(
    connecte: Connecte, bassens: Collectivite, redactrice: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    dossier = fabrique.dossier(bassens, etat="complet")
    code = presque_remplie(dossier)
    liste, espace = f"{reverse('admin:pilotage_dossiers')}?etat=brouillon", "/espace/33032/"
    association, equipe = connecte(chargee_de_mission), connecte(redactrice)
    assert "1 point à renseigner" in association.get(liste).content.decode().replace("\u00a0", " ")
    assert "1 point à renseigner" in equipe.get(espace).content.decode().replace("\u00a0", " ")
    avant = Dossier.objects.get(pk=dossier.pk).modifie_le

    enjeu = arbre(dossier.mosaique.version).enjeu(code)
    assert enjeu is not None
    repondre(dossier, code, {s.code: {"statut": "pas_fait"} for s in enjeu.services})

    assert Dossier.objects.get(pk=dossier.pk).modifie_le == avant
    page = association.get(liste).content.decode()
    assert "rien ne manque" in page
    assert "à renseigner" not in page
    assert "Le dossier est complet" in equipe.get(espace).content.decode()


def test_the_count_follows_the_dossier_step_by_step(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens)
    depart = compte(dossier)
    actions.enregistrer_section(dossier, Etape.COLLECTIVITE, fabrique.REPONSES["collectivite"], 0, par=referente)
    assert compte(dossier) == depart - 2
    actions.enregistrer_section(
        dossier, Etape.STRATEGIE, {"schema_date": "?"}, 0, par=referente, invalides={"schema_date": "Non."}
    )
    assert compte(dossier) == depart - 1
    actions.presenter_action(dossier, fabrique.fiche(bassens), par=referente, phare={"probleme": "La file"})
    assert compte(dossier) == depart - 1  # one action less to present, one flagship's story more to finish
    actions.enregistrer_section(dossier, Etape.MENTIONS, {"mention1": "libre"}, 0, par=referente)
    assert compte(dossier) == depart + 1


def test_a_fiche_archived_in_the_atlaas_is_missed_at_once(bassens: Collectivite, referente: Utilisateur) -> None:
    dossier = fabrique.dossier(bassens, etat="complet")
    assert compte(dossier) == 0
    for presentee in dossier.actions_presentees.select_related("action"):
        atlaas.archiver_action(presentee.action, par=referente)
    assert compte(dossier) == 1


def test_a_town_that_grows_past_a_village_owes_more_flagships(bram: Collectivite) -> None:
    Collectivite.objects.filter(pk=bram.pk).update(population=2_999)
    bram.refresh_from_db()
    dossier = fabrique.dossier(bram, etat="complet")
    dossier.actions_presentees.exclude(position=1).update(est_phare=False)
    assert compte(dossier) == 0
    for population in (3_000, None):
        Collectivite.objects.filter(pk=bram.pk).update(population=population)
        assert compte(dossier) == 1


def test_a_later_closing_day_judges_the_fiches_anew(bassens: Collectivite, administratrice: Utilisateur) -> None:
    campagne = ground.campagne()
    dossier = fabrique.dossier(bassens, campagne, etat="complet")
    fin = timezone.localdate(campagne.cloture_le) - timedelta(days=725)  # two years ago in some five days
    for presentee in dossier.actions_presentees.select_related("action"):
        presentee.action.date_debut, presentee.action.date_fin = fin - timedelta(days=90), fin
        presentee.action.save(update_fields=["date_debut", "date_fin"])
    assert compte(dossier) == 0
    campagnes.prolonger(
        campagne,
        jusqu_au=campagne.cloture_le + timedelta(days=20),
        par=administratrice,
        a=timezone.now(),
        motif="Une panne nationale.",
    )
    assert compte(dossier) == 1


def test_nothing_is_said_where_nothing_has_been_counted(bassens: Collectivite) -> None:
    dossier = fabrique.dossier(bassens)
    Dossier.objects.filter(pk=dossier.pk).update(nb_manques_propres=None)
    assert nb_bloquants([dossier], dossier.campagne) == {dossier.pk: None}


def test_a_deposited_dossier_says_nothing_and_costs_nothing(bassens: Collectivite) -> None:
    depose = fabrique.dossier(bassens, etat="depose")
    with CaptureQueriesContext(connection) as requetes:
        lignes = page_de_dossiers(depose.campagne, Filtres()).lignes
    assert [ligne.nb_bloquants for ligne in lignes] == [None]
    assert len(requetes) == 1


@pytest.mark.parametrize("nb", [1, 3])
def test_the_list_of_drafts_takes_the_same_queries_whatever_their_number(
    nb: int,
    connecte: Connecte,
    chargee_de_mission: Utilisateur,
    django_assert_max_num_queries: Any,
) -> None:
    campagne: Campagne = ground.campagne()
    for rang in range(nb):
        fabrique.dossier(ground.collectivite(f"Commune {rang}"), campagne)
    client = connecte(chargee_de_mission)
    with CaptureQueriesContext(connection) as requetes:
        assert len(page_de_dossiers(campagne, Filtres(etat="brouillon")).lignes) == nb
    assert len(requetes) == 2
    with django_assert_max_num_queries(12):
        page = client.get(reverse("admin:pilotage_dossiers"), {"etat": "brouillon"}).content.decode()
    assert page.count("points à renseigner") == nb
