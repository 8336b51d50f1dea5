import pytest

from atlaas import actions, indexation
from atlaas.models import Action, Entree, Facette, Public
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def facettes_de(action: Action) -> set[tuple[str, str]]:
    return set(Facette.objects.filter(pk__in=action.entree.facettes).values_list("genre", "code"))


def test_only_a_public_fiche_has_a_row(bassens: Collectivite, referente: Utilisateur) -> None:
    action = atlaas.fiche(bassens)
    assert Entree.objects.filter(action=action).exists()

    actions.reprendre_action(action, par=referente)

    assert not Entree.objects.filter(action=action).exists()


def test_a_row_says_what_the_fiche_and_its_town_are(bassens: Collectivite, referente: Utilisateur) -> None:
    action = atlaas.fiche(bassens)
    service = action.services.first()
    assert service is not None
    actions.modifier_action(
        action,
        par=referente,
        numero_version=action.version,
        services=[service],
        outils="Décidim, decidim ; Matrix",
        est_libre=True,
        publics_vises=[Public.AINES],
    )
    action.refresh_from_db()

    assert {
        ("service", service.code),
        ("enjeu", service.enjeu.code),
        ("departement", bassens.departement_id),
        ("type", "commune"),
        ("outil", "decidim"),
        ("outil", "matrix"),
        ("libre", "oui"),
        ("public", "aines"),
    } <= facettes_de(action)
    assert ("replicable", "oui") not in facettes_de(action)


def test_a_label_reaches_the_rows_of_the_town(bassens: Collectivite) -> None:
    action = atlaas.fiche(bassens)
    actions.inscrire_distinction(bassens, 2026, 4, est_verte=False, mentions=[])
    action.refresh_from_db()
    assert ("arobases", "4") in facettes_de(action)


def test_indexing_everything_again_mends_what_drifted(bassens: Collectivite, bram: Collectivite) -> None:
    bonne, ancienne = atlaas.fiche(bassens), atlaas.fiche(bram)
    attendu = facettes_de(bonne)
    Entree.objects.filter(action=bonne).update(facettes=[])
    Action.objects.filter(pk=ancienne.pk).update(etat="archivee")

    assert indexation.tout_reindexer() == 2

    bonne = Action.objects.get(pk=bonne.pk)
    assert facettes_de(bonne) == attendu
    assert not Entree.objects.filter(action=ancienne).exists()
    assert Facette.objects.get(genre="type", code="commune").nb == 1


def test_a_service_shared_by_two_fiches_is_one_choice(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1", "A1.2")
    atlaas.fiche(bassens, "A1.1")
    indexation.compter()
    assert Facette.objects.get(genre="service", code="A1.1").nb == 2
    assert Facette.objects.get(genre="enjeu", code="A1").nb == 2
    assert Facette.objects.get(genre="service", code="A1.2").nb == 1
