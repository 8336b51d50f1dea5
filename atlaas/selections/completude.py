"""What a selection lacks before everyone may read it."""

from atlaas.completude import Manque
from atlaas.models import Retenue, Selection

NB_MIN = 2  # public fiches: one alone is no selection


def manques(selection: Selection, retenues: list[Retenue]) -> list[Manque]:
    """``retenues``: its fiches, loaded; ``champ`` is the part of the page to mend. No query."""
    publiques = [r for r in retenues if r.action.est_publique]
    muettes = sum(not r.pourquoi.strip() for r in publiques)
    attendus = [
        ("fiches", len(publiques) >= NB_MIN, f"Retenez {NB_MIN} fiches publiées au moins."),
        ("fiches", not muettes, f"Dites pourquoi elles y sont : il manque {muettes} raison{'s' * (muettes > 1)}."),
        (
            "image_alternative",
            not selection.image or bool(selection.image_alternative.strip()),
            "Dites ce que montre l’image : certains ne la voient pas.",
        ),
    ]
    return [Manque(champ, phrase) for champ, rempli, phrase in attendus if not rempli]
