"""What a workbook would change, field by field, beside the answers as they stand now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from mosaique import calculs
from mosaique.actions import Saisie
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.preparation.lecture import ClasseurLu, Refus
from villes_internet.referentiel.echanges.questionnaire import ACCUEIL, ReponseEcrite, libelle_niveau
from villes_internet.referentiel.queries import EnjeuLu, arbre

PROGRAMME = "programme"
VIDE = "(vide)"
Service = dict[str, str]


@dataclass(frozen=True, slots=True)
class Changement:
    libelle: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class EnjeuApercu:
    """What one enjeu would become. ``saisie`` is the whole answer, over the version that this preview saw.

    ``a_change_depuis``: somebody saved it after the workbook was written; nothing is taken unless a person asks.
    """

    code: str
    nom: str
    famille_code: str
    url: str
    actuelle: ReponseEnjeu
    saisie: Saisie
    changements: tuple[Changement, ...]
    refus: tuple[Refus, ...]
    a_change_depuis: bool

    @property
    def est_reprenable(self) -> bool:
        return bool(self.changements) and not self.refus


@dataclass(frozen=True, slots=True)
class Apercu:
    """``sans_changement``: how many enjeux the workbook fills as they already are."""

    enjeux: tuple[EnjeuApercu, ...]
    refus: tuple[Refus, ...]
    remarques: tuple[str, ...]
    sans_changement: int

    @property
    def reprenables(self) -> list[EnjeuApercu]:
        return [enjeu for enjeu in self.enjeux if enjeu.est_reprenable]

    @property
    def nb_changements(self) -> int:
        return sum(len(enjeu.changements) for enjeu in self.reprenables)


def apercu(mosaique: Mosaique, lu: ClasseurLu) -> Apercu:
    """One query, the tree of the version aside."""
    bareme = mosaique.version.bareme
    reponses = mosaique.reponses.select_related("modifie_par").order_by("enjeu__position")
    par_enjeu = {reponse.enjeu_id: reponse for reponse in reponses}
    enjeux: list[EnjeuApercu] = []
    refus, remarques, sans_changement = list(lu.refus), list(lu.remarques), 0
    for enjeu in arbre(mosaique.version).enjeux:
        reponse = par_enjeu.get(enjeu.pk)
        if reponse is None or enjeu.code not in lu.enjeux:
            continue
        essai = _Essai(enjeu, reponse, lu, bareme)
        refus += essai.refus
        remarques += essai.remarques
        tenus = tuple(r for r in refus if r.enjeu == enjeu.code)
        if not essai.changements and not tenus:
            sans_changement += 1
            continue
        depart = lu.depart.get(enjeu.code)
        enjeux.append(
            EnjeuApercu(
                code=enjeu.code,
                nom=enjeu.nom,
                famille_code=enjeu.famille_code,
                url=reverse("mosaique:enjeu", args=[mosaique.collectivite.code, mosaique.millesime, enjeu.code]),
                actuelle=reponse,
                saisie=essai.saisie,
                changements=tuple(essai.changements),
                refus=tenus,
                a_change_depuis=depart is not None and depart != reponse.numero_version,
            )
        )
    rangs = {enjeu.code: rang for rang, enjeu in enumerate(arbre(mosaique.version).enjeux)}
    refus.sort(key=lambda r: (rangs.get(r.enjeu, len(rangs)), r.feuille, r.ligne))
    return Apercu(tuple(enjeux), tuple(refus), tuple(remarques), sans_changement)


class _Essai:
    """One enjeu with the workbook's cells laid over the present answer."""

    def __init__(self, enjeu: EnjeuLu, reponse: ReponseEnjeu, lu: ClasseurLu, bareme: Mapping[str, Any]) -> None:
        self.enjeu, self.lu, self.bareme = enjeu, lu, bareme
        self.libelles = {s["code"]: s["libelle"] for s in bareme["statuts"]}
        propose = lu.enjeux[enjeu.code]
        self.changements: list[Changement] = []
        self.remarques: list[str] = []
        self.refus: list[Refus] = []
        avant = {s.code: service_tenu(reponse.services.get(s.code, {})) for s in enjeu.services}
        apres = {code: self._service(code, tenu, propose["services"].get(code, {})) for code, tenu in avant.items()}
        self._comparer("Niveau", self._niveau(reponse.niveau), self._niveau(propose.get("niveau", reponse.niveau)))
        for service in enjeu.services:
            self._comparer_service(service.nom, avant[service.code], apres[service.code])
        commentaire = propose.get("commentaire", reponse.commentaire)
        self._comparer("Commentaire", reponse.commentaire or VIDE, commentaire or VIDE)
        self._verifier(avant, apres)
        self.saisie = Saisie(propose.get("niveau", reponse.niveau), apres, commentaire, reponse.numero_version)

    def _service(self, code: str, tenu: Service, propose: Mapping[str, str]) -> Service:
        voulu = tenu | dict(propose)
        apres = service_tenu(voulu)
        for cle, mot in (("echeance", "la date prévue"), ("motif", "le motif")):
            if voulu[cle] and not apres[cle] and voulu[cle] != tenu[cle] and tenu["statut"] == apres["statut"]:
                libelle = self.libelles[apres["statut"]]
                self.remarques.append(f"{code} : {mot} n’est pas repris, car le statut est « {libelle} ».")
        return apres

    def _comparer(self, libelle: str, avant: str, apres: str) -> None:
        if avant != apres:
            self.changements.append(Changement(libelle, avant, apres))

    def _comparer_service(self, nom: str, avant: Service, apres: Service) -> None:
        self._comparer(f"{nom} : statut", self.libelles[avant["statut"]], self.libelles[apres["statut"]])
        self._comparer(f"{nom} : date prévue", _jour(avant["echeance"]), _jour(apres["echeance"]))
        self._comparer(f"{nom} : motif", avant["motif"] or VIDE, apres["motif"] or VIDE)

    def _niveau(self, niveau: int | None) -> str:
        return VIDE if niveau is None else libelle_niveau(niveau, self.bareme["niveaux"])

    def _verifier(self, avant: Mapping[str, Service], apres: Mapping[str, Service]) -> None:
        """What the workbook brings must be complete; an answer that was already so online is not held against it."""
        for code, service in apres.items():
            if service["statut"] == calculs.NON_CONCERNE and not service["motif"] and service != avant[code]:
                self._refuser(code, "E", "« Non concerné » demande un motif : écrivez-le dans la colonne E")
        ecartes = [code for code, service in apres.items() if service["statut"] == calculs.NON_CONCERNE]
        nouveaux = [code for code in ecartes if avant[code]["statut"] != calculs.NON_CONCERNE]
        maximum = self.bareme["max_non_concernes"]
        if len(ecartes) > maximum and nouveaux:
            raison = f"{len(ecartes)} services « Non concerné » sur {len(apres)}, pour {maximum} au plus par enjeu"
            self._refuser(nouveaux[-1], "C", raison)

    def _refuser(self, code: str, lettre: str, raison: str) -> None:
        """One reason a cell: the one that reading it gave comes first."""
        feuille, ligne = self.lu.lieux.get(code, (ACCUEIL, 0))
        cellule = f"{lettre}{ligne}" if ligne else ""
        if not any((refus.feuille, refus.cellule) == (feuille, cellule) for refus in self.lu.refus):
            self.refus.append(Refus(feuille, ligne, cellule, raison, self.enjeu.code))


def service_tenu(donnees: Mapping[str, str]) -> Service:
    """The status, with the date and the motive only where they belong, as the form of the enjeu keeps them."""
    statut = donnees.get("statut") or calculs.NON_RENSEIGNE
    return {
        "statut": statut,
        "echeance": donnees.get("echeance", "") if statut == PROGRAMME else "",
        "motif": donnees.get("motif", "") if statut == calculs.NON_CONCERNE else "",
    }


def _jour(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "d/m/Y") if iso else VIDE


def reponses_ecrites(mosaique: Mosaique) -> dict[str, ReponseEcrite]:
    """{enjeu code: the present answer as the workbook shows it}; one query."""
    reponses = mosaique.reponses.select_related("enjeu").order_by("enjeu__position")
    return {reponse.enjeu.code: _ecrite(reponse) for reponse in reponses}


def _ecrite(reponse: ReponseEnjeu) -> ReponseEcrite:
    services = {}
    for code, donnees in reponse.services.items():
        tenu = service_tenu(donnees)
        services[code] = (
            tenu["statut"],
            date.fromisoformat(tenu["echeance"]) if tenu["echeance"] else None,
            tenu["motif"],
        )
    return ReponseEcrite(reponse.niveau, services, reponse.commentaire, reponse.numero_version)
