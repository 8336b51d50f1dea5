"""Every answer of a mosaïque for other tools: a flat CSV, a workbook of two sheets, or JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries import ResumeMosaique, Tuile, reponses_par_enjeu, resume, statuts_declares
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.classeurs import XLSX, Feuille, ecrire_classeur, ecrire_csv

Ligne = dict[str, Any]


def exporter(mosaique: Mosaique, format_: str) -> bytes:
    """``format_``: a key of ``FORMATS``. Dates are ISO, an unknown level is empty, figures are those of the moment."""
    return FORMATS[format_][1](mosaique, contenu(mosaique))


def contenu(mosaique: Mosaique) -> Ligne:
    """The mosaïque as plain values, its enjeux in the order of the référentiel, each with its services."""
    lu = resume(mosaique)
    reponses = reponses_par_enjeu(mosaique)
    libelles = {s["code"]: s["libelle"] for s in mosaique.version.bareme["statuts"]}
    tuiles = {tuile.code: tuile for tuile in lu.tuiles}
    return {
        **_entete(mosaique, lu),
        "enjeux": [
            {
                "famille": enjeu.famille_nom,
                **_enjeu(tuiles[enjeu.code], reponse),
                "services": [
                    {
                        "code": service.code,
                        "service": service.nom,
                        "statut": statut,
                        "statut_libelle": libelles[statut],
                        "date_prevue": reponse.services.get(service.code, {}).get("echeance", ""),
                        "motif": reponse.services.get(service.code, {}).get("motif", ""),
                    }
                    for service in enjeu.services
                    for statut in [statuts_declares(reponse, enjeu)[service.code]]
                ],
            }
            for enjeu in arbre(mosaique.version).enjeux
            for reponse in [reponses.get(enjeu.pk) or ReponseEnjeu()]
        ],
    }


def _entete(mosaique: Mosaique, lu: ResumeMosaique) -> Ligne:
    return {
        "collectivite": mosaique.collectivite.nom,
        "code_officiel": mosaique.collectivite.code,
        "millesime": mosaique.millesime,
        "referentiel": mosaique.version.code,
        "date_reference": mosaique.date_reference.isoformat(),
        "indice": str(lu.indice),
        "calcule_le": lu.calculee_le.isoformat(timespec="seconds"),
        "est_figee": mosaique.est_figee,
    }


def _enjeu(tuile: Tuile, reponse: ReponseEnjeu) -> Ligne:
    return {
        "code": tuile.code,
        "enjeu": tuile.nom,
        "niveau_declare": tuile.niveau,
        "niveau_declare_libelle": tuile.niveau_libelle,
        "niveau_etaye": tuile.niveau_etaye,
        "niveau_etaye_libelle": tuile.niveau_etaye_libelle,
        "couverture": str(tuile.couverture),
        "score": str(tuile.score),
        "nb_actions": tuile.nb_actions,
        "nb_en_place": tuile.nb_en_place,
        "nb_concernes": tuile.nb_concernes,
        "est_a_confirmer": tuile.est_a_confirmer,
        "commentaire": reponse.commentaire,
        "modifie_le": reponse.modifie_le.isoformat(timespec="seconds") if reponse.modifie_le else "",
    }


def _a_plat(donnees: Mapping[str, Any]) -> Iterator[Ligne]:
    """A row a service, what belongs to the enjeu and to the mosaïque said again on each."""
    general = {cle: donnees[cle] for cle in ("code_officiel", "collectivite", "millesime", "referentiel")}
    for enjeu in donnees["enjeux"]:
        propre = {f"enjeu_{cle}" if cle == "code" else cle: v for cle, v in enjeu.items() if cle != "services"}
        for service in enjeu["services"]:
            yield general | propre | {("service_code" if c == "code" else c): v for c, v in service.items()}


def _csv(mosaique: Mosaique, donnees: Ligne) -> bytes:
    lignes = [{cle: _oui(valeur) for cle, valeur in ligne.items()} for ligne in _a_plat(donnees)]
    return ecrire_csv(list(lignes[0]) if lignes else [], [list(ligne.values()) for ligne in lignes])


def _xlsx(mosaique: Mosaique, donnees: Ligne) -> bytes:
    enjeux = [{c: _oui(v) for c, v in e.items() if c != "services"} for e in donnees["enjeux"]]
    services = [{"enjeu": e["code"], **service} for e in donnees["enjeux"] for service in e["services"]]
    generales = [(cle, _oui(valeur)) for cle, valeur in donnees.items() if cle != "enjeux"]
    feuilles = [
        Feuille("Mosaïque", ("clé", "valeur"), generales),
        *(
            Feuille(nom, list(lignes[0]) if lignes else ("code",), [list(ligne.values()) for ligne in lignes])
            for nom, lignes in (("Enjeux", enjeux), ("Services", services))
        ),
    ]
    return ecrire_classeur(feuilles, f"{mosaique} de {mosaique.collectivite.nom}")


def _json(mosaique: Mosaique, donnees: Ligne) -> bytes:
    return (json.dumps(donnees, ensure_ascii=False, indent=1) + "\n").encode()


def _oui(valeur: Any) -> Any:
    return {True: "oui", False: "non"}[valeur] if isinstance(valeur, bool) else valeur


FORMATS: dict[str, tuple[str, Callable[[Mosaique, Ligne], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": (XLSX, _xlsx),
    "json": ("application/json", _json),
}
