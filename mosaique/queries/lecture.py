"""A mosaïque as the pages read it: live while open, as stored once frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.models import Mosaique
from mosaique.queries.chiffres import SANS_PREUVE, chiffrer, est_renseignee
from mosaique.queries.reponses import Ligne, lignes, statuts_de
from mosaique.queries.tuiles import FamilleResumee, ResumeMosaique, Tuile
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import Arbre, EnjeuLu, arbre, reporter_les_scores

PASSE = """
SELECT e.code, r.score
FROM mosaique_mosaique m
JOIN mosaique_reponseenjeu r ON r.mosaique_id = m.id
JOIN referentiel_enjeu e ON e.id = r.enjeu_id
WHERE m.collectivite_id = %s AND m.millesime = %s
"""
CODE = "code-de-l-enjeu"
ECART_VISIBLE = Decimal(1)  # points of score under which a year looks like the one before


@dataclass(frozen=True, slots=True)
class Passe:
    """Last year's scores in this year's enjeux; ``report``: the version that they were carried from, if another."""

    scores: Mapping[str, Decimal]
    report: str = ""


def _passe(mosaique: Mosaique, lues: Mapping[int, Ligne], referentiel: Arbre) -> Passe:
    """No query, but when the version has changed: the correspondances carry the scores, or nothing is known."""
    ancienne = next((ligne.version_passee for ligne in lues.values()), None)
    if ancienne is not None and ancienne != mosaique.version_id:
        return _reporte(mosaique, ancienne)
    connus = {enjeu.code: lues[enjeu.pk].score_passe for enjeu in referentiel.enjeux}
    return Passe({code: score for code, score in connus.items() if score is not None})


def _reporte(mosaique: Mosaique, version_pk: int) -> Passe:
    with connection.cursor() as curseur:
        curseur.execute(PASSE, [mosaique.collectivite_id, mosaique.millesime - 1])
        scores = dict(curseur.fetchall())
    ancienne = Version.objects.get(pk=version_pk)
    portes = reporter_les_scores(scores, ancienne, mosaique.version) or {}
    connus = {code: round(score, 2) for code, score in portes.items() if score is not None}
    return Passe(connus, str(ancienne) if connus else "")


def _tendance(score: Decimal, precedent: Decimal | None) -> str:
    if precedent is None:
        return ""
    if abs(score - precedent) < ECART_VISIBLE:
        return "stable"
    return "hausse" if score > precedent else "baisse"


def _modele_d_adresse(mosaique: Mosaique) -> str:
    """The URL of an enjeu, with ``CODE`` for its code: resolved once for the twenty tiles."""
    return reverse("mosaique:enjeu", args=[mosaique.collectivite.code, mosaique.millesime, CODE])


def resume(mosaique: Mosaique, *, avec_liens: bool = False, avec_partage: bool = False) -> ResumeMosaique:
    """Two queries, one once frozen; more when last year's mosaïque was of another version.

    ``avec_liens`` gives each tile the URL of its page, ``avec_partage`` who is in charge of it. Both are for the people
    of the collectivité only.
    """
    referentiel = arbre(mosaique.version)
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    libelles = mosaique.version.bareme["niveaux"]
    lues = lignes(mosaique, [enjeu.pk for enjeu in referentiel.enjeux])
    passe = _passe(mosaique, lues, referentiel)
    figee = mosaique.est_figee
    preuves = {} if figee else preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    modele = _modele_d_adresse(mosaique) if avec_liens else ""

    def tuile(enjeu: EnjeuLu) -> Tuile:
        ligne = lues[enjeu.pk]
        statuts = statuts_de(ligne.services, enjeu)
        lu = ligne if figee else chiffrer(ligne.niveau, statuts, preuves.get(enjeu.code, SANS_PREUVE), bareme)
        precedent = passe.scores.get(enjeu.code)
        return Tuile(
            code=enjeu.code,
            nom=enjeu.nom,
            famille=enjeu.famille_code,
            est_transversale=enjeu.est_transversal,
            niveau=ligne.niveau,
            niveau_libelle="" if ligne.niveau is None else libelles[ligne.niveau],
            niveau_etaye=lu.niveau_etaye,
            niveau_etaye_libelle=libelles[lu.niveau_etaye],
            couverture=lu.couverture,
            score=lu.score,
            nb_actions=lu.nb_actions,
            nb_en_place=lu.nb_en_place,
            nb_concernes=len(enjeu.services) if lu.nb_concernes is None else lu.nb_concernes,
            est_renseigne=est_renseignee(ligne.niveau, statuts, est_a_confirmer=ligne.est_a_confirmer),
            est_a_confirmer=ligne.est_a_confirmer,
            tendance="" if ligne.niveau is None else _tendance(lu.score, precedent),
            url=modele.replace(CODE, enjeu.code),
            confie_a=ligne.confie_a if avec_partage else None,
            demande=ligne.demande if avec_partage else "",
            precedent=precedent,
        )

    familles = tuple(
        FamilleResumee(f.code, f.nom, f.est_transversale, tuple(tuile(e) for e in f.enjeux))
        for f in referentiel.familles
    )
    tuiles = [t for f in familles for t in f.tuiles]
    return ResumeMosaique(
        millesime=mosaique.millesime,
        indice=mosaique.indice if figee else calculs.indice(((t.score, t.est_transversale) for t in tuiles), bareme),
        calculee_le=(mosaique.calculee_le if figee else None) or timezone.now(),
        nb_renseignes=sum(t.est_renseigne for t in tuiles),
        familles=familles,
        a_une_annee_precedente=bool(passe.scores),
        report=passe.report,
    )
