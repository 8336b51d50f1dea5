import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings as reglages
from django.core.signals import request_finished, request_started
from django.db import connection
from django.template import engines
from django.template.base import Node, Origin
from pytest_django.fixtures import Settings

pytest_plugins = ["tests.personas"]

RENDU = Node.render_annotated.__code__
TEMPLATES = str(reglages.BASE_DIR / "templates")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Random order, but what is long starts first: begun last, it would leave the other cores waiting."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None and item.get_closest_marker("long") is None)


def hors_couverture(fonction: Callable[..., Any], *arguments: Any) -> Any:
    """Call it without the tracer of coverage, which doubles the cost of each line of Python, ours or not.

    A debugger's tracer is left alone. Stopped and set again in one frame: the tracer counts the frames it sees end.
    """
    traceur = sys.gettrace()
    if type(traceur).__name__ != "CTracer":
        return fonction(*arguments)
    sys.settrace(None)
    try:
        return fonction(*arguments)
    finally:
        sys.settrace(traceur)


@pytest.fixture(scope="session", autouse=True)
def _statiques(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty folder for the whole session: the finders serve the static files."""
    reglages.STATIC_ROOT = tmp_path_factory.mktemp("statiques")


@pytest.fixture(autouse=True)
def _isolement(settings: Settings, tmp_path: Path) -> None:
    """Files go to the test's own folder, static files need no build, no task leaves, passwords cost little."""
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "fichiers", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.PASSWORD_HASHERS = ["tests.hachage.Argon2Leger"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


class VariableInconnue(str):
    """Stands for a variable that the context does not define: fails the test when the template is ours."""

    __slots__ = ()

    def __contains__(self, cle: object) -> bool:
        return cle == "%s"

    def __mod__(self, variable: object) -> str:
        origine = _origine_du_rendu()
        if origine.startswith(TEMPLATES):
            pytest.fail(f"Undefined variable « {variable} » in {origine.removeprefix(TEMPLATES + '/')}", pytrace=False)
        return ""


def _origine_du_rendu() -> str:
    """Name of the template file whose node is being rendered, read from the innermost frame that has one."""
    cadre: FrameType | None = sys._getframe(2)
    while cadre is not None:
        if cadre.f_code is RENDU:
            origine = getattr(cadre.f_locals["self"], "origin", None)
            if isinstance(origine, Origin):
                return str(origine.name)
        cadre = cadre.f_back
    return ""


@pytest.fixture(autouse=True)
def _variables_de_gabarit() -> Iterator[None]:
    """An undefined template variable is an error."""
    moteur = engines["django"].engine
    avant, moteur.string_if_invalid = moteur.string_if_invalid, VariableInconnue("%s")
    yield
    moteur.string_if_invalid = avant


ECRITURE = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+\"?(\w+)", re.IGNORECASE)
PERMIS_EN_LECTURE = {"django_session", "usersessions_usersession"}


@pytest.fixture(autouse=True)
def _lecture_sans_ecriture(request: pytest.FixtureRequest) -> Iterator[None]:
    """A GET or HEAD request never writes a business row, in any test of the suite."""
    en_lecture = False

    def debut(environ: dict[str, Any] | None = None, **_: object) -> None:
        nonlocal en_lecture
        en_lecture = bool(environ) and environ.get("REQUEST_METHOD") in {"GET", "HEAD"}

    def fin(**_: object) -> None:
        nonlocal en_lecture
        en_lecture = False

    def surveiller(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        ecrit = ECRITURE.match(sql) if en_lecture else None
        if ecrit and ecrit[2] not in PERMIS_EN_LECTURE:
            pytest.fail(f"A GET request writes to {ecrit[2]}: {sql[:200]}")
        return hors_couverture(execute, sql, params, many, context)

    request_started.connect(debut)
    request_finished.connect(fin)
    with connection.execute_wrapper(surveiller):
        yield
    request_started.disconnect(debut)
    request_finished.disconnect(fin)
