"""The week of the links: gathered, visited, told; a run that dies loses nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as reglages
from django.db import connections

from atlaas.actions import modifier_action, reprendre_action
from atlaas.liens import actions, tasks
from atlaas.liens.actions import semaine
from atlaas.liens.calculs import Etape, Visite
from atlaas.liens.visite import Visiteur
from atlaas.models import Action, AdresseLiee, Constat, LienDeFiche
from tests.atlaas.liens.serveur import ouvrir
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
SAMEDI = datetime(2026, 11, 7, 21, tzinfo=UTC)
SEMAINE = timedelta(days=7)
URL = "http://ville.fr/page"


class Promeneur(Visiteur):
    """Finds what it is told at each address, a good page elsewhere; ``vues`` are those it was sent to."""

    def __init__(self, **trouve: Any) -> None:
        super().__init__()
        self.trouve, self.vues = trouve.pop("trouve", {}), []

    def visiter(self, url: str) -> Visite:
        self.vues.append(url)
        quoi = self.trouve.get(url, 200)
        if isinstance(quoi, Exception):
            raise quoi
        if isinstance(quoi, Constat):
            return Visite(url, echec=quoi)
        if isinstance(quoi, str):
            return Visite(url, (Etape(url, 301, quoi), Etape(quoi, 200)))
        return Visite(url, (Etape(url, quoi),))


def une_semaine(a: datetime = SAMEDI, **trouve: Any) -> Promeneur:
    promeneur = Promeneur(**trouve)
    actions.recueillir(a)
    actions.avancer(promeneur, a)
    return promeneur


def constats() -> dict[str, str]:
    return dict(AdresseLiee.objects.values_list("url", "constat"))


class TestRecueillir:
    def test_what_published_fiches_cite_once_each(self, bassens: Collectivite) -> None:
        atlaas.fiche(bassens, lien=URL, description=f"Voir [la page]({URL}) et <http://autre.fr>.")
        atlaas.fiche(bassens, lien=URL)
        atlaas.fiche(bassens, lien="http://brouillon.fr", publiee=False)
        atlaas.fiche(bassens, lien="http://ville.fr:8443/")
        atlaas.fiche(bassens, description="http écrit sans lien")
        assert actions.recueillir(SAMEDI) == 2
        assert sorted(LienDeFiche.objects.values_list("place", "adresse__url")) == [
            ("description", "http://autre.fr"),
            ("description", URL),
            ("lien", URL),
            ("lien", URL),
        ]
        assert set(AdresseLiee.objects.values_list("hote", "attendue_le")) == {
            ("ville.fr", SAMEDI),
            ("autre.fr", SAMEDI),
        }

    def test_what_is_cited_no_more_goes(self, bassens: Collectivite, referente: Utilisateur) -> None:
        change, part, reste = (atlaas.fiche(bassens, lien=f"http://{nom}.fr") for nom in ("change", "part", "reste"))
        actions.recueillir(SAMEDI)
        modifier_action(change, par=referente, numero_version=1, services=change.services.all(), lien="")
        reprendre_action(part, par=referente)
        actions.recueillir(SAMEDI)
        assert list(LienDeFiche.objects.values_list("action", "adresse__url")) == [(reste.pk, "http://reste.fr")]
        assert list(constats()) == ["http://reste.fr"]

    def test_a_week_begun_twice_visits_once(self, bassens: Collectivite) -> None:
        atlaas.fiche(bassens, lien=URL)
        assert une_semaine().vues == [URL]
        assert une_semaine().vues == []
        assert une_semaine(SAMEDI + SEMAINE).vues == [URL]

    def test_by_blocks(
        self, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
    ) -> None:
        monkeypatch.setattr(semaine, "BLOC", 2)
        for n in range(3):
            atlaas.fiche(bassens, lien=f"http://site{n}.fr")
        with django_assert_max_num_queries(30):
            assert actions.recueillir(SAMEDI) == 3


class TestVisiter:
    def test_what_is_found_is_written(self, bassens: Collectivite) -> None:
        trouve = {"http://a.fr": 404, "http://b.fr": "http://c.fr/x", "http://d.fr": Constat.INTERDIT}
        for url in [*trouve, "http://e.fr"]:
            atlaas.fiche(bassens, lien=url)
        une_semaine(trouve=trouve)
        assert constats() == {
            "http://a.fr": Constat.ABSENT,
            "http://b.fr": Constat.DEPLACE,
            "http://d.fr": Constat.INTERDIT,
            "http://e.fr": Constat.BON,
        }
        absente = AdresseLiee.objects.get(url="http://a.fr")
        assert (absente.code, absente.nb_de_suite, absente.attendue_le) == (404, 1, None)
        assert AdresseLiee.objects.get(url="http://b.fr").vers == "http://c.fr/x"

    def test_a_worker_killed_in_a_run_loses_nothing(self, bassens: Collectivite) -> None:
        """Each finding stands alone; what was not visited is still awaited, and the lock is free."""
        for url in ("http://a.fr", "http://b.fr"):
            atlaas.fiche(bassens, lien=url)
        actions.recueillir(SAMEDI)
        with pytest.raises(MemoryError):
            actions.avancer(Promeneur(trouve={"http://b.fr": MemoryError()}), SAMEDI)
        suite = Promeneur()
        actions.avancer(suite, SAMEDI)
        assert "http://b.fr" in suite.vues
        assert not AdresseLiee.objects.filter(attendue_le__isnull=False).exists()

    def test_a_finding_counts_once(self, bassens: Collectivite) -> None:
        """The same message delivered twice."""
        atlaas.fiche(bassens, lien=URL)
        une_semaine(trouve={URL: 404})
        adresse = AdresseLiee.objects.get()
        assert not semaine.noter(adresse.pk, Visite(URL, (Etape(URL, 404),)), SAMEDI)
        assert AdresseLiee.objects.get().nb_de_suite == 1

    def test_one_run_at_a_time(self, bassens: Collectivite) -> None:
        atlaas.fiche(bassens, lien=URL)
        actions.recueillir(SAMEDI)
        autre = connections.create_connection("default")
        try:
            with autre.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_lock(%s)", [semaine.CLE_DU_VERROU])
            assert actions.avancer(Promeneur(), SAMEDI) == 0
        finally:
            autre.close()
        assert actions.avancer(Promeneur(), SAMEDI) == 1

    def test_a_run_has_its_size_its_time_and_its_number_by_site(
        self, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(semaine, "PAR_HOTE", 2)
        for n in range(3):
            atlaas.fiche(bassens, lien=f"http://ville.fr/{n}")
        actions.recueillir(SAMEDI)
        assert actions.avancer(Promeneur(), SAMEDI, duree=0) == 0
        assert actions.avancer(Promeneur(), SAMEDI) == 2
        assert actions.avancer(Promeneur(), SAMEDI) == 1

    def test_a_site_that_asks_for_a_pause_has_it(self, bassens: Collectivite) -> None:
        for n in range(3):
            atlaas.fiche(bassens, lien=f"http://ville.fr/{n}")
        actions.recueillir(SAMEDI)
        promeneur = Promeneur(trouve={"http://ville.fr/0": 429})
        assert actions.avancer(promeneur, SAMEDI) == 1
        assert promeneur.vues == ["http://ville.fr/0"]

    def test_a_night_without_network_says_nothing_of_anybody(
        self, bassens: Collectivite, caplog: pytest.LogCaptureFixture
    ) -> None:
        urls = [f"http://site{n}.fr" for n in range(semaine.MUETS)]
        for url in urls:
            atlaas.fiche(bassens, lien=url)
        une_semaine(trouve=dict.fromkeys(urls, Constat.CONNEXION))
        assert set(constats().values()) == {Constat.BON}
        assert "n’a répondu" in caplog.text
        une_semaine(trouve=dict.fromkeys(urls[1:], Constat.CONNEXION))
        assert list(constats().values()).count(Constat.CONNEXION) == len(urls) - 1

    def test_to_a_real_site(self, bassens: Collectivite) -> None:
        """The whole way, the network of this machine included."""
        with ouvrir() as site:
            AdresseLiee.objects.create(url=site.url("/code/410"), hote="ville.test", attendue_le=SAMEDI)
            assert actions.avancer(site.visiteur(), SAMEDI) == 1
        assert AdresseLiee.objects.get().constat == Constat.ABSENT

    def test_the_setting_stops_the_visits(self, bassens: Collectivite, settings: Any) -> None:
        assert not reglages.VERIFIER_LIENS, "a demonstration asks nothing of anyone"
        atlaas.fiche(bassens, lien=URL)
        assert (tasks.recueillir_les_liens(), tasks.visiter_les_liens()) == (0, 0)
        settings.VERIFIER_LIENS = True
        assert tasks.recueillir_les_liens() == 1


@pytest.fixture
def absente(bassens: Collectivite, referente: Utilisateur) -> Action:
    fiche = atlaas.fiche(bassens, titre="Le vélobus", lien=URL)
    une_semaine(trouve={URL: 404})
    return fiche


class TestAnnoncer:
    def test_each_referent_hears_once_of_what_is_new(
        self, absente: Action, bassens: Collectivite, referente: Utilisateur, redactrice: Utilisateur
    ) -> None:
        deuxieme = ground.habiliter(ground.utilisateur("René"), Role.REFERENT, bassens)
        assert tasks.annoncer_les_liens() == 1
        assert tasks.annoncer_les_liens() == 0
        messages = Courriel.objects.filter(sujet__contains="à revoir")
        assert sorted(m.a[0] for m in messages) == sorted([referente.email, deuxieme.email])
        texte = messages[0].texte
        assert all(dit in texte for dit in ("Le vélobus", URL, "ne répond plus", "/espace/33032/fiches/liens/"))

    def test_at_most_once_a_week_and_only_when_something_is_new(self, absente: Action, bassens: Collectivite) -> None:
        lundi = SAMEDI + timedelta(days=1, hours=10)
        assert actions.annoncer(lundi) == 1
        atlaas.fiche(bassens, lien="http://autre.fr")
        une_semaine(SAMEDI + SEMAINE, trouve={URL: 404, "http://autre.fr": 410})
        assert actions.annoncer(lundi + timedelta(days=3)) == 0
        assert actions.annoncer(lundi + SEMAINE) == 1
        assert URL not in Courriel.objects.latest("pk").texte, "told already"
        assert actions.annoncer(lundi + 2 * SEMAINE) == 0
        assert not semaine._annoncer_a(bassens, lundi + 2 * SEMAINE), "told by another worker meanwhile"

    def test_what_came_back_and_left_again_is_new(self, absente: Action) -> None:
        assert actions.annoncer(SAMEDI) == 1
        une_semaine(SAMEDI + SEMAINE)
        une_semaine(SAMEDI + 2 * SEMAINE, trouve={URL: 404})
        assert actions.annoncer(SAMEDI + 2 * SEMAINE) == 1

    @pytest.mark.parametrize("quoi", [Constat.NOM_INCONNU, Constat.DELAI, 403, 503])
    def test_what_may_pass_waits_for_the_second_week(self, quoi: Any, bassens: Collectivite) -> None:
        atlaas.fiche(bassens, lien=URL)
        une_semaine(trouve={URL: quoi})
        assert actions.annoncer(SAMEDI) == 0
        une_semaine(SAMEDI + SEMAINE, trouve={URL: quoi})
        assert actions.annoncer(SAMEDI + SEMAINE) == 1

    def test_what_the_author_mended_meanwhile_is_not_told(self, absente: Action, referente: Utilisateur) -> None:
        services = absente.services.all()
        modifier_action(absente, par=referente, numero_version=1, services=services, lien="http://neuf.fr")
        assert actions.annoncer(SAMEDI) == 0

    def test_many_are_counted_beyond_those_named(
        self, bassens: Collectivite, referente: Utilisateur, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("atlaas.liens.courriels.NOMMES", 1)
        for n in range(3):
            atlaas.fiche(bassens, lien=f"http://v.fr/{n}")
        une_semaine(trouve={f"http://v.fr/{n}": 404 for n in range(3)})
        actions.annoncer(SAMEDI)
        assert "- et 2\u00a0autres" in Courriel.objects.latest("pk").texte
