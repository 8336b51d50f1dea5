"""What ``make lint`` asks Django: no missing migration, and no warning about deployment with production settings."""

import os
import secrets
import subprocess
import sys

from villes_internet.demarrage.essais import base_de_donnees
from villes_internet.demarrage.installer import RACINE

CONTROLES = (
    ["makemigrations", "--check", "--dry-run"],
    ["check", "--deploy", "--fail-level", "WARNING"],
)


def main() -> int:
    production = {"PRODUCTION": "1", "SECRET_KEY": secrets.token_urlsafe(50), "MODE_DEMONSTRATION": "0"}
    with base_de_donnees() as url:
        environnement = dict(os.environ, **production, DATABASE_URL=url)
        codes = [
            subprocess.run(
                [sys.executable, "manage.py", *controle], cwd=RACINE, env=environnement, check=False
            ).returncode
            for controle in CONTROLES
        ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
