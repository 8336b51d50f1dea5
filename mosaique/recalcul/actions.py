"""Recompute every open mosaïque of a year: its fiches and its day of reference move its figures, not its saves alone.

Block by block, each a fixed number of queries and a transaction of its own. Workers share a batch by claiming rows that
no other holds. What is left to do is read from the rows: a run that was killed is taken up without a hole.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from atlaas.interface import preuves_par_collectivite
from mosaique.actions import ecrire_chiffres, en_json
from mosaique.calculs import Bareme
from mosaique.completude import manques_de
from mosaique.models import Mosaique, Recalcul, ReponseEnjeu
from mosaique.queries.chiffres import CHIFFRES, calculer_avec
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre

TAILLE_BLOC = 500
LUS = ["mosaique_id", "enjeu_id", "niveau", "services", "est_a_confirmer", *CHIFFRES]
ECRIRE_MOSAIQUES = """
UPDATE mosaique_mosaique m
SET indice = n.indice, nb_renseignes = n.nb_renseignes, nb_manques = n.nb_manques, calculee_le = statement_timestamp()
FROM jsonb_to_recordset(%s::jsonb) n (id bigint, indice numeric, nb_renseignes smallint, nb_manques smallint)
WHERE m.id = n.id
"""


class Ligne(NamedTuple):
    """What a mosaïque stores of its own."""

    id: int
    indice: Decimal
    nb_renseignes: int
    nb_manques: int


def annees_en_cours() -> list[int]:
    """The years whose open mosaïques still have their day of reference before them."""
    ouvertes = Mosaique.objects.filter(est_figee=False, date_reference__gte=timezone.localdate())
    return list(ouvertes.order_by("millesime").values_list("millesime", flat=True).distinct())


def demander(millesime: int) -> Recalcul:
    """The batch of the year: the one that is not finished, else a new one. Asked twice at once, it is the same."""
    return Recalcul.objects.get_or_create(millesime=millesime, fini_le=None)[0]


def avancer(recalcul: Recalcul, taille: int = TAILLE_BLOC) -> int:
    """Recompute at most ``taille`` mosaïques; how many. 0: nothing is left, the batch is finished.

    What somebody else holds is left for later; only when nothing else is left does one wait for it.
    """
    nb = _calculer_un_bloc(recalcul, taille) or _calculer_un_bloc(recalcul, taille, attendre=True)
    Recalcul.objects.en_cours().filter(pk=recalcul.pk).update(**{"avance_le" if nb else "fini_le": Now()})
    return nb


def restantes(recalcul: Recalcul) -> QuerySet[Mosaique]:
    """The open mosaïques whose figures are older than the demand."""
    anciennes = Q(calculee_le=None) | Q(calculee_le__lt=recalcul.demande_le)
    return Mosaique.objects.filter(anciennes, millesime=recalcul.millesime, est_figee=False)


@transaction.atomic
def _calculer_un_bloc(recalcul: Recalcul, taille: int, *, attendre: bool = False) -> int:
    reste = restantes(recalcul).only("collectivite_id", "version_id", "date_reference").order_by("pk")
    mosaiques = list(reste.select_for_update(no_key=True, skip_locked=not attendre)[:taille])
    if mosaiques:
        _ecrire(*_calculer(mosaiques))
    return len(mosaiques)


def _calculer(mosaiques: list[Mosaique]) -> tuple[list[ReponseEnjeu], list[Ligne]]:
    """The answers whose figures moved, and the figures of each mosaïque.

    Two queries, and one for each (version, day of reference): as a rule a year has a single one.
    """
    reponses = _reponses_par_mosaique(mosaiques)
    versions = Version.objects.in_bulk({m.version_id for m in mosaiques})
    par_regle: dict[tuple[int, date], list[Mosaique]] = defaultdict(list)
    for mosaique in mosaiques:
        par_regle[mosaique.version_id, mosaique.date_reference].append(mosaique)
    deplacees: list[ReponseEnjeu] = []
    lignes: list[Ligne] = []
    for (version_pk, au), groupe in par_regle.items():
        version = versions[version_pk]
        bareme, enjeux = Bareme.depuis(version.bareme), arbre(version).enjeux
        preuves = preuves_par_collectivite([m.collectivite_id for m in groupe], au, version)
        for mosaique in groupe:
            siennes = reponses[mosaique.pk]
            calcul = calculer_avec(siennes, enjeux, preuves.get(mosaique.collectivite_id, {}), bareme)
            deplacees += calcul.deplacees
            nb_manques = len(manques_de(siennes, enjeux, bareme.max_non_concernes))
            lignes.append(Ligne(mosaique.pk, calcul.indice, calcul.nb_renseignes, nb_manques))
    return deplacees, lignes


def _reponses_par_mosaique(mosaiques: list[Mosaique]) -> Mapping[int, dict[int, ReponseEnjeu]]:
    """{mosaïque key: {enjeu key: answer}}; one query."""
    par_mosaique: dict[int, dict[int, ReponseEnjeu]] = defaultdict(dict)
    cles = [m.pk for m in mosaiques]
    for reponse in ReponseEnjeu.objects.filter(mosaique__in=cles).only(*LUS).order_by():
        par_mosaique[reponse.mosaique_id][reponse.enjeu_id] = reponse
    return par_mosaique


def _ecrire(deplacees: list[ReponseEnjeu], lignes: list[Ligne]) -> None:
    ecrire_chiffres(deplacees)
    with connection.cursor() as curseur:
        curseur.execute(ECRIRE_MOSAIQUES, [en_json(ligne._asdict() for ligne in lignes)])
