"""What a snapshot keeps of a mosaïque, and how it is read again."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries.lecture import resume
from mosaique.queries.reponses import reponses_par_enjeu, statuts_declares
from mosaique.queries.tuiles import FamilleResumee, ResumeMosaique, Tuile
from villes_internet.referentiel.queries import arbre


def contenu_fige(mosaique: Mosaique) -> dict[str, Any]:
    """What a snapshot keeps, as JSON values (decimals as text): enough to show the mosaïque for ever."""
    lu = resume(mosaique)
    reponses = reponses_par_enjeu(mosaique)
    libelles = {s["code"]: s["libelle"] for s in mosaique.version.bareme["statuts"]}
    enjeux = {enjeu.code: enjeu for enjeu in arbre(mosaique.version).enjeux}

    def enjeu_fige(tuile: Tuile) -> dict[str, Any]:
        enjeu = enjeux[tuile.code]
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        statuts = statuts_declares(reponse, enjeu)
        return {
            "code": tuile.code,
            "nom": tuile.nom,
            "niveau": tuile.niveau,
            "niveau_libelle": tuile.niveau_libelle,
            "descripteur": "" if tuile.niveau is None else enjeu.niveaux[tuile.niveau],
            "niveau_etaye": tuile.niveau_etaye,
            "niveau_etaye_libelle": tuile.niveau_etaye_libelle,
            "couverture": str(tuile.couverture),
            "score": str(tuile.score),
            "nb_actions": tuile.nb_actions,
            "nb_en_place": tuile.nb_en_place,
            "nb_concernes": tuile.nb_concernes,
            "est_renseigne": tuile.est_renseigne,
            "tendance": tuile.tendance,
            "commentaire": reponse.commentaire,
            "services": [
                {
                    "code": service.code,
                    "nom": service.nom,
                    "statut": statuts[service.code],
                    "libelle": libelles[statuts[service.code]],
                    "echeance": reponse.services.get(service.code, {}).get("echeance", ""),
                    "motif": reponse.services.get(service.code, {}).get("motif", ""),
                }
                for service in enjeu.services
            ],
        }

    return {
        "version": mosaique.version.code,
        "millesime": mosaique.millesime,
        "date_reference": mosaique.date_reference.isoformat(),
        "indice": str(lu.indice),
        "calculee_le": lu.calculee_le.isoformat(),
        "nb_renseignes": lu.nb_renseignes,
        "a_une_annee_precedente": lu.a_une_annee_precedente,
        "familles": [
            {
                "code": f.code,
                "nom": f.nom,
                "est_transversale": f.est_transversale,
                "enjeux": [enjeu_fige(tuile) for tuile in f.tuiles],
            }
            for f in lu.familles
        ],
    }


def resume_de_contenu(contenu: Mapping[str, Any]) -> ResumeMosaique:
    """The reverse of ``contenu_fige``: what a deposited dossier shows; no query."""
    familles = tuple(
        FamilleResumee(
            f["code"],
            f["nom"],
            f["est_transversale"],
            tuple(
                Tuile(
                    code=e["code"],
                    nom=e["nom"],
                    famille=f["code"],
                    est_transversale=f["est_transversale"],
                    niveau=e["niveau"],
                    niveau_libelle=e["niveau_libelle"],
                    niveau_etaye=e["niveau_etaye"],
                    niveau_etaye_libelle=e["niveau_etaye_libelle"],
                    couverture=Decimal(e["couverture"]),
                    score=Decimal(e["score"]),
                    nb_actions=e["nb_actions"],
                    nb_en_place=e["nb_en_place"],
                    nb_concernes=e["nb_concernes"],
                    est_renseigne=e["est_renseigne"],
                    tendance=e["tendance"],
                    url="",
                )
                for e in f["enjeux"]
            ),
        )
        for f in contenu["familles"]
    )
    return ResumeMosaique(
        millesime=contenu["millesime"],
        indice=Decimal(contenu["indice"]),
        calculee_le=datetime.fromisoformat(contenu["calculee_le"]),
        nb_renseignes=contenu["nb_renseignes"],
        familles=familles,
        a_une_annee_precedente=contenu["a_une_annee_precedente"],
    )
