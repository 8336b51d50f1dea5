"""State changes: a table, one door and a log. ``franchir`` is the only code that writes a state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from villes_internet.socle.journal import consigner, consigner_tous
from villes_internet.socle.verdict import OUI, Verdict, refus

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Transition:
    """``verbe`` is read by people ("déposer") and is the journal's word; states are values of the model's ``etat``."""

    verbe: str
    depuis: frozenset[str]
    vers: str
    motif_requis: bool = False

    def __init__(self, verbe: str, *, depuis: set[Any], vers: Any, motif_requis: bool = False) -> None:
        object.__setattr__(self, "verbe", verbe)
        object.__setattr__(self, "depuis", frozenset(str(e) for e in depuis))
        object.__setattr__(self, "vers", str(vers))
        object.__setattr__(self, "motif_requis", motif_requis)


class TransitionRefusee(Exception):
    """The state does not allow it, or the reason is missing; the message is a French sentence for the screen."""


def peut_franchir(objet: Any, transition: Transition) -> Verdict:
    """Whether the state of ``objet``, as loaded, allows the transition (rights are asked elsewhere)."""
    if objet.etat in transition.depuis:
        return OUI
    de = "d’" if transition.verbe[0] in "aâeéèêiîoôuhy" else "de "
    return refus(f"Impossible {de}{transition.verbe} : l’état actuel est « {objet.get_etat_display()} ».")


@transaction.atomic
def franchir(
    objet: M,
    transition: Transition,
    *,
    par: AbstractBaseUser | None,
    motif: str = "",
    donnees: dict[str, Any] | None = None,
    **champs: Any,
) -> M:
    """Lock the row, check its state, write it with ``champs`` and log it, in one transaction.

    Raises ``TransitionRefusee`` and changes nothing when the locked row's state does not allow it.
    ``par`` is None when the clock acts. The instance given is updated in place.
    """
    verrouille: Any = type(objet)._base_manager.select_for_update().only("pk", "etat").get(pk=objet.pk)
    avant = verrouille.etat
    verdict = peut_franchir(verrouille, transition)
    if not verdict:
        raise TransitionRefusee(verdict.motif)
    if transition.motif_requis and not motif.strip():
        raise TransitionRefusee(f"Un motif est nécessaire pour {transition.verbe}.")
    for nom, valeur in {"etat": transition.vers, **champs}.items():
        setattr(objet, nom, valeur)
    objet.save(update_fields=["etat", *champs])
    consigner(objet, transition.verbe, par=par, motif=motif, avant=avant, apres=transition.vers, donnees=donnees or {})
    return objet


@transaction.atomic
def franchir_tous(
    objets: Sequence[M], transition: Transition, *, par: AbstractBaseUser | None, champs: Mapping[str, Any]
) -> None:
    """``franchir`` for many objects of one model, in three statements; ``champs``: the same for all, written too.

    Raises ``TransitionRefusee`` and changes nothing when the state of one of them does not allow it.
    """
    if not objets:
        return
    modele: Any = type(objets[0])
    verrouilles = modele._base_manager.select_for_update().only("pk", "etat").order_by("pk")
    avant = {lu.pk: lu for lu in verrouilles.filter(pk__in=[objet.pk for objet in objets])}
    for lu in avant.values():
        if not (verdict := peut_franchir(lu, transition)):
            raise TransitionRefusee(verdict.motif)
    modele._base_manager.filter(pk__in=avant).update(etat=transition.vers, **champs)
    for objet in objets:
        for nom, valeur in {"etat": transition.vers, **champs}.items():
            setattr(objet, nom, valeur)
    details = [{"avant": avant[objet.pk].etat, "apres": transition.vers} for objet in objets]
    consigner_tous(objets, transition.verbe, par=par, details=details)
