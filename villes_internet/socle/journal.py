"""The journal: who did what to which object, when and why. Rows are only ever added."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models

from villes_internet.socle.models import Evenement


def consigner(objet: models.Model, verbe: str, *, par: AbstractBaseUser | None, **details: Any) -> Evenement:
    """Add a row, in the caller's transaction. ``verbe`` is an infinitive ("déposer"); ``par`` None means the clock.

    ``details``: motif, avant, apres, donnees.
    """
    evenement = _evenement(objet, verbe, par, **details)
    evenement.save(force_insert=True)
    return evenement


def consigner_tous(
    objets: Iterable[models.Model], verbe: str, *, par: AbstractBaseUser | None, details: Iterable[dict[str, Any]]
) -> None:
    """The rows that ``consigner`` would add, in one statement. ``details``: those of each object, in the same order."""
    Evenement.objects.bulk_create(
        _evenement(objet, verbe, par, **siens) for objet, siens in zip(objets, details, strict=True)
    )


def _evenement(
    objet: models.Model,
    verbe: str,
    par: AbstractBaseUser | None,
    *,
    motif: str = "",
    avant: str = "",
    apres: str = "",
    donnees: dict[str, Any] | None = None,
) -> Evenement:
    return Evenement(
        type_objet=ContentType.objects.get_for_model(objet),
        id_objet=objet.pk,
        libelle_objet=str(objet)[:200],
        verbe=verbe,
        par=par,  # type: ignore[misc]  # the socle does not know the account model
        motif=motif,
        avant=avant,
        apres=apres,
        donnees=donnees or {},
    )
