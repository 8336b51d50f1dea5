"""The mosaïque that an address names, for whoever may see it."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.http import Http404, HttpRequest

from atlaas.interface import Vitrine
from mosaique.models import AccordCitation, Mosaique
from mosaique.permissions import peut_voir_mosaique
from villes_internet.referentiel.models import Version
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import CANDIDATES, Collectivite

MODELES: tuple[tuple[str, type[models.Model]], ...] = (
    ("m", Mosaique),
    ("c", Collectivite),
    ("v", Version),
    ("a", AccordCitation),
    ("w", Vitrine),
)
VISIBLE = """
SELECT {colonnes}
FROM mosaique_mosaique m
JOIN territoires_collectivite c ON c.id = m.collectivite_id
JOIN referentiel_version v ON v.id = m.version_id
LEFT JOIN mosaique_accordcitation a ON a.collectivite_id = c.id
LEFT JOIN atlaas_vitrine w ON w.collectivite_id = c.id
WHERE c.code = %s AND c.type = ANY(%s) AND m.millesime = %s
""".format(
    colonnes=", ".join(f'{alias}."{c.column}"' for alias, modele in MODELES for c in modele._meta.concrete_fields)
)


def mosaique_visible(request: HttpRequest, code: str, millesime: int) -> Mosaique:
    """With its collectivité, its version and what the collectivité agreed to; 404 for a stranger, 403 with its reason
    for the wrong role."""
    trouvee = _lire(code, millesime)
    if trouvee is None:
        raise Http404
    exiger(peut_voir_mosaique(request.user, trouvee))
    return trouvee


def _lire(code: str, millesime: int) -> Mosaique | None:
    """In SQL: compiled by the ORM on each page, these joins cost five times their running."""
    with connection.cursor() as curseur:
        curseur.execute(VISIBLE, [code, [str(genre) for genre in CANDIDATES], millesime])
        ligne = curseur.fetchone()
    if ligne is None:
        return None
    valeurs = iter(ligne)
    lues: dict[str, Any] = {alias: _instance(modele, valeurs) for alias, modele in MODELES}
    mosaique: Mosaique = lues["m"]
    ville = lues["c"]
    mosaique.collectivite, mosaique.version = ville, lues["v"]
    ville._state.fields_cache |= {"accord_citation": lues["a"], "vitrine": lues["w"]}
    return mosaique


def _instance(modele: type[models.Model], valeurs: Iterator[Any]) -> models.Model | None:
    """Takes the values of its columns; None where the join found nothing."""
    siens = []
    for champ in modele._meta.concrete_fields:
        convertir = getattr(champ, "from_db_value", None)
        valeur = next(valeurs)
        siens.append(convertir(valeur, None, connection) if convertir else valeur)
    noms = [champ.attname for champ in modele._meta.concrete_fields]
    return None if siens[0] is None else modele.from_db(connection.alias, noms, siens)
