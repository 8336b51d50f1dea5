"""What a number of arobases means, in words for inhabitants: the one place where they are written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sens:
    titre: str
    phrase: str


SENS = {
    1: Sens(
        "Le premier pas",
        "La collectivité est entrée dans la démarche : elle dit ce qu’elle fait avec le numérique et propose de "
        "premiers services.",
    ),
    2: Sens(
        "Des services qui tiennent",
        "Plusieurs services numériques fonctionnent au quotidien, et quelqu’un en a la charge.",
    ),
    3: Sens(
        "Une vraie politique locale",
        "Le numérique sert dans plusieurs domaines de la vie locale, de façon organisée, avec une aide pour les "
        "personnes qu’il met en difficulté.",
    ),
    4: Sens(
        "Avec les habitants",
        "Les services sont nombreux, suivis et améliorés, et les habitants ont leur mot à dire.",
    ),
    5: Sens(
        "Tous les domaines à la fois",
        "La collectivité avance dans tous les domaines, mesure ce qu’elle fait et le partage pour que d’autres le "
        "reprennent.",
    ),
}
