"""A selection from its first word to the public page, and what the search says of it."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from atlaas import actions as fiches
from atlaas.etats import TRANSITIONS_DE_SELECTION, EtatSelection
from atlaas.fiches.actions.vie import fusionner
from atlaas.models import Action, Entree, Facette, Retenue, Selection
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix, entrees
from atlaas.selections import actions, queries
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


@pytest.fixture
def trois(bassens: Collectivite, bram: Collectivite) -> list[Action]:
    return [
        atlaas.fiche(bassens, "A1.4", titre="Budget participatif"),
        atlaas.fiche(bram, "B1.1", titre="Alerte"),
        atlaas.fiche(bram, "C2.5", titre="Bus numérique"),
    ]


def composer(par: Utilisateur, *retenues: Action) -> Selection:
    return atlaas.selection(*retenues, par=par, publiee=False)


def trouvees(slug: str) -> set[int]:
    criteres = Criteres("", {"selection": slug})
    return set(entrees(criteres, cles_des_choix(criteres)).values_list("pk", flat=True))


def ordre(selection: Selection) -> list[str]:
    return [r.action.titre for r in queries.retenues(selection)]


@pytest.mark.parametrize("etat", EtatSelection)
@pytest.mark.parametrize("transition", TRANSITIONS_DE_SELECTION, ids=lambda t: t.verbe)
def test_the_whole_table(etat: str, transition: Any, administratrice: Utilisateur) -> None:
    selection = composer(administratrice)
    Selection.objects.filter(pk=selection.pk).update(etat=etat, publiee_le=selection.cree_le)
    selection.refresh_from_db()
    if etat in transition.depuis:
        assert franchir(selection, transition, par=administratrice).etat == transition.vers
    else:
        with pytest.raises(TransitionRefusee):
            franchir(selection, transition, par=administratrice)


def test_a_published_selection_is_a_choice_of_the_search_and_leaves_it_when_withdrawn(
    trois: list[Action], administratrice: Utilisateur
) -> None:
    selection = composer(administratrice, *trois[:2])
    assert not trouvees("decider-ensemble")
    actions.publier(selection, par=administratrice)
    assert trouvees("decider-ensemble") == {f.pk for f in trois[:2]}
    actions.ajouter(selection, trois[2], par=administratrice)
    assert trouvees("decider-ensemble") == {f.pk for f in trois}
    actions.ecarter(selection, selection.retenues.get(action=trois[0]).pk, par=administratrice)
    assert trouvees("decider-ensemble") == {f.pk for f in trois[1:]}
    actions.modifier(selection, par=administratrice, titre="Un autre titre")
    assert Facette.objects.get(genre="selection").libelle == "Un autre titre"
    actions.retirer(selection, par=administratrice)
    assert not trouvees("decider-ensemble")
    assert Entree.objects.count() == 3
    verbes = list(Evenement.objects.de(selection).order_by("pk").values_list("verbe", flat=True))
    assert verbes[0] == "créer"
    assert verbes[-1] == "retirer"
    assert {"publier", "retenir une fiche", "écarter une fiche", "modifier"} <= set(verbes)


def test_what_is_missing_is_said_and_nothing_is_published(trois: list[Action], administratrice: Utilisateur) -> None:
    selection = composer(administratrice)
    actions.ajouter(selection, trois[0], par=administratrice)
    Selection.objects.filter(pk=selection.pk).update(image="atlaas/selections/x.webp")
    selection.refresh_from_db()
    with pytest.raises(TransitionRefusee) as refusee:
        actions.publier(selection, par=administratrice)
    assert all(mot in str(refusee.value) for mot in ("2 fiches publiées", "manque 1 raison.", "ce que montre l’image"))
    assert Selection.objects.get().etat == EtatSelection.BROUILLON


def test_a_fiche_that_is_no_longer_public_leaves_and_comes_back(
    trois: list[Action], administratrice: Utilisateur, referente: Utilisateur
) -> None:
    selection = composer(administratrice, *trois)
    actions.publier(selection, par=administratrice)
    fiches.reprendre_action(trois[0], par=referente)
    assert [r.action_id for r in queries.publiques(selection)] == [trois[1].pk, trois[2].pk]
    assert len(queries.retenues(selection)) == 3
    fiches.publier_action(trois[0], par=referente)
    assert len(queries.publiques(selection)) == 3
    assert trouvees(selection.slug) == {f.pk for f in trois}


def test_order_and_reasons_are_kept_for_those_that_are_not_named(
    trois: list[Action], administratrice: Utilisateur
) -> None:
    selection = composer(administratrice, *trois)
    premier, deuxieme, troisieme = selection.retenues.order_by("rang").values_list("pk", flat=True)
    actions.ranger(selection, [troisieme, premier, 999_999], {premier: "Mieux dit"}, par=administratrice)
    assert ordre(selection) == ["Bus numérique", "Budget participatif", "Alerte"]
    assert dict(Retenue.objects.values_list("pk", "pourquoi")) == {
        premier: "Mieux dit",
        deuxieme: "Pour Alerte",
        troisieme: "Pour Bus numérique",
    }
    avant = Evenement.objects.count()
    actions.ranger(selection, [troisieme, premier, deuxieme], {}, par=administratrice)
    assert Evenement.objects.count() == avant, "nothing changed, nothing is told"


def test_a_fiche_is_kept_once_and_only_when_public(
    trois: list[Action], bassens: Collectivite, administratrice: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = composer(administratrice, trois[0], trois[0])
    assert selection.retenues.count() == 1
    with pytest.raises(TransitionRefusee, match="fiche publiée"):
        actions.ajouter(selection, atlaas.fiche(bassens, publiee=False), par=administratrice)
    monkeypatch.setattr(actions, "NB_MAX", 1)
    with pytest.raises(TransitionRefusee, match="1 fiches au plus"):
        actions.ajouter(selection, trois[1], par=administratrice)
    actions.ecarter(selection, 999_999, par=administratrice)
    assert selection.retenues.count() == 1


def test_a_merged_fiche_gives_its_place_to_the_one_that_stays(
    trois: list[Action], administratrice: Utilisateur, voisine: Utilisateur
) -> None:
    _, partie, restante = trois
    selection, autre = composer(administratrice, partie, trois[0]), composer(administratrice, restante, partie)
    actions.publier(selection, par=administratrice)
    with pytest.raises(TransitionRefusee, match="remplace"):
        actions.remplacer(selection, selection.retenues.get(action=partie).pk, par=administratrice)
    fusionner(partie, restante, par=voisine, a=restante.publiee_le)
    for lue in (selection, autre):
        actions.remplacer(lue, lue.retenues.get(action=partie).pk, par=administratrice)
    assert ordre(selection) == ["Bus numérique", "Budget participatif"]
    assert ordre(autre) == ["Bus numérique"]
    assert trouvees(selection.slug) == {restante.pk, trois[0].pk}


def test_the_address_follows_the_title_until_it_is_public(trois: list[Action], administratrice: Utilisateur) -> None:
    selection, autre = composer(administratrice, *trois[:2]), composer(administratrice)
    assert (selection.slug, autre.slug) == ("decider-ensemble", "decider-ensemble-2")
    selection = actions.modifier(selection, par=administratrice, titre="Œuvrer à l’école")
    assert selection.slug == "oeuvrer-a-l-ecole"
    actions.publier(selection, par=administratrice)
    premiere = selection.publiee_le
    assert actions.modifier(selection, par=administratrice, titre="Rien à voir").slug == "oeuvrer-a-l-ecole"
    actions.retirer(selection, par=administratrice)
    actions.publier(selection, par=administratrice)
    assert selection.publiee_le == premiere
    assert actions.creer(titre="🎉", introduction="x", par=administratrice).slug == "selection"


def test_the_cover_follows_the_families_and_the_old_image_is_removed(
    trois: list[Action], administratrice: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    selection = composer(administratrice)
    assert set(selection.motif[::2]) == set("ABCDEO")
    actions.ajouter(selection, trois[0], par=administratrice)
    assert set(Selection.objects.get().motif[::2]) == set("AO")
    octets = BytesIO()
    Image.new("RGB", (4, 2)).save(octets, "WEBP")
    for contenu in (SimpleUploadedFile("a.webp", octets.getvalue()), ""):
        with django_capture_on_commit_callbacks(execute=True):
            selection = actions.modifier(selection, par=administratrice, image=contenu)
        if selection.image:
            nom, stockage = selection.image.name, selection.image.storage
            assert stockage.exists(nom)
    assert not stockage.exists(nom)
    assert selection.adresse_image == ""
