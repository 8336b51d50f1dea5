import pytest
from django.core.management import call_command

from atlaas.models import Entree, Facette, MotConnu
from atlaas.recherche import tasks
from tests.factories import atlaas
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def test_the_counts_follow_the_fiches(bassens: Collectivite) -> None:
    atlaas.fiche(bassens)
    tasks.compter_les_choix()
    assert Facette.objects.get(genre="departement", code="33").nb == 1


def test_at_night_the_search_follows_the_registry(bassens: Collectivite) -> None:
    action = atlaas.fiche(bassens)
    Collectivite.objects.filter(pk=bassens.pk).update(population=150_000)
    assert tasks.tout_reindexer() == 1
    grande = Facette.objects.get(genre="strate", code="grande")
    assert grande.pk in Entree.objects.get(action=action).facettes


def test_the_command_says_how_many(bassens: Collectivite, capsys: pytest.CaptureFixture[str]) -> None:
    atlaas.fiche(bassens, titre="Ludothèque")
    call_command("reindexer_atlaas")
    assert capsys.readouterr().out.strip() == "1 fiches indexées"
    assert MotConnu.objects.get(cle="ludotheque").mot == "ludothèque"
