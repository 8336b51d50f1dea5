"""A fiche goes on proving when the référentiel changes: the mapping of the versions says which service is which."""

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import indexation
from atlaas.interface import preuves, toutes_eligibles
from atlaas.models import Action, Facette, Stade
from mosaique import actions as mosaiques
from mosaique.queries import constats, reponses_par_enjeu, resume
from tests.factories import atlaas, ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
AU = fabrique.REFERENCE
CODES = [f"{famille}{rang}" for famille in "ABCDE" for rang in range(1, 5)]


def suivante(code: str, devient: dict[str, list[str | None]] | None = None, **services: list[str]) -> Version:
    """A version with the services of ``services`` ({enjeu: names}), mapped from the year before: each enjeu becomes
    itself unless ``devient`` tells, and takes its services with it."""
    ground.version_publiee()
    avant = {e.code: [s.nom for s in e.services] for e in arbre(Version.objects.get(code=int(code) - 1)).enjeux}
    venus = {n: avant[c] for c, (n, *autres) in ({c: [c] for c in CODES} | (devient or {})).items() if n and not autres}
    donnees = {**referentiel.charger_donnees("2027"), "code": code, "libelle": f"Référentiel {code}"}
    for famille in donnees["familles"]:
        for enjeu in famille["enjeux"]:
            enjeu["services"] = services.get(enjeu["code"], venus.get(enjeu["code"], enjeu["services"]))
    version = referentiel.publier(referentiel.importer_version(donnees), par=None, a=timezone.now())
    liens = [{"ancien": c, "nouveau": n} for c in CODES for n in (devient or {}).get(c, [c])]
    referentiel.importer_correspondance({"ancienne": str(int(code) - 1), "nouvelle": code, "liens": liens})
    return version


def noms(code: str) -> list[str]:
    enjeu = arbre(ground.version_publiee()).enjeu(code)
    assert enjeu
    return [service.nom for service in enjeu.services]


def prouves(ville: Collectivite, version: Version) -> set[str]:
    return {code for prouve in preuves(ville, AU, version).values() for code in prouve.services}


def test_a_kept_enjeu_keeps_its_proofs_moved_or_reworded(bassens: Collectivite) -> None:
    atlaas.fiche_mesuree(bassens, "A1.1", "A1.2", "A1.3")
    premier, deuxieme, troisieme, *autres = noms("A1")
    version = suivante("2028", A1=[deuxieme.upper(), premier, f"{troisieme.split()[0]} autrement dites", *autres])
    assert prouves(bassens, version) == {"A1.1", "A1.2", "A1.3"}
    assert prouves(bassens, ground.version_publiee()) == {"A1.1", "A1.2", "A1.3"}, "the older version too"
    [prouve] = preuves(bassens, AU, version).values()
    assert (prouve.nb_actions, prouve.nb_avec_indicateur) == (1, 1), "a fiche is counted once"


def test_a_service_put_in_the_place_of_another_inherits_no_proof_and_it_is_said(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.2", "A1.3")
    premier, deuxieme, _, *autres = noms("A1")
    version = suivante("2028", A1=[premier, deuxieme, "Tout à fait nouveau", *autres])
    assert prouves(bassens, version) == {"A1.2"}
    [ligne] = Evenement.objects.filter(verbe="importer une correspondance", libelle_objet=str(version))
    assert ligne.donnees["services_perdus"] == ["A1.3"]


def test_a_renamed_enjeu_takes_its_proofs_with_it(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.4")
    assert prouves(bassens, suivante("2028", {"A1": ["A2"], "A2": ["A1"]})) == {"A2.4"}


def test_a_split_follows_the_names_and_the_journal_says_what_is_lost(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.1", "A1.2", "A1.3")
    un, deux, *_ = noms("A1")
    neufs = [f"Nouveau {n}" for n in range(6)]
    version = suivante("2028", {"A1": ["A1", "A2"], "A2": [None]}, A1=[*neufs, un], A2=[deux, *neufs])
    assert prouves(bassens, version) == {"A1.7", "A2.1"}
    [ligne] = Evenement.objects.filter(verbe="importer une correspondance", libelle_objet=str(version))
    assert {"A1.3", "A2.1"} <= {*ligne.donnees["services_perdus"]}


def test_a_merge_counts_for_both_and_nothing_new_proves_two_old_ones(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A2.1")
    version = suivante("2028", {"A2": ["A1"]}, A1=[*noms("A1")[:6], noms("A2")[0]], A2=[f"Neuf {n}" for n in range(7)])
    assert prouves(bassens, version) == {"A1.7"}
    neuve = atlaas.fiche(bassens, "C1.1")
    neuve.services.set(version.familles.get(code="A").enjeux.get(code="A1").services.filter(code__in=["A1.1", "A1.7"]))
    assert prouves(bassens, ground.version_publiee()) == {"A1.1", "A2.1"}, "one origin each: known both ways"


def test_three_versions_are_one_chain(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A1.4")
    deuxieme = suivante("2028", {"A1": ["A2"], "A2": ["A1"]})
    troisieme = suivante("2029", {"A2": ["B3"], "B3": ["A2"]})
    assert [prouves(bassens, v) for v in (deuxieme, troisieme)] == [{"A2.4"}, {"B3.4"}]
    neuve = Action.objects.get()
    neuve.services.set(troisieme.familles.get(code="D").enjeux.get(code="D1").services.filter(code="D1.2"))
    assert prouves(bassens, ground.version_publiee()) == {"D1.2"}


def test_the_supported_level_holds_on_a_mosaique_of_the_new_version(bassens: Collectivite) -> None:
    fiche = atlaas.fiche_mesuree(bassens, "A1.1", "A1.2")
    version = suivante("2028", {"A1": ["A2"], "A2": ["A1"]})
    mosaique = mosaiques.ouvrir(bassens, 2028, version, AU, None)
    fabrique.repondre(mosaique, "A2", 1, ["en_service"] * 2 + ["pas_fait"] * 5)
    tuile = next(t for t in resume(mosaique).tuiles if t.code == "A2")
    assert (tuile.nb_actions, tuile.niveau_etaye) == (1, 1)
    constat = constats(mosaique, reponses_par_enjeu(mosaique), arbre(version).enjeux)["A2"]
    assert [montree.pk for montree in constat.fiches] == [fiche.pk]


def test_a_frozen_mosaique_does_not_move(bassens: Collectivite) -> None:
    atlaas.fiche_mesuree(bassens, "A1.1")
    mosaique = fabrique.mosaique(bassens)
    fabrique.repondre(mosaique, "A1", 1, ["en_service"] + ["pas_fait"] * 6)
    mosaiques.figer(mosaique, par=None)
    mosaique.refresh_from_db()
    avant = resume(mosaique).tuiles
    suivante("2028", {"A1": [None]})
    assert resume(mosaique).tuiles == avant


def test_the_form_ticks_the_same_services_in_the_words_of_today(
    bassens: Collectivite, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    fiche = atlaas.fiche(bassens, "A1.4", "A3.2")
    version = suivante("2028", {"A1": ["A2"], "A2": ["A1"], "A3": [None]})
    page = connecte(referente).get(f"/atlaas/fiches/{fiche.pk}/modifier/")
    assert [(s.code, s.enjeu.famille.version) for s in page.context["form"].initial["services"]] == [("A2.4", version)]
    texte = page.content.decode()
    assert f"« {noms('A3')[1]} »" in texte.replace("\u00a0", " ")


def test_the_facets_speak_the_codes_of_the_current_version(bassens: Collectivite) -> None:
    fiche = atlaas.fiche(bassens, "A1.4", "A3.2")
    suivante("2028", {"A1": ["A2"], "A2": ["A1"], "A3": [None]})
    indexation.tout_reindexer()
    fiche.entree.refresh_from_db()
    lues = Facette.objects.filter(pk__in=fiche.entree.facettes, genre__in=["enjeu", "service"])
    assert set(lues.values_list("code", flat=True)) == {"A2", "A2.4"}


def test_replacing_the_draft_of_a_version_keeps_what_links_its_services(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "B2.5")
    donnees = {**referentiel.charger_donnees("2027"), "code": "2028", "libelle": "Brouillon"}
    referentiel.importer_version(donnees)
    liens = [{"ancien": code, "nouveau": code} for code in CODES]
    referentiel.importer_correspondance({"ancienne": "2027", "nouvelle": "2028", "liens": liens})
    assert prouves(bassens, referentiel.importer_version(donnees)) == {"B2.5"}


def test_the_proofs_follow_the_rule_of_eligibility(bassens: Collectivite) -> None:
    """The statement in SQL and ``ActionQuerySet.eligibles`` keep the same fiches."""
    version = ground.version_publiee()
    service = atlaas.services("A1.1")[0]
    dates = [None, date(2024, 6, 1), date(2025, 3, 31), date(2025, 4, 1), AU, date(2027, 4, 1)]
    essais = [(d, f) for d, f in product(dates, dates) if not (d and f and f < d)]
    fiches = Action.objects.bulk_create(
        Action(collectivite=bassens, titre="T", slug="t", etat=etat, stade=stade, date_debut=debut, date_fin=fin)
        for etat in ("publiee", "a_confirmer", "brouillon", "archivee")
        for stade in Stade.values
        for debut, fin in essais
    )
    Action.services.through.objects.bulk_create(
        Action.services.through(action=fiche, service=service) for fiche in fiches
    )
    nb = toutes_eligibles(AU).count()
    assert 0 < nb < len(fiches)
    assert preuves(bassens, AU, version)["A1"].nb_actions == nb
    refusees = Action.objects.exclude(pk__in=toutes_eligibles(AU).values("pk"))
    refusees.delete()
    assert preuves(bassens, AU, version)["A1"].nb_actions == nb
