"""A mosaïque as the pages read it: live while open, as stored once frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries.chiffres import SANS_PREUVE, est_renseignee, poser
from mosaique.queries.reponses import Charges, charges, reponses_par_enjeu, statuts_declares
from mosaique.queries.tuiles import FamilleResumee, ResumeMosaique, Tuile
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import EnjeuLu, arbre, reporter_les_scores

PASSE = """
SELECT m.version_id, e.code, r.score
FROM mosaique_mosaique m
JOIN mosaique_reponseenjeu r ON r.mosaique_id = m.id
JOIN referentiel_enjeu e ON e.id = r.enjeu_id
WHERE m.collectivite_id = %s AND m.millesime = %s
"""  # in SQL for the same reason as the proofs
SAISIS = ("enjeu_id", "niveau", "services", "est_a_confirmer")  # what people answer: the rest is computed
CODE = "code-de-l-enjeu"
ECART_VISIBLE = Decimal(1)  # points of score under which a year looks like the one before


@dataclass(frozen=True, slots=True)
class Passe:
    """Last year's scores in this year's enjeux; ``report``: the version that they were carried from, if another."""

    scores: Mapping[str, Decimal]
    report: str = ""


def _passe(mosaique: Mosaique) -> Passe:
    """One query, two more when the version has changed: the correspondances carry the scores, or nothing is known."""
    with connection.cursor() as curseur:
        curseur.execute(PASSE, [mosaique.collectivite_id, mosaique.millesime - 1])
        lues = curseur.fetchall()
    scores = {code: score for _, code, score in lues}
    if not lues or lues[0][0] == mosaique.version_id:
        return Passe(scores)
    ancienne = Version.objects.get(pk=lues[0][0])
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
    """At most three queries, one more ``avec_partage``: who is in charge of each tile; two when the version changed.

    ``avec_liens`` gives each tile the URL of its page. Both are for the people of the collectivité only.
    """
    referentiel = arbre(mosaique.version)
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    libelles = mosaique.version.bareme["niveaux"]
    reponses = reponses_par_enjeu(mosaique, SAISIS if not mosaique.est_figee else None)
    passe = _passe(mosaique)
    precedents = passe.scores
    figee = mosaique.est_figee
    preuves = {} if figee else preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    modele = _modele_d_adresse(mosaique) if avec_liens else ""
    confies, demandes = charges(mosaique) if avec_partage else Charges({}, {})

    def tuile(enjeu: EnjeuLu) -> Tuile:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu(nb_concernes=len(enjeu.services))
        statuts = statuts_declares(reponse, enjeu)
        if not figee:
            poser(reponse, statuts, preuves.get(enjeu.code, SANS_PREUVE), bareme)
        return Tuile(
            code=enjeu.code,
            nom=enjeu.nom,
            famille=enjeu.famille_code,
            est_transversale=enjeu.est_transversal,
            niveau=reponse.niveau,
            niveau_libelle="" if reponse.niveau is None else libelles[reponse.niveau],
            niveau_etaye=reponse.niveau_etaye,
            niveau_etaye_libelle=libelles[reponse.niveau_etaye],
            couverture=reponse.couverture,
            score=reponse.score,
            nb_actions=reponse.nb_actions,
            nb_en_place=reponse.nb_en_place,
            nb_concernes=reponse.nb_concernes,
            est_renseigne=est_renseignee(reponse, statuts),
            est_a_confirmer=reponse.est_a_confirmer,
            tendance="" if reponse.niveau is None else _tendance(reponse.score, precedents.get(enjeu.code)),
            url=modele.replace(CODE, enjeu.code),
            confie_a=confies.get(enjeu.pk),
            demande=demandes.get(enjeu.pk, ""),
            precedent=precedents.get(enjeu.code),
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
        a_une_annee_precedente=bool(precedents),
        report=passe.report,
    )
