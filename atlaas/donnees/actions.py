"""The nightly files: written apart, then all shown at once."""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from django.utils import timezone

from atlaas.donnees.exports import FORMATS, Blocs, Format
from atlaas.donnees.queries.depots import MANIFESTE, Fichier, racine
from atlaas.donnees.queries.lignes import Ligne, blocs
from atlaas.recherche.queries.criteres import Criteres

GARDES = 2  # folders kept: a download that began before the change ends on its own file


def deposer_les_fichiers(a: datetime | None = None) -> list[Fichier]:
    """Write every format anew and replace those of the day before; safe to run twice, or to interrupt.

    The manifest is replaced in one move once all is on the disk: a reader sees the old files or the new ones, each
    with its own checksum.
    """
    quand = a or timezone.now()
    racine().mkdir(parents=True, exist_ok=True)
    dossier = Path(mkdtemp(prefix=f"{quand:%Y%m%dT%H%M%S}-", dir=racine()))
    fichiers = [_ecrire(dossier, format_, quand) for format_ in FORMATS.values()]
    provisoire = dossier / MANIFESTE
    provisoire.write_text(json.dumps([asdict(f) for f in fichiers], ensure_ascii=False), encoding="utf-8")
    os.replace(provisoire, racine() / MANIFESTE)  # noqa: PTH105  the atomic one
    _oublier_les_anciens()
    return fichiers


def _ecrire(dossier: Path, format_: Format, quand: datetime) -> Fichier:
    chemin = dossier / f"atlaas-fiches.{format_.extension}.gz"
    compte = _Compte(blocs(Criteres()))
    with chemin.open("wb") as brut:
        with gzip.GzipFile(filename="", mode="wb", fileobj=brut, compresslevel=6, mtime=0) as flux:
            for morceau in format_.ecrire(compte):
                flux.write(morceau.encode())
        brut.flush()
        os.fsync(brut.fileno())
    with chemin.open("rb") as relu:
        empreinte = hashlib.file_digest(relu, "sha256").hexdigest()
    return Fichier(
        nom=chemin.name,
        dossier=dossier.name,
        format=format_.extension,
        libelle=format_.libelle,
        type_mime=format_.type_mime,
        autorite=format_.autorite,
        usage=format_.usage,
        taille=chemin.stat().st_size,
        empreinte=empreinte,
        date=quand.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        nb=compte.nb,
    )


class _Compte:
    """Counts the rows that pass."""

    def __init__(self, lots: Blocs) -> None:
        self.lots = lots
        self.nb = 0

    def __iter__(self) -> Iterator[list[Ligne]]:
        for lot in self.lots:
            self.nb += len(lot)
            yield lot


def _oublier_les_anciens() -> None:
    dossiers = sorted((d for d in racine().iterdir() if d.is_dir()), key=lambda d: d.name, reverse=True)
    for dossier in dossiers[GARDES:]:
        with suppress(FileNotFoundError):
            shutil.rmtree(dossier)
