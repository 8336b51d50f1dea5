"""Password rules of the CNIL (deliberation 2022-100 of 21 July 2022): 80 bits, in one of three ways."""

import re

from django.core.exceptions import ValidationError

LONGUEUR = 12
LONGUEUR_SANS_SPECIAL = 14
NB_MOTS = 7

REGLE = (
    f"Au choix : {LONGUEUR} caractères avec majuscule, minuscule, chiffre et caractère spécial ; "
    f"{LONGUEUR_SANS_SPECIAL} caractères avec majuscule, minuscule et chiffre ; "
    f"ou une phrase de {NB_MOTS} mots différents, séparés par des espaces ou des tirets."
)


def types_absents(mot_de_passe: str) -> list[str]:
    """Kinds of character that are missing, among the four of the rule, as the screen names them."""
    presences = {
        "une majuscule": any(c.isupper() for c in mot_de_passe),
        "une minuscule": any(c.islower() for c in mot_de_passe),
        "un chiffre": any(c.isdigit() for c in mot_de_passe),
        "un caractère spécial": any(not c.isalnum() for c in mot_de_passe),
    }
    return [nom for nom, present in presences.items() if not present]


def nb_mots(mot_de_passe: str) -> int:
    """Different words of two letters or more."""
    mots = re.split(r"[\s\-_.,;:!?'’]+", mot_de_passe.casefold())
    return len({mot for mot in mots if len(mot) >= 2 and any(c.isalpha() for c in mot)})


def respecte_la_regle(mot_de_passe: str) -> bool:
    absents = types_absents(mot_de_passe)
    return (
        (len(mot_de_passe) >= LONGUEUR and not absents)
        or (len(mot_de_passe) >= LONGUEUR_SANS_SPECIAL and set(absents) <= {"un caractère spécial"})
        or nb_mots(mot_de_passe) >= NB_MOTS
    )


def ce_qui_manque(mot_de_passe: str) -> str:
    """The nearest way to mend a refused password."""
    manques = types_absents(mot_de_passe)
    if len(mot_de_passe) < LONGUEUR:
        n = LONGUEUR - len(mot_de_passe)
        manques.insert(0, f"{n} caractère{'s' if n > 1 else ''} de plus")
    return "Il manque : " + ", ".join(manques) + f". Une phrase de {NB_MOTS} mots différents convient aussi."


class RegleCnil:
    """For ``AUTH_PASSWORD_VALIDATORS``."""

    def validate(self, password: str, user: object = None) -> None:
        if not respecte_la_regle(password):
            raise ValidationError(
                f"Ce mot de passe est trop facile à deviner. {ce_qui_manque(password)}", code="mot_de_passe_faible"
            )

    def get_help_text(self) -> str:
        return REGLE
