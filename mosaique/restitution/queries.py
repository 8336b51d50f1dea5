"""What the documents say of a mosaïque, as JSON values: once written, they need nothing else to be set again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mosaique.calculs import NON_CONCERNE, NON_RENSEIGNE, Bareme
from mosaique.comparaison.calculs import Radar, arrondi
from mosaique.comparaison.queries.page import Comparaison, Ligne, comparaison
from mosaique.comparaison.queries.pistes import BON
from mosaique.completude import preuves_attendues
from mosaique.explication.queries import meilleures_pistes
from mosaique.models import Diagnostic, Genre, Mosaique, ReponseEnjeu
from mosaique.queries import Constat, ResumeMosaique, Tuile, constats, reponses_par_enjeu
from mosaique.restitution.calculs import mouvements, palier_suivant
from villes_internet.referentiel.calculs import Elements, strate_de
from villes_internet.referentiel.queries import EnjeuLu, arbre

NB_PISTES = 3
NB_FICHES = 4  # named for an enjeu
NB_MOUVEMENTS = 4  # ups, and downs
NB_CITES = 4  # strengths, weaknesses
NB_PROCHES = 5  # the enjeux nearest to the next step


def contenu(mosaique: Mosaique) -> dict[str, Any]:
    """Everything that the documents say, but for the date; some twelve queries."""
    reponses = reponses_par_enjeu(mosaique)
    enjeux = arbre(mosaique.version).enjeux
    vus = constats(mosaique, reponses, enjeux)
    groupe = comparaison(mosaique, Genre.STRATE)
    lu = groupe.resume
    connus = all(constat.est_connu for constat in vus.values())
    pistes = meilleures_pistes(mosaique, reponses, {c: v.preuves for c, v in vus.items()}) if connus else ()
    par_code = {enjeu.code: enjeu for enjeu in enjeux}
    lignes = {ligne.code: ligne for famille in groupe.familles for ligne in famille.lignes}
    ecrire = _Enjeu(mosaique)
    return {
        "collectivite": _collectivite(mosaique),
        "version": str(mosaique.version),
        "date_reference": mosaique.date_reference.isoformat(),
        "millesime": mosaique.millesime,
        "indice": str(lu.indice),
        **_totaux(lu),
        "familles": [
            {
                "code": f.code,
                "nom": f.nom,
                "est_transversale": f.est_transversale,
                "tuiles": [
                    ecrire.tuile(
                        t,
                        par_code[t.code],
                        reponses.get(par_code[t.code].pk) or ReponseEnjeu(),
                        vus[t.code],
                        lignes[t.code],
                    )
                    for t in f.tuiles
                ],
            }
            for f in lu.familles
        ],
        "radar": _radar(groupe.radar),
        "courbe": [[point.annee, point.indice] for point in groupe.courbe],
        "groupe": _groupe(groupe),
        "seuil": BON,
        "forces": [_cite(t) for t in sorted(lu.tuiles, key=lambda t: -t.score) if t.score >= BON][:NB_CITES],
        "faiblesses": [_cite(t) for t in sorted(lu.tuiles, key=lambda t: t.score) if t.score < BON][:NB_CITES],
        "mouvements": _mouvements(lu),
        "suivant": _suivant(mosaique, lu),
        "pistes": [[p.enjeu, p.phrase, p.demande, str(round(p.gain, 1))] for p in pistes[:NB_PISTES]],
    }


def empreinte(valeurs: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON: two states that say the same have the same."""
    texte = json.dumps(valeurs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def courant(mosaique: Mosaique) -> Diagnostic | None:
    """The row of the mosaïque's present state: the one made once it was frozen, else the one that says the same."""
    if mosaique.est_figee:
        return mosaique.diagnostics.filter(figee_le=mosaique.calculee_le).order_by("pk").first()
    return mosaique.diagnostics.filter(figee_le=None, empreinte=empreinte(contenu(mosaique))).first()


def dernier_pret(mosaique: Mosaique) -> Diagnostic | None:
    """The latest one with its files, whatever the mosaïque became since."""
    return mosaique.diagnostics.exclude(image="").order_by("-pk").first()


def _collectivite(mosaique: Mosaique) -> dict[str, Any]:
    ville = mosaique.collectivite
    return {
        "nom": str(ville),
        "type": ville.get_type_display(),
        "code": ville.code,
        "departement": ville.departement.nom if ville.departement else "",
    }


def _totaux(lu: ResumeMosaique) -> dict[str, int]:
    return {
        "nb_renseignes": lu.nb_renseignes,
        "nb_enjeux": lu.nb_enjeux,
        "nb_a_etayer": lu.nb_a_etayer,
        "nb_en_place": sum(t.nb_en_place for t in lu.tuiles),
        "nb_concernes": sum(t.nb_concernes for t in lu.tuiles),
    }


def _radar(radar: Radar) -> dict[str, Any]:
    """The group's name is short: its year and its n stand beside, in the comparison."""
    noms = {"groupe": "médiane du groupe"}
    return {
        "familles": [[axe.code, axe.nom] for axe in radar.axes],
        "series": [[serie.cle, noms.get(serie.cle, serie.nom), list(serie.valeurs)] for serie in radar.series],
    }


def _ligne(ligne: Ligne) -> list[Any]:
    return [ligne.code, ligne.nom, ligne.mien, list(ligne.quartiles)]


def _groupe(groupe: Comparaison) -> dict[str, Any]:
    """The stratum, when its figures are released; the figures are those of a group, never of a town."""
    publie = groupe.publie_le if not groupe.absence else None
    return {
        "n": groupe.n,
        "annee": groupe.annee,
        "publie_le": publie.isoformat() if publie else "",
        "absence": groupe.absence,
        "description": groupe.description,
        "lignes": [_ligne(groupe.indice), *(_ligne(f.ligne) for f in groupe.familles)] if publie else [],
    }


def _cite(tuile: Tuile) -> list[Any]:
    return [tuile.code, tuile.nom, arrondi(float(tuile.score)), tuile.niveau_etaye_libelle]


def _mouvements(lu: ResumeMosaique) -> dict[str, Any]:
    avant = [
        (t.nom, arrondi(float(t.precedent)), arrondi(float(t.score))) for t in lu.tuiles if t.precedent is not None
    ]
    bouges = mouvements(avant)
    return {
        "annee": lu.millesime - 1 if avant else None,
        "hausses": [list(m) for m in bouges if m[2] > m[1]][:NB_MOUVEMENTS],
        "baisses": [list(m) for m in bouges if m[2] < m[1]][:NB_MOUVEMENTS],
        "nb_hausses": sum(apres > av for _, av, apres in avant),
        "nb_baisses": sum(apres < av for _, av, apres in avant),
        "nb_stables": sum(apres == av for _, av, apres in avant),
    }


def _suivant(mosaique: Mosaique, lu: ResumeMosaique) -> dict[str, Any] | None:
    """What the mosaïque alone lacks for the next level of the label, and the enjeux that are nearest to it."""
    ville, version = mosaique.collectivite, mosaique.version
    thematiques = [t for t in lu.tuiles if not t.est_transversale]
    concernes = [t for t in thematiques if t.nb_concernes]
    lus = Elements(
        niveaux=tuple(t.niveau_etaye for t in concernes),
        nb_enjeux=len(thematiques),
        type=ville.type,
        strate=strate_de(version.bareme, ville.type, ville.population),
    )
    palier = palier_suivant(version.portes, lus)
    if palier is None:
        return None
    proches = sorted(
        (t for t in concernes if t.niveau_etaye < palier.niveau),
        key=lambda t: (-t.niveau_etaye, -min(t.niveau or 0, palier.niveau), -t.score),
    )
    return {**asdict(palier), "proches": [[t.nom, t.niveau, t.niveau_etaye] for t in proches[:NB_PROCHES]]}


class _Enjeu:
    """Writes a tile with what its half page says."""

    def __init__(self, mosaique: Mosaique) -> None:
        self.bareme = mosaique.version.bareme
        self.calcul = Bareme.depuis(self.bareme)
        self.libelles = {s["code"]: s["libelle"] for s in self.bareme["statuts"]}

    def tuile(self, tuile: Tuile, enjeu: EnjeuLu, reponse: ReponseEnjeu, vu: Constat, ligne: Ligne) -> dict[str, Any]:
        return {
            "code": tuile.code,
            "nom": tuile.nom,
            "famille": tuile.famille,
            "niveau": tuile.niveau,
            "niveau_libelle": tuile.niveau_libelle,
            "niveau_etaye": tuile.niveau_etaye,
            "niveau_etaye_libelle": tuile.niveau_etaye_libelle,
            "est_a_confirmer": tuile.est_a_confirmer,
            "score": arrondi(float(tuile.score)),
            "nb_actions": tuile.nb_actions,
            "nb_en_place": tuile.nb_en_place,
            "nb_concernes": tuile.nb_concernes,
            "nb_a_mettre_en_place": max(tuile.nb_concernes - tuile.nb_en_place, 0),
            "tendance": tuile.tendance,
            "descripteur": "" if tuile.niveau is None else enjeu.niveaux[tuile.niveau],
            "suivant": self._niveau_suivant(tuile, enjeu),
            "services": self._services(enjeu, reponse, vu),
            "manques": self._manques(tuile, vu),
            "fiches": [[fiche.titre, fiche.a_un_indicateur, fiche.est_replicable] for fiche in vu.fiches[:NB_FICHES]],
            "fiches_connues": vu.est_connu,
            "commentaire": reponse.commentaire,
            "ligne": _ligne(ligne),
        }

    def _niveau_suivant(self, tuile: Tuile, enjeu: EnjeuLu) -> list[Any]:
        rang = 0 if tuile.niveau is None else tuile.niveau + 1
        if rang >= len(enjeu.niveaux):
            return []
        return [rang, self.bareme["niveaux"][rang], enjeu.niveaux[rang]]

    def _services(self, enjeu: EnjeuLu, reponse: ReponseEnjeu, vu: Constat) -> list[dict[str, str]]:
        lus = []
        for service in enjeu.services:
            saisi: Mapping[str, str] = reponse.services.get(service.code, {})
            statut = saisi.get("statut") or NON_RENSEIGNE
            retenu = vu.resultat.statuts[service.code]
            lus.append(
                {
                    "nom": service.nom,
                    "code": statut,
                    "statut": self.libelles[statut],
                    "retenu": "" if retenu == statut else self.libelles[retenu],
                    "echeance": saisi.get("echeance", "") if statut == "programme" else "",
                    "motif": saisi.get("motif", "") if statut == NON_CONCERNE else "",
                }
            )
        return lus

    def _manques(self, tuile: Tuile, vu: Constat) -> Sequence[str]:
        if tuile.niveau is None:
            return ["Le niveau reste à choisir."]
        return preuves_attendues(tuile.niveau, vu.preuves, self.calcul) if vu.est_connu else []
