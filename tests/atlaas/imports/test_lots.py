"""Many at once end as one by one: text, address, tags, tools, history, journal, search."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from atlaas import actions
from atlaas.etats import EtatAction
from atlaas.imports import lots
from atlaas.models import Action, Entree, VersionFiche
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
A = datetime(2027, 3, 1, 9, tzinfo=UTC)
PLUS_TARD = datetime(2027, 3, 1, 12, tzinfo=UTC)
CHAMPS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (
        {"titre": "L’œuvre d’été", "resume": "Un", "outils": "Decidim ; decidim, QGIS.", "est_libre": True},
        ("A1.1", "B3.1"),
    ),
    ({"titre": "Halle", "resume": "Deux", "outils": "QGIS", "publics_vises": ["aines"]}, ("A1.1",)),
    (
        {
            "titre": "Halle 2",
            "resume": "Trois",
            "indicateur_libelle": "visites",
            "indicateur_valeur": Decimal("12.50"),
            "date_debut": date(2026, 1, 2),
        },
        ("C2.1",),
    ),
]
NOUVEAUX: list[tuple[dict[str, Any], tuple[str, ...] | None]] = [
    ({"titre": "L’œuvre d’hiver", "outils": "QGIS"}, None),
    ({"est_libre": True}, ("A1.2", "B3.1")),
    ({}, ("C2.1", "C2.2")),
]


def cles(*codes: str) -> list[int]:
    return [service.pk for service in atlaas.services(*codes)]


def etat(ville: Collectivite) -> list[dict[str, Any]]:
    """All that is written of the fiches of a town, keys apart, in the order of their making."""
    fiches = Action.objects.filter(collectivite=ville).order_by("pk")
    champs = [c.name for c in Action._meta.concrete_fields if c.name not in {"id", "collectivite"}]
    return [
        {nom: getattr(fiche, nom) for nom in champs}
        | {
            "services": sorted(fiche.services.values_list("code", flat=True)),
            "outils_connus": sorted(fiche.outils_connus.values_list("cle", "est_libre")),
            "versions": list(
                VersionFiche.objects.filter(action=fiche).order_by("numero").values("numero", "contenu", "par", "le")
            ),
            "journal": list(
                Evenement.objects.de(fiche)
                .order_by("pk")
                .values("libelle_objet", "verbe", "par", "avant", "apres", "motif", "donnees")
            ),
            "recherche": [
                # the names of several services come in no order
                (facettes, sorted(f"{a} {b} {c}".split()))
                for facettes, a, b, c in Entree.objects.filter(action=fiche).values_list(
                    "facettes", "mots_a", "mots_b", "mots_c"
                )
            ],
        }
        for fiche in fiches
    ]


def un_par_un(ville: Collectivite, par: Utilisateur, jusqu_a: int) -> None:
    fiches = [
        actions.creer_action(ville, par=par, services=atlaas.services(*codes), a=A, **champs)
        for champs, codes in CHAMPS
    ]
    if jusqu_a > 1:
        fiches = [actions.publier_action(fiche, par=par, a=A) for fiche in fiches]
    for _ in range(jusqu_a - 2):
        for fiche, (champs, codes) in zip(fiches, NOUVEAUX, strict=True):
            fiche.refresh_from_db()
            services = atlaas.services(*codes) if codes else list(fiche.services.all())
            actions.modifier_action(
                fiche, par=par, numero_version=fiche.version, services=services, a=PLUS_TARD, **champs
            )


def en_lot(ville: Collectivite, par: Utilisateur, jusqu_a: int) -> None:
    nouvelles = [lots.Nouvelle(champs, cles(*codes)) for champs, codes in CHAMPS]
    fiches = lots.creer(ville, nouvelles, par=par, a=A)
    if jusqu_a > 1:
        lots.publier(fiches, par=par, a=A)
    for tour in range(jusqu_a - 2):
        changements = [
            lots.Changement(fiche.pk, tour + 1, champs, cles(*codes) if codes else None)
            for fiche, (champs, codes) in zip(fiches, NOUVEAUX, strict=True)
        ]
        lots.modifier(changements, par=par, a=PLUS_TARD)


@pytest.mark.parametrize("jusqu_a", [1, 2, 3, 4], ids=["créer", "publier", "modifier", "modifier encore"])
def test_the_lot_ends_as_one_by_one(
    jusqu_a: int, bassens: Collectivite, bram: Collectivite, referente: Utilisateur
) -> None:
    ground.version_publiee()
    Collectivite.objects.filter(pk=bram.pk).update(population=bassens.population)  # the same facets
    un_par_un(bassens, referente, jusqu_a)
    attendu = etat(bassens)
    en_lot(bram, referente, jusqu_a)
    assert etat(bram) == attendu


def test_published_anew_the_first_date_stays(bassens: Collectivite) -> None:
    connue, neuve = atlaas.fiche(bassens), atlaas.fiche(bassens, publiee=False)
    premiere = connue.publiee_le
    actions.reprendre_action(connue, par=None)
    lots.publier([connue, neuve], par=None, a=A)
    for fiche in (connue, neuve):
        fiche.refresh_from_db()
    assert (connue.publiee_le, connue.confirmee_le, neuve.publiee_le) == (premiere, A, A)
    assert {connue.etat, neuve.etat} == {EtatAction.PUBLIEE}


@pytest.mark.parametrize(
    "tenter",
    [
        lambda fiche: lots.publier([fiche], par=None, a=A),
        lambda fiche: lots.modifier([lots.Changement(fiche.pk, 1, {"resume": ""})], par=None, a=A),
    ],
    ids=["publier ce qui l’est", "vider ce qui est publié"],
)
def test_what_one_by_one_refuses_the_lot_refuses(tenter: Callable[[Action], None], bassens: Collectivite) -> None:
    fiche = atlaas.fiche(bassens)
    with pytest.raises(TransitionRefusee):
        tenter(fiche)
    fiche.refresh_from_db()
    assert (fiche.version, bool(fiche.resume)) == (1, True)


def test_a_fiche_that_moved_stops_the_whole_lot(bassens: Collectivite) -> None:
    fiches = [atlaas.fiche(bassens, publiee=False) for _ in range(2)]
    changements = [lots.Changement(f.pk, 1 + rang, {"resume": "Neuf"}) for rang, f in enumerate(fiches)]
    with pytest.raises(lots.FichesPerimees) as perimees:
        lots.modifier(changements, par=None, a=A)
    assert perimees.value.cles == [fiches[1].pk]
    assert not Action.objects.filter(resume="Neuf").exists()


@pytest.mark.parametrize("nb", [1, 40])
def test_a_lot_costs_a_fixed_number_of_statements(
    nb: int, bassens: Collectivite, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    services = cles("A1.1")
    nouvelles: Sequence[lots.Nouvelle] = [
        lots.Nouvelle({"titre": f"Fiche {n}", "resume": "Un", "outils": "QGIS"}, services) for n in range(nb)
    ]
    with django_assert_max_num_queries(32):
        lots.publier(lots.creer(bassens, nouvelles, par=None, a=A), par=None, a=A)
