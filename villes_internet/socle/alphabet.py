"""French alphabetical order, the same on every server (ADR 0012): a row keeps the key that its name is sorted by."""

from django.db.models import Func, GeneratedField, TextField, Value
from django.db.models.functions import Concat


class CleAlphabetique(Func):
    """``vi_cle_alphabetique(text)``: « L’Haÿ-les-Roses » → ``l hay les roses``, in byte order whatever the locale.

    Accents and case are ignored, ligatures are two letters, all the rest separates words; a space comes before letters.
    """

    function = "vi_cle_alphabetique"
    template = '(%(function)s(%(expressions)s) COLLATE "C")'
    arity = 1
    output_field = TextField(db_collation="C")


def champ_alphabetique(*colonnes: str) -> GeneratedField:
    """The key of one or several columns, computed by the database: to sort by, and to put in an index."""
    avec_espaces = [morceau for colonne in colonnes for morceau in (Value(" "), colonne)][1:]
    return GeneratedField(
        verbose_name="clé alphabétique",
        expression=CleAlphabetique(Concat(*avec_espaces) if len(colonnes) > 1 else colonnes[0]),
        output_field=TextField(db_collation="C"),
        db_persist=True,
    )
