"""What changes a mosaïque. The stored figures are recomputed here, in the same transaction as what moves them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from mosaique import calculs
from mosaique.completude import manques
from mosaique.models import Cliche, Mosaique, ReponseEnjeu
from mosaique.permissions import FIGEE
from mosaique.queries import CHIFFRES, calculer, chiffres, constats, reponses_par_enjeu
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Enjeu, Version
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

SAISIS = ["niveau", "services", "commentaire", "numero_version", "modifie_le", "modifie_par", "est_a_confirmer"]
ECRIRE_CHIFFRES = """
UPDATE mosaique_reponseenjeu r SET niveau_etaye = n.niveau_etaye, retenus = n.retenus, couverture = n.couverture,
    score = n.score, nb_actions = n.nb_actions, nb_en_place = n.nb_en_place, nb_concernes = n.nb_concernes
FROM jsonb_to_recordset(%s::jsonb) n (id bigint, niveau_etaye smallint, retenus jsonb, couverture numeric,
    score numeric, nb_actions smallint, nb_en_place smallint, nb_concernes smallint)
WHERE r.id = n.id
"""


@transaction.atomic
def ouvrir(
    collectivite: Collectivite, millesime: int, version: Version, date_reference: date, par: Utilisateur | None
) -> Mosaique:
    """The mosaïque of the year, created empty with one answer per enjeu; returns the existing one when there is one."""
    mosaique, nouvelle = Mosaique.objects.get_or_create(
        collectivite=collectivite,
        millesime=millesime,
        defaults={"version": version, "date_reference": date_reference},
    )
    if nouvelle:
        ReponseEnjeu.objects.bulk_create(
            ReponseEnjeu(mosaique=mosaique, enjeu_id=enjeu.pk) for enjeu in arbre(version).enjeux
        )
        recalculer(mosaique)
        consigner(mosaique, "ouvrir", par=par)
    return mosaique


@transaction.atomic
def recalculer(mosaique: Mosaique) -> Mosaique:
    """Store the figures of today's answers and actions; a frozen mosaïque is left as it is."""
    if mosaique.est_figee:
        return mosaique
    deplacees, mosaique.indice, mosaique.nb_renseignes = calculer(mosaique)
    mosaique.nb_manques = len(manques(mosaique))
    ecrire_chiffres(deplacees)
    mosaique.calculee_le = timezone.now()
    mosaique.save(update_fields=["indice", "nb_renseignes", "nb_manques", "calculee_le"])
    return mosaique


def ecrire_chiffres(reponses: list[ReponseEnjeu]) -> None:
    """Their figures, in one statement: ``bulk_update`` writes a CASE with a branch a row for each column, whose cost
    grows as the square of the rows."""
    if reponses:
        lignes = ({"id": r.pk, **dict(zip(CHIFFRES, chiffres(r), strict=True))} for r in reponses)
        with connection.cursor() as curseur:
            curseur.execute(ECRIRE_CHIFFRES, [en_json(lignes)])


def en_json(lignes: Iterable[Mapping[str, object]]) -> str:
    """Decimals as text, which PostgreSQL reads as exact as they are."""
    return json.dumps(list(lignes), default=str)


def deplacer_reference(mosaiques: QuerySet[Any, Any], date_reference: date) -> int:
    """The campaign's closing day moved: those still open are judged at the new one; how many. ``mosaiques``: keys.

    Nothing is computed here: an open mosaïque is read live, its stored figures follow at the next save or at ``figer``.
    """
    return Mosaique.objects.filter(pk__in=mosaiques, est_figee=False).update(date_reference=date_reference)


@dataclass(frozen=True, slots=True)
class Saisie:
    """An answer as typed; ``numero_version`` is the one that the person was looking at."""

    niveau: int | None
    services: Mapping[str, Mapping[str, str]]
    commentaire: str = ""
    numero_version: int = 0


def enregistrer_reponse(
    mosaique: Mosaique,
    enjeu: Enjeu | int,
    *,
    niveau: int | None,
    services: Mapping[str, Mapping[str, str]],
    commentaire: str,
    numero_version: int,
    par: Utilisateur | None,
    a: datetime | None = None,
) -> ReponseEnjeu:
    """Save one answer and the figures it moves; see ``enregistrer_reponses``. ``enjeu``: an instance or its key."""
    cle = enjeu if isinstance(enjeu, int) else enjeu.pk
    saisie = Saisie(niveau, services, commentaire, numero_version)
    return enregistrer_reponses(mosaique, {cle: saisie}, par=par, a=a)[0]


@transaction.atomic
def enregistrer_reponses(
    mosaique: Mosaique, saisies: Mapping[int, Saisie], *, par: Utilisateur | None, a: datetime | None = None
) -> list[ReponseEnjeu]:
    """Save answers, {enjeu key: answer}, all or none, and recompute once.

    Raises ``VersionPerimee`` (with the answer as it stands) when somebody saved since, ``TransitionRefusee`` when the
    mosaïque is frozen, ``ValueError`` for a service or a status that the référentiel does not know.
    """
    verrouillee = Mosaique.objects.select_for_update().get(pk=mosaique.pk)
    if verrouillee.est_figee:
        raise TransitionRefusee(FIGEE)
    reponses = list(mosaique.reponses.select_related("modifie_par").filter(enjeu__in=saisies))
    for reponse in reponses:
        saisie = saisies[reponse.enjeu_id]
        if reponse.numero_version != saisie.numero_version:
            raise VersionPerimee(reponse)
        reponse.niveau = saisie.niveau
        reponse.services = services_connus(mosaique, reponse.enjeu_id, saisie.services)
        reponse.commentaire = saisie.commentaire
        reponse.numero_version += 1
        reponse.modifie_le = a or timezone.now()
        reponse.modifie_par = par
        reponse.est_a_confirmer = False
    ReponseEnjeu.objects.bulk_update(reponses, SAISIS)
    recalculer(mosaique)
    versions = {str(r.enjeu_id): r.numero_version for r in reponses}
    consigner(mosaique, "enregistrer une réponse", par=par, donnees={"versions": versions})
    return reponses


def services_connus(mosaique: Mosaique, enjeu_pk: int, services: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The statuses as an answer keeps them; ``ValueError`` for what the référentiel does not know."""
    statuts = {statut["code"] for statut in mosaique.version.bareme["statuts"]}
    codes = {s.code for e in arbre(mosaique.version).enjeux if e.pk == enjeu_pk for s in e.services}
    for code, donnees in services.items():
        if code not in codes or donnees.get("statut", calculs.NON_RENSEIGNE) not in statuts:
            raise ValueError(f"Service ou statut inconnu : {code} {donnees}")
    return {
        code: {cle: donnees.get(cle, "") for cle in ("statut", "echeance", "motif")}
        for code, donnees in services.items()
    }


def _ecrire_cliche(mosaique: Mosaique) -> None:
    """The figures and the collectivité of this day; four queries, safe to run twice."""
    ville = Collectivite.objects.select_related("epci").get(pk=mosaique.collectivite_id)
    lues = list(mosaique.reponses.order_by("enjeu__position").values_list("enjeu__code", "score", "niveau_etaye"))
    scores = {code: score for code, score, _ in lues}
    intercommunalite = ville if ville.est_intercommunalite else ville.epci
    Cliche.objects.update_or_create(
        mosaique=mosaique,
        defaults={
            "collectivite": ville,
            "millesime": mosaique.millesime,
            "version_id": mosaique.version_id,
            "type": ville.type,
            "population": ville.population or 0,
            "strate": ville.strate,
            "departement": ville.departement_id or "",
            "region": ville.region_id or "",
            "epci_id": ville.epci_id,
            "taille_epci": (intercommunalite.population if intercommunalite else 0) or 0,
            "indice": mosaique.indice,
            "scores": {code: str(score) for code, score in scores.items()},
            "niveaux": {code: niveau for code, _, niveau in lues},
            "familles": {
                famille.code: str(calculs.moyenne([scores.get(enjeu.code, Decimal(0)) for enjeu in famille.enjeux]))
                for famille in arbre(mosaique.version).familles
            },
        },
    )


def _garder_les_preuves(mosaique: Mosaique) -> None:
    """What the actions show today, so that neither a fiche corrected nor one archived moves the page of an enjeu."""
    reponses = reponses_par_enjeu(mosaique)
    lus = constats(mosaique, reponses, arbre(mosaique.version).enjeux)
    codes = {enjeu.pk: enjeu.code for enjeu in arbre(mosaique.version).enjeux}
    for enjeu_pk, reponse in reponses.items():
        reponse.preuves = lus[codes[enjeu_pk]].en_json()
    ReponseEnjeu.objects.bulk_update(reponses.values(), ["preuves"])


@transaction.atomic
def figer(mosaique: Mosaique, *, par: Utilisateur | None) -> Mosaique:
    """Recompute a last time, keep what the actions show, close to any change (the dossier is deposited), and write
    the row of the statistics. Like every writer it takes the mosaïque before its answers: see ``recalcul``."""
    Mosaique.objects.select_for_update().get(pk=mosaique.pk)
    recalculer(mosaique)
    _garder_les_preuves(mosaique)
    mosaique.est_figee = True
    mosaique.save(update_fields=["est_figee"])
    _ecrire_cliche(mosaique)
    consigner(mosaique, "figer", par=par)
    return mosaique


@transaction.atomic
def defiger(mosaique: Mosaique, date_reference: date, *, par: Utilisateur | None) -> Mosaique:
    """Open again (the dossier is reopened before the closing hour), judged at the closing day as it is now.

    It leaves the statistics until it is frozen again."""
    Cliche.objects.filter(mosaique=mosaique).delete()
    mosaique.est_figee, mosaique.date_reference = False, date_reference
    mosaique.save(update_fields=["est_figee", "date_reference"])
    mosaique.reponses.update(preuves={})
    consigner(mosaique, "défiger", par=par)
    return recalculer(mosaique)
