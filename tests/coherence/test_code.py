"""Rules of the tree that no linter knows."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

RACINE = settings.BASE_DIR
MODULES = sorted(
    f
    for dossier in ("villes_internet", "candidatures", "mosaique", "atlaas")
    for f in (RACINE / dossier).rglob("*.py")
    if "migrations" not in f.parts
)
IDS = [m.relative_to(RACINE).as_posix() for m in MODULES]


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_only_franchir_writes_a_state(module: Path) -> None:
    if module.name == "transitions.py" or "mesures" in module.parts:
        return
    texte = module.read_text(encoding="utf-8")
    # a statement, not the a.etat = … of a query
    ecrit = re.search(r"\.update\([^)]*\betat=|^\s*\w+(\.\w+)*\.etat = ", texte, re.MULTILINE)
    assert not ecrit, "a state is written outside franchir"


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_no_room_without_a_name(module: Path) -> None:
    assert module.stem not in {"utils", "helpers", "services", "misc", "common"}


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_no_signal_receiver(module: Path) -> None:
    assert "@receiver(" not in module.read_text(encoding="utf-8")


def test_nothing_reads_outside_the_project() -> None:
    for module in MODULES:
        assert "/shared" not in module.read_text(encoding="utf-8")
