"""Draw docs/etats.md from the transition tables."""

import importlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition

TITRE = "# States and transitions\n\nDrawn by `manage.py diagramme_etats` from the tables of `etats.py`; do not edit.\n"


class Command(BaseCommand):
    help = "Dessine docs/etats.md à partir des tables de transitions."

    def handle(self, *args: Any, **options: Any) -> None:
        chemin = settings.BASE_DIR / "docs" / "etats.md"
        chemin.write_text(document(), encoding="utf-8")
        self.stdout.write(f"{chemin.name} est à jour.")


def document() -> str:
    """The whole document: one Mermaid diagram per transition table."""
    return TITRE + "".join(diagramme(module, etats, table) for module in modules() for etats, table in tables(module))


def modules() -> list[str]:
    """Names of the ``etats`` modules of the project, in alphabetical order."""
    trouves = [
        ".".join((app.name, *chemin.relative_to(app.path).with_suffix("").parts))
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and ".venv" not in app.path
        for chemin in Path(app.path).rglob("etats.py")
    ]
    return sorted(trouves)


def tables(module: str) -> list[tuple[type[TextChoices], tuple[Transition, ...]]]:
    """The enumerations of a module and their tables: the first table is the first enumeration’s, and so on.

    An enumeration without a table comes after those that have one.
    """
    contenu = list(vars(importlib.import_module(module)).values())
    etats = [v for v in contenu if isinstance(v, type) and issubclass(v, TextChoices) and v is not TextChoices]
    lues = [v for v in contenu if isinstance(v, tuple) and v and all(isinstance(t, Transition) for t in v)]
    return list(zip(etats, lues, strict=False))


def diagramme(module: str, etats: type[TextChoices], transitions: tuple[Transition, ...]) -> str:
    lignes = [f"    {etat.value}: {etat.label}" for etat in etats]
    lignes.append(f"    [*] --> {next(iter(etats)).value}")
    lignes += [f"    {depuis} --> {t.vers}: {t.verbe}" for t in transitions for depuis in sorted(t.depuis)]
    corps = "\n".join(lignes)
    return f"\n## {etats.__name__}\n\n`{module}`\n\n```mermaid\nstateDiagram-v2\n{corps}\n```\n"
