"""What a group shows, and the attacks by difference that it withstands."""

import statistics
from random import Random

import pytest

from mosaique.comparaison import actions, calculs
from mosaique.comparaison.queries import groupes
from mosaique.comparaison.tasks import publier_partages
from mosaique.models import AccordCitation, Cliche, Genre, GroupeChoisi, Mosaique, Releve
from tests.factories import comparaison as fabrique
from tests.factories import ground
from tests.factories import mosaique as mosaiques
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
STRATE = "commune:petite"


@pytest.fixture
def ma_mosaique(bassens: Collectivite) -> Mosaique:
    return mosaiques.mosaique(bassens)


def releve(genre: Genre = Genre.STRATE) -> Releve:
    return Releve.objects.filter(genre=genre).latest("publie_le", "pk")


class TestStatistiques:
    def test_seven_towns_show_nothing_and_eight_do(self) -> None:
        fabrique.villes(7)
        publier_partages()
        assert not Releve.objects.exists()
        fabrique.villes(1)
        publier_partages()
        assert releve().n == 8
        assert releve().chiffres["enjeux"]["A1"] == [0, 0, 15]
        assert len(releve().chiffres["enjeux"]) == 20
        assert set(releve().chiffres["familles"]) == set("ABCDE")
        assert len(releve().chiffres["indice"]) == 3

    def test_the_quartiles_are_those_of_linear_interpolation(self) -> None:
        villes = fabrique.villes(9)
        alea, notes = Random(3), []  # noqa: S311
        for ville in villes:
            notes.append(alea.randrange(0, 10_000) / 100)
            Cliche.objects.filter(collectivite=ville).update(scores={"A1": str(notes[-1])}, indice=notes[-1])
        cliches = list(Cliche.objects.values_list("pk", flat=True))
        attendus = [calculs.arrondi(q) for q in statistics.quantiles(notes, n=4, method="inclusive")]
        lus = groupes.statistiques(cliches)
        assert lus["enjeux"] == {"A1": attendus}
        assert lus["indice"] == attendus

    def test_a_code_that_few_members_have_is_left_out(self) -> None:
        villes = fabrique.villes(9)
        Cliche.objects.filter(collectivite__in=villes[:2]).update(scores={})
        assert groupes.statistiques(list(Cliche.objects.values_list("pk", flat=True)))["enjeux"] == {}

    def test_groups_do_not_mix_types_strata_departements_nor_years(self) -> None:
        fabrique.villes(8)
        fabrique.villes(8, population=900)
        fabrique.villes(8, type="epci", nature="CC", population=7_500)
        fabrique.villes(8, millesime=2028)
        publier_partages()
        assert sorted((r.genre, r.cle, r.millesime, r.n) for r in Releve.objects.all()) == [
            ("departement", "commune:33", 2027, 16),
            ("departement", "commune:33", 2028, 8),
            ("departement", "epci:33", 2027, 8),
            ("strate", "commune:petite", 2027, 8),
            ("strate", "commune:petite", 2028, 8),
            ("strate", "commune:village", 2027, 8),
            ("strate", "epci:epci", 2027, 8),
        ]

    def test_running_again_releases_nothing_new(self) -> None:
        fabrique.villes(8)
        assert publier_partages() == 2
        assert publier_partages() == 0


class TestAttaques:
    """Twelve towns of one stratum; the figures on A1 say what would leak."""

    @pytest.fixture
    def villes(self) -> list[Collectivite]:
        villes = fabrique.villes(12)
        publier_partages()
        return villes

    def inchange(self, avant: Releve) -> bool:
        publier_partages()
        return releve() == avant and releve().chiffres == avant.chiffres

    def test_one_or_two_towns_that_leave_change_nothing_and_three_do(self, villes: list[Collectivite]) -> None:
        avant = releve()
        fabrique.retirer(villes[0])
        assert self.inchange(avant)
        fabrique.retirer(villes[1])
        assert self.inchange(avant)
        fabrique.retirer(villes[2])
        assert not self.inchange(avant)
        assert releve().n == 9

    def test_one_or_two_towns_that_join_change_nothing_and_three_do(self, villes: list[Collectivite]) -> None:
        avant = releve()
        for _ in range(2):
            fabrique.villes(1)
            assert self.inchange(avant)
        fabrique.villes(1)
        assert not self.inchange(avant)

    def test_one_that_leaves_and_one_that_joins_change_nothing(self, villes: list[Collectivite]) -> None:
        avant = releve()
        fabrique.retirer(villes[0])
        fabrique.villes(1)
        assert self.inchange(avant)

    def test_a_town_that_deposits_other_figures_changes_nothing(self, villes: list[Collectivite]) -> None:
        avant = releve()
        for ville in villes[:4:2]:
            fabrique.redeposer(ville)
            assert self.inchange(avant)
        fabrique.redeposer(villes[4])
        assert not self.inchange(avant)

    def test_an_older_release_counts_as_much_as_the_last_one(self, villes: list[Collectivite]) -> None:
        premier = releve()
        for ville in villes[:3]:
            fabrique.retirer(ville)
        publier_partages()
        assert releve().n == 9
        voisine = {cle: cliche for cle, cliche in premier.composition.items() if cle != villes[11].pk}
        assert calculs.ecart(voisine, releve().composition) == 4
        proche = groupes.trop_proche(voisine, groupes.montres(2027, premier.version_id))
        assert proche is not None
        assert proche.composition == premier.composition

    def test_a_group_that_falls_below_eight_keeps_its_last_release(self, villes: list[Collectivite]) -> None:
        avant = releve()
        for ville in villes[:6]:
            fabrique.retirer(ville)
        assert self.inchange(avant)

    def test_two_shared_groups_that_differ_by_one_are_not_both_shown(self) -> None:
        epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO")
        fabrique.villes(9, epci=epci)
        fabrique.villes(1)
        publier_partages()
        assert {r.genre: r.n for r in Releve.objects.all()} == {"strate": 10, "departement": 10}

    def test_a_picked_group_minus_one_is_refused_with_its_reason(
        self, villes: list[Collectivite], ma_mosaique: Mosaique, bassens: Collectivite, referente: Utilisateur
    ) -> None:
        fabrique.choisir(ma_mosaique, villes[:9])
        premier = actions.publier_choisi(ma_mosaique, 2027, par=referente)
        assert actions.publier_choisi(ma_mosaique, 2027, par=referente) == premier
        actions.retirer_du_groupe(ma_mosaique, villes[8], par=referente)
        with pytest.raises(TransitionRefusee, match=r"diffère d’une ou deux collectivités .*« mon groupe »"):
            actions.publier_choisi(ma_mosaique, 2027, par=referente)
        fabrique.choisir(ma_mosaique, fabrique.villes(1))
        with pytest.raises(TransitionRefusee, match="Changez-en au moins 3"):
            actions.publier_choisi(ma_mosaique, 2027, par=referente)
        fabrique.choisir(ma_mosaique, fabrique.villes(1))
        assert actions.publier_choisi(ma_mosaique, 2027, par=referente).n == 10
        assert Evenement.objects.de(ma_mosaique).filter(verbe="comparer").count() == 2

    def test_a_shared_group_minus_one_cannot_be_picked(self, villes: list[Collectivite], ma_mosaique: Mosaique) -> None:
        fabrique.choisir(ma_mosaique, villes[:11])
        with pytest.raises(TransitionRefusee, match=r"« même strate »|« même département »"):
            actions.publier_choisi(ma_mosaique, 2027, par=None)

    def test_an_epci_group_and_a_picked_group_cannot_be_subtracted(self, ma_mosaique: Mosaique) -> None:
        epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO")
        communes = fabrique.villes(8, epci=epci)
        fabrique.villes(5)
        publier_partages()
        assert releve(Genre.EPCI).n == 8
        fabrique.choisir(ma_mosaique, communes)
        assert actions.publier_choisi(ma_mosaique, 2027, par=None).chiffres == releve(Genre.EPCI).chiffres
        fabrique.choisir(ma_mosaique, fabrique.villes(1))
        with pytest.raises(TransitionRefusee, match=r"« mon groupe »|« même intercommunalité »"):
            actions.publier_choisi(ma_mosaique, 2027, par=None)

    def test_my_own_place_in_a_group_hides_nobody(
        self, villes: list[Collectivite], ma_mosaique: Mosaique, bassens: Collectivite
    ) -> None:
        """The shared group is eleven others and me; I may not see the eleven minus one."""
        miens = [mosaiques.mosaique(villes[0])]
        fabrique.choisir(miens[0], villes[2:])
        with pytest.raises(TransitionRefusee, match="diffère"):
            actions.publier_choisi(miens[0], 2027, par=None)

    def test_twins_follow_the_same_rule(self, villes: list[Collectivite], ma_mosaique: Mosaique) -> None:
        fabrique.villes(12, population=7_600)
        premier = actions.publier_jumelles(ma_mosaique, 2027, par=None)
        assert premier.n == 20
        assert set(premier.membres) >= {v.pk for v in villes}
        fabrique.retirer(villes[0])
        with pytest.raises(TransitionRefusee, match="« mes jumelles »"):
            actions.publier_jumelles(ma_mosaique, 2027, par=None)

    def test_another_town_s_picks_do_not_bind_mine(self, villes: list[Collectivite], ma_mosaique: Mosaique) -> None:
        autre = mosaiques.mosaique(ground.collectivite("Autre"))
        fabrique.choisir(autre, villes[:9])
        actions.publier_choisi(autre, 2027, par=None)
        fabrique.choisir(ma_mosaique, villes[:8])
        assert actions.publier_choisi(ma_mosaique, 2027, par=None).n == 8


class TestJumelles:
    def test_the_database_orders_as_the_pure_function(self, bassens: Collectivite) -> None:
        alea = Random(7)  # noqa: S311
        bassens.epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO", population=820_000)
        bassens.save()
        modele = fabrique.deposee(ground.collectivite("Modèle"), None).cliche
        autres = {}
        for n in range(60):
            ville = ground.collectivite(f"Autre {n}")
            mosaique = ground.copie(modele.mosaique, collectivite=ville)
            mosaique.save()
            cliche = Cliche.objects.create(
                mosaique=mosaique,
                collectivite=ville,
                millesime=2027,
                version=modele.version,
                type=alea.choice(["commune", "commune", "epci"]),
                population=alea.choice([0, alea.randrange(100, 60_000)]),
                taille_epci=alea.choice([0, alea.randrange(5_000, 900_000)]),
                region=alea.choice(["75", "76", ""]),
                indice=0,
            )
            autres[ville.pk] = calculs.Profil(cliche.type, cliche.population, cliche.taille_epci, cliche.region)
        autres[modele.collectivite_id] = calculs.Profil("commune", 7_500, 0, "75")
        attendues = calculs.jumelles(groupes.profil(bassens), autres)
        assert [c.collectivite_id for c in groupes.jumelles(bassens, 2027, modele.version_id)] == attendues
        assert len(attendues) == 20

    def test_a_town_is_not_its_own_twin(self, bassens: Collectivite) -> None:
        mosaique = fabrique.deposee(bassens)
        assert groupes.jumelles(bassens, 2027, mosaique.version_id) == []

    def test_fewer_than_eight_twins_say_how_many_are_missing(self, ma_mosaique: Mosaique) -> None:
        fabrique.villes(5)
        with pytest.raises(TransitionRefusee, match=r"5 collectivités .* ont déposé en 2027 .* il en manque 3"):
            actions.publier_jumelles(ma_mosaique, 2027, par=None)

    @pytest.mark.parametrize(("n", "dit"), [(0, "Aucune collectivité"), (1, "1 collectivité"), (2, "2 collectivités")])
    def test_the_number_is_said_in_french(self, n: int, dit: str) -> None:
        assert groupes.trop_peu(n, 2027).startswith(dit)


class TestGroupeChoisi:
    def test_one_picks_towns_and_takes_them_back(self, ma_mosaique: Mosaique, referente: Utilisateur) -> None:
        autre = ground.collectivite("Autre")
        actions.ajouter_au_groupe(ma_mosaique, autre, par=referente)
        assert list(GroupeChoisi.objects.get().membres.all()) == [autre]
        actions.retirer_du_groupe(ma_mosaique, autre, par=referente)
        actions.retirer_du_groupe(ma_mosaique, autre, par=referente)
        assert not GroupeChoisi.objects.get().membres.exists()
        assert [e.verbe for e in Evenement.objects.de(ma_mosaique).filter(par=referente).order_by("pk")] == [
            "ajouter au groupe de comparaison",
            "retirer du groupe de comparaison",
        ]

    def test_neither_oneself_nor_another_type_nor_too_many(
        self, ma_mosaique: Mosaique, bassens: Collectivite, bram: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(TransitionRefusee, match="propre groupe"):
            actions.ajouter_au_groupe(ma_mosaique, bassens, par=None)
        epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO")
        with pytest.raises(TransitionRefusee, match="une commune à des communes"):
            actions.ajouter_au_groupe(ma_mosaique, epci, par=None)
        actions.ajouter_au_groupe(ma_mosaique, bram, par=None)
        monkeypatch.setattr(actions, "MAX_MEMBRES", 1)
        with pytest.raises(TransitionRefusee, match="1 collectivités au plus"):
            actions.ajouter_au_groupe(ma_mosaique, ground.collectivite("Une de trop"), par=None)

    def test_only_those_that_deposited_count(self, ma_mosaique: Mosaique) -> None:
        fabrique.choisir(ma_mosaique, [*fabrique.villes(8), ground.collectivite("Sans dossier")])
        assert actions.publier_choisi(ma_mosaique, 2027, par=None).n == 8


class TestAccord:
    def test_agreeing_and_withdrawing_are_journalled_once(self, ma_mosaique: Mosaique, referente: Utilisateur) -> None:
        for accord in (True, True, False, False):
            actions.accorder_citation(ma_mosaique, accord=accord, par=referente)
            assert AccordCitation.objects.exists() is accord
        verbes = [e.verbe for e in Evenement.objects.de(ma_mosaique).filter(par=referente).order_by("pk")]
        assert verbes == ["accepter d’être nommée", "ne plus accepter d’être nommée"]
