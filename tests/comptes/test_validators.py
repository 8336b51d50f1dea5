import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from tests.factories.ground import MOT_DE_PASSE
from villes_internet import settings as reels
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.validators import REGLE, RegleCnil, ce_qui_manque, respecte_la_regle


@pytest.mark.parametrize(
    "mot",
    [
        "Mosaique-33!",  # twelve characters, four kinds
        "Mosaique33ville",  # fourteen and more, no special character
        "Éléphant-2027é",
        "cheval lampe fenêtre orage trottoir cuillère violon",  # seven words
        "cheval-lampe-orage-trottoir-violon-tapis-neige",
    ],
)
def test_a_strong_password_is_accepted(mot: str) -> None:
    assert respecte_la_regle(mot)
    validate_password(mot)


@pytest.mark.parametrize(
    "mot",
    [
        "Mosaique-33",  # eleven
        "mosaique-3300",  # no capital
        "Mosaique3300x",  # thirteen, no special character
        "MOSAIQUE3300XXX",
        "le chat le chat le chat le chat",  # words must differ
        "a b c d e f g h i",
    ],
)
def test_a_weak_password_is_refused(mot: str) -> None:
    assert not respecte_la_regle(mot)
    with pytest.raises(ValidationError, match="trop facile à deviner"):
        RegleCnil().validate(mot)


def test_the_message_says_how_to_mend_it() -> None:
    assert ce_qui_manque("mosaique") == (
        "Il manque : 4 caractères de plus, une majuscule, un chiffre, un caractère spécial. "
        "Une phrase de 7 mots différents convient aussi."
    )
    assert ce_qui_manque("Mosaique-33").startswith("Il manque : 1 caractère de plus.")


def test_the_rule_is_told_before_typing() -> None:
    assert RegleCnil().get_help_text() == REGLE


def test_a_password_like_ones_own_name_is_refused() -> None:
    personne = Utilisateur(email="alexandrine.dupont-martineau@ville.fr", first_name="Alexandrine")
    with pytest.raises(ValidationError):
        validate_password("Alexandrine.Dupont-Martineau1", personne)


def test_a_common_password_is_refused() -> None:
    with pytest.raises(ValidationError) as refus:
        validate_password("password")
    assert len(refus.value.messages) == 2


def test_a_password_is_kept_at_the_full_cost_of_argon2(settings: Settings) -> None:
    """The other tests hash at the lowest cost; here is what the settings really say, and OWASP asks for no less."""
    leger = make_password(MOT_DE_PASSE)
    settings.PASSWORD_HASHERS = reels.PASSWORD_HASHERS
    garde = make_password(MOT_DE_PASSE)
    cout = identify_hasher(garde).decode(garde)
    assert (cout["algorithm"], cout["variety"]) == ("argon2", "argon2id")
    assert cout["memory_cost"] >= 19 * 1024  # kibibytes
    assert cout["time_cost"] >= 2
    assert check_password(MOT_DE_PASSE, garde)
    assert not check_password(MOT_DE_PASSE.lower(), garde)
    assert identify_hasher(leger).must_update(leger), "a cheap hash would be hashed anew at the next sign-in"
