"""Which browser plays the journeys. A missing one is a failure that says what to do, never a skipped test."""

from villes_internet.demarrage.installer import echouer, est_root, trouver_navigateur

OPTIONS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chemin() -> str:
    """Path of the browser, or the end of the program with the remedy."""
    trouve = trouver_navigateur()
    if trouve is None:
        echouer(
            "Aucun navigateur pour jouer les parcours : installez le paquet Debian « chromium », "
            "ou donnez le chemin d’un Chromium, « make test CHROMIUM=/chemin/de/chromium »."
        )
    return trouve


def options() -> list[str]:
    return [*OPTIONS, "--no-sandbox"] if est_root() else OPTIONS
