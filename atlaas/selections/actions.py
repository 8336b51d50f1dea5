"""What changes the selections of the association. The search follows: a published one is a choice of its facets."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from atlaas.actions import en_adresse
from atlaas.etats import PUBLIER_SELECTION, RETIRER_SELECTION
from atlaas.indexation import indexer, renommer
from atlaas.models import Action, Genre, Retenue, Selection
from atlaas.selections import queries
from atlaas.selections.calculs import carreler
from atlaas.selections.completude import manques
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir

NB_MAX = 60  # fiches: beyond, it is a search, not a choice


def _slug(titre: str, sauf: int = 0) -> str:
    """An address of its own, from the title."""
    debut = en_adresse(titre, "selection", 90)
    pris = set(Selection.objects.filter(slug__startswith=debut).exclude(pk=sauf).values_list("slug", flat=True))
    suites = (debut, *(f"{debut}-{n}" for n in range(2, len(pris) + 3)))
    return next(slug for slug in suites if slug not in pris)


@transaction.atomic
def creer(*, titre: str, introduction: str, par: Utilisateur, **champs: Any) -> Selection:
    """A draft; ``champs``: the image and its words."""
    selection = Selection.objects.create(
        titre=titre, introduction=introduction, slug=_slug(titre), auteur=par, motif=carreler((), 0), **champs
    )
    _dessiner(selection)
    consigner(selection, "créer", par=par)
    return selection


@transaction.atomic
def modifier(selection: Selection, *, par: Utilisateur, **champs: Any) -> Selection:
    """The address follows the title until the first publication, then it holds."""
    verrouillee = Selection.objects.select_for_update().get(pk=selection.pk)
    ancienne = verrouillee.image.name if "image" in champs else ""
    modifies = [nom for nom, valeur in champs.items() if getattr(verrouillee, nom) != valeur]
    for nom, valeur in champs.items():
        setattr(verrouillee, nom, valeur)
    if verrouillee.publiee_le is None:
        verrouillee.slug = _slug(verrouillee.titre, verrouillee.pk)
    verrouillee.modifiee_le = timezone.now()
    verrouillee.save()
    if "titre" in modifies:
        renommer(Genre.SELECTION, verrouillee.slug, verrouillee.titre)
    if ancienne:
        transaction.on_commit(partial(verrouillee.image.storage.delete, ancienne), robust=True)
    consigner(verrouillee, "modifier", par=par, donnees={"champs": modifies})
    return verrouillee


@transaction.atomic
def ajouter(selection: Selection, action: Action, *, par: Utilisateur, pourquoi: str = "") -> Retenue:
    """At the end; a second time finds the first. Raises ``TransitionRefusee``: not public, or one too many."""
    verrouillee = Selection.objects.select_for_update().get(pk=selection.pk)
    if not action.est_publique:
        raise TransitionRefusee("Seule une fiche publiée peut être retenue.")
    gardees = list(verrouillee.retenues.order_by("rang", "pk"))
    if deja := next((r for r in gardees if r.action_id == action.pk), None):
        return deja
    if len(gardees) >= NB_MAX:
        raise TransitionRefusee(f"Une sélection garde {NB_MAX} fiches au plus : retirez-en une d’abord.")
    rang = gardees[-1].rang + 1 if gardees else 1
    retenue = Retenue.objects.create(selection=verrouillee, action=action, rang=rang, pourquoi=pourquoi)
    _suivre(verrouillee, "retenir une fiche", [action.pk], par)
    return retenue


@transaction.atomic
def ecarter(selection: Selection, cle: int, *, par: Utilisateur) -> None:
    """The fiche leaves the selection; ``cle`` is that of its ``Retenue``, and nothing happens when it has left."""
    parties = list(selection.retenues.select_for_update().filter(pk=cle))
    for retenue in parties:
        retenue.delete()
    if parties:
        _suivre(selection, "écarter une fiche", [r.action_id for r in parties], par)


@transaction.atomic
def remplacer(selection: Selection, cle: int, *, par: Utilisateur) -> None:
    """The fiche in which a merged one went takes its place and its reason; raises ``TransitionRefusee``."""
    retenue = selection.retenues.select_for_update(of=("self",)).select_related("action__fusionnee_dans").get(pk=cle)
    partie, restante = retenue.action, retenue.action.fusionnee_dans
    if restante is None or not restante.est_publique:
        raise TransitionRefusee("La fiche qui la remplace n’est pas publiée.")
    if selection.retenues.filter(action=restante).exists():
        retenue.delete()
    else:
        retenue.action = restante
        retenue.save(update_fields=["action"])
    _suivre(selection, "remplacer une fiche fusionnée", [partie.pk, restante.pk], par)


@transaction.atomic
def ranger(selection: Selection, ordre: Sequence[int], raisons: Mapping[int, str], *, par: Utilisateur) -> None:
    """Give the fiches this order and these reasons, by key of ``Retenue``; those not named follow, as they were."""
    places = {cle: place for place, cle in enumerate(ordre)}
    gardees = list(selection.retenues.select_for_update().order_by("rang", "pk"))
    voulues = sorted(gardees, key=lambda r: places.get(r.pk, len(places)))
    changees = [
        retenue
        for rang, retenue in enumerate(voulues, start=1)
        if (rang, raisons.get(retenue.pk, retenue.pourquoi)) != (retenue.rang, retenue.pourquoi)
    ]
    for rang, retenue in enumerate(voulues, start=1):
        retenue.rang, retenue.pourquoi = rang, raisons.get(retenue.pk, retenue.pourquoi)
    if changees:
        Retenue.objects.bulk_update(changees, ["rang", "pourquoi"])
        _suivre(selection, "ranger", [], par)


@transaction.atomic
def publier(selection: Selection, *, par: Utilisateur, a: datetime | None = None) -> Selection:
    """Open to everyone; raises ``TransitionRefusee`` with what is missing. The first publication gives its date."""
    absents = manques(selection, queries.retenues(selection))
    if absents:
        raise TransitionRefusee(" ".join(m.phrase for m in absents))
    quand = a or timezone.now()
    franchir(selection, PUBLIER_SELECTION, par=par, publiee_le=selection.publiee_le or quand)
    indexer(_fiches(selection))
    return selection


@transaction.atomic
def retirer(selection: Selection, *, par: Utilisateur) -> Selection:
    """It leaves the public pages and keeps its fiches: it may come back."""
    franchir(selection, RETIRER_SELECTION, par=par)
    indexer(_fiches(selection))
    return selection


def _fiches(selection: Selection) -> list[int]:
    return list(selection.retenues.order_by("pk").values_list("action_id", flat=True))


def _suivre(selection: Selection, verbe: str, fiches: Iterable[int], par: Utilisateur) -> None:
    """What every change of the list brings: the cover, the journal, and the search once everyone reads it."""
    cles = sorted(fiches)
    if cles:
        _dessiner(selection)
    Selection.objects.filter(pk=selection.pk).update(modifiee_le=timezone.now())
    consigner(selection, verbe, par=par, donnees={"fiches": cles})
    if selection.est_publique and cles:
        indexer(cles)


def _dessiner(selection: Selection) -> None:
    selection.motif = carreler(queries.familles(selection), selection.pk)
    selection.save(update_fields=["motif"])
