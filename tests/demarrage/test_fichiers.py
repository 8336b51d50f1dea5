"""What the files at the root promise: README, lock files, containers."""

import json
import re
import shlex
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RACINE = Path(__file__).resolve().parents[2]
PAQUETS = ["villes_internet", "atlaas", "mosaique", "candidatures", "templates", "static"]
COMPOSE = yaml.safe_load((RACINE / "docker-compose.yml").read_text())


def test_readme_opens_with_the_two_commands_and_every_command_is_a_target():
    blocs = re.findall(r"```sh\n(.*?)```", (RACINE / "README.md").read_text(), re.DOTALL)
    commandes = [ligne for bloc in blocs for ligne in bloc.strip().splitlines()]
    cibles = set(re.findall(r"^([a-z]+):", (RACINE / "Makefile").read_text(), re.MULTILINE))

    assert commandes[:2] == ["make run", "make test"]
    assert {commande.removeprefix("make ") for commande in commandes} <= cibles


def test_every_variable_of_the_settings_is_documented():
    documentation = (RACINE / "docs/operations.md").read_text()
    reglages = (RACINE / "villes_internet/settings.py").read_text()
    variables = set(re.findall(r'(?:environ\.get|drapeau)\(\s*"([A-Z_]+)"', reglages))
    variables |= set(re.findall(r"\$\{([A-Z_]+)", (RACINE / "docker-compose.yml").read_text()))

    assert "SECRET_KEY" in variables
    assert {v for v in variables if f"`{v}`" not in documentation} == set()


@pytest.mark.parametrize("nom", ["production", "demarrage", "developpement"])
def test_python_lock_files_pin_with_hashes_and_carry_no_address(nom):
    texte = (RACINE / f"requirements/{nom}.txt").read_text()
    exigences = re.findall(r"^([a-z0-9][^=\n]*)==\S+ .*\\$", texte, re.MULTILINE)

    assert len(exigences) == len(re.findall(r"^[a-z0-9]", texte, re.MULTILINE)) > 50
    assert "://" not in texte
    assert texte.count("--hash=sha256:") >= len(exigences)


def test_the_lock_file_pins_each_package_with_the_extras_that_its_dependents_ask():
    """Where « coverage[toml] » is asked and « coverage » alone is pinned, pip takes the newest and refuses its hash."""
    exigences = re.findall(
        r"^([a-z0-9][^=\n]*)==", (RACINE / "requirements/developpement.txt").read_text(), re.MULTILINE
    )
    verrou = {canonicalize_name(e.name): e.extras for e in map(Requirement, exigences)}
    demandes = [
        (canonicalize_name(d.name), extra)
        for paquet in metadata.distributions()
        if canonicalize_name(paquet.name) in verrou
        for d in map(Requirement, paquet.requires or [])
        if d.marker is None or d.marker.evaluate({"extra": ""})
        for extra in d.extras
    ]

    assert ("coverage", "toml") in demandes
    assert [f"{nom}[{extra}]" for nom, extra in demandes if extra not in verrou[nom]] == []


def test_npm_lock_file_pins_with_hashes_and_carries_no_address():
    texte = (RACINE / "package-lock.json").read_text()
    paquets = {nom: paquet for nom, paquet in json.loads(texte)["packages"].items() if nom}

    assert "://" not in texte
    assert [nom for nom, paquet in paquets.items() if not paquet["integrity"].startswith("sha512-")] == []


def test_compose_has_every_service_with_a_health_check():
    services = COMPOSE["services"]

    assert set(services) == {"proxy", "web", "worker", "beat", "migrations", "base", "redis"}
    assert services["base"]["image"] == "postgres:17"
    assert {nom for nom, service in services.items() if "healthcheck" not in service} == {"migrations"}
    assert set(services["proxy"]["ports"]) >= {"80:80", "443:443"}
    assert {nom for nom, service in services.items() if "ports" in service} == {"proxy"}


def test_compose_volumes_are_declared_and_the_data_are_kept():
    montes = [v for s in COMPOSE["services"].values() for v in s.get("volumes", []) if not v.startswith(".")]

    assert {volume.split(":")[0] for volume in montes} == set(COMPOSE["volumes"])
    assert "donnees:/donnees" in COMPOSE["services"]["web"]["volumes"]


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrations"])
def test_compose_commands_run_our_application_with_production_settings(service):
    commande = shlex.split(COMPOSE["services"][service]["command"])

    assert commande[0] in {"gunicorn", "celery", "python"}
    assert COMPOSE["services"][service]["environment"]["PRODUCTION"] == "1"
    assert COMPOSE["services"][service]["environment"]["REDIS_URL"].startswith("redis://redis:")


def test_images_are_named_without_a_host_and_the_application_is_not_root():
    images = [service["image"] for service in COMPOSE["services"].values()]
    dockerfile = (RACINE / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)

    assert [image for image in images + bases if "." in image.split("/")[0].split(":")[0]] == []
    assert len(bases) == 2
    assert dockerfile.rindex("USER villes") > dockerfile.rindex("FROM")
    assert "HEALTHCHECK" in dockerfile
    assert "--require-hashes" in dockerfile


def test_proxy_speaks_tls_for_the_domain():
    caddyfile = (RACINE / "docker/Caddyfile").read_text()

    assert "{$DOMAINE} {" in caddyfile
    assert "reverse_proxy web:8000" in caddyfile


def test_no_file_that_the_product_needs_is_left_out_of_the_repository():
    """A rule of .gitignore that is too wide would show only in a fresh clone."""
    ignores = subprocess.run(  # noqa: S603
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--", *PAQUETS],  # noqa: S607
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()

    assert [f for f in ignores if "__pycache__" not in f and not f.startswith("static/dist/")] == []
