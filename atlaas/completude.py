"""What a fiche lacks before it can be published; a draft is always savable."""

from dataclasses import dataclass

from atlaas.models import Action


@dataclass(frozen=True, slots=True)
class Manque:
    """``champ`` is the form's field to mend; ``phrase`` says how."""

    champ: str
    phrase: str


def manques(action: Action) -> list[Manque]:
    """In the order of the form; one query (the services)."""
    return manques_avec(action, a_des_services=action.services.exists())


def manques_avec(action: Action, *, a_des_services: bool) -> list[Manque]:
    """The same, no query."""
    attendus = [
        ("titre", bool(action.titre.strip()), "Donnez un titre à la fiche."),
        ("resume", bool(action.resume.strip()), "Écrivez un résumé de deux ou trois phrases."),
        ("services", a_des_services, "Rattachez la fiche à un service au moins."),
        ("stade", bool(action.stade), "Dites où en est l’action."),
        ("image_alternative", _est_decrite(action), "Dites ce que montre l’image : certains ne la voient pas."),
    ]
    return [Manque(champ, phrase) for champ, rempli, phrase in attendus if not rempli]


def _est_decrite(action: Action) -> bool:
    return not action.image or bool(action.image_alternative.strip())
