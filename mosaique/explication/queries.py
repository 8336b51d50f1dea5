"""Read models of « Pourquoi 69 ? »: the sum of an enjeu and of the index, and what would change them most, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from atlaas.interface import Preuves
from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.completude import phrase_de_preuves
from mosaique.explication.calculs import Explication, Genre, Piste, expliquer, part_dans_l_indice, pistes
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries import SANS_PREUVE, ResumeMosaique, Tuile, reponses_par_enjeu, resume, statuts_declares
from villes_internet.referentiel.queries import EnjeuLu, arbre

NB_PISTES = 8  # on the page of the index
PAR_ENJEU = 2  # so that they do not all speak of one enjeu


@dataclass(frozen=True, slots=True)
class LigneLue:
    """A service in the sum, in words."""

    nom: str
    declare: str
    retenu: str
    est_abaisse: bool
    valeur: Decimal | None


@dataclass(frozen=True, slots=True)
class PisteLue:
    """What to do, what it asks for, what it brings (points of the page's total), and where one does it."""

    enjeu: str
    phrase: str
    demande: str
    gain: Decimal
    url: str


@dataclass(frozen=True, slots=True)
class EnjeuExplique:
    """``lignes`` are empty on an answer frozen before the statuses that count were kept; ``pistes`` once frozen."""

    explication: Explication
    lignes: tuple[LigneLue, ...]
    pistes: tuple[PisteLue, ...]


@dataclass(frozen=True, slots=True)
class GroupeExplique:
    """Half of the index: ``points`` = ``poids`` (0–1) × ``moyenne`` (0–100)."""

    nom: str
    tuiles: tuple[Tuile, ...]
    poids: Decimal
    moyenne: Decimal

    @property
    def points(self) -> Decimal:
        return self.poids * self.moyenne


@dataclass(frozen=True, slots=True)
class FamilleExpliquee:
    code: str
    nom: str
    moyenne: Decimal


@dataclass(frozen=True, slots=True)
class IndiceExplique:
    resume: ResumeMosaique
    groupes: tuple[GroupeExplique, ...]
    familles: tuple[FamilleExpliquee, ...]
    pistes: tuple[PisteLue, ...]


def expliquer_enjeu(mosaique: Mosaique, enjeu: EnjeuLu, reponse: ReponseEnjeu) -> EnjeuExplique:
    """Live while open, from what was kept once frozen; one query."""
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    declares = statuts_declares(reponse, enjeu)
    if mosaique.est_figee:
        connus = reponse.retenus or declares
        lu = expliquer(reponse.niveau, reponse.niveau_etaye, declares, connus, bareme)
        return EnjeuExplique(lu, _lignes(mosaique, enjeu, lu) if reponse.retenus else (), ())
    preuves = preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version).get(enjeu.code, SANS_PREUVE)
    resultat = calculs.evaluer(reponse.niveau, declares, preuves, bareme)
    lu = expliquer(reponse.niveau, resultat.niveau_etaye, declares, resultat.statuts, bareme)
    trouvees = pistes(reponse.niveau, declares, preuves, bareme)
    mots = _Mots(mosaique, preuves)
    return EnjeuExplique(
        lu, _lignes(mosaique, enjeu, lu), tuple(mots.piste(piste, enjeu, piste.gain) for piste in trouvees)
    )


def expliquer_indice(mosaique: Mosaique) -> IndiceExplique:
    """The index of the whole mosaïque; as many queries as ``resume``, two more while open."""
    lu = resume(mosaique, avec_liens=True)
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    poids = {False: bareme.poids_enjeux, True: bareme.poids_transversal}
    noms = {False: "Les enjeux", True: "Le socle transversal"}
    groupes = []
    for est_transversal in (False, True):
        tuiles = tuple(t for t in lu.tuiles if t.est_transversale is est_transversal)
        if tuiles:
            groupes.append(GroupeExplique(noms[est_transversal], tuiles, poids[est_transversal], _moyenne(tuiles)))
    return IndiceExplique(
        resume=lu,
        groupes=tuple(groupes),
        familles=tuple(FamilleExpliquee(f.code, f.nom, _moyenne(f.tuiles)) for f in lu.familles),
        pistes=() if mosaique.est_figee else _pistes_du_jour(mosaique),
    )


def _moyenne(tuiles: tuple[Tuile, ...]) -> Decimal:
    return sum((t.score for t in tuiles), Decimal(0)) / len(tuiles)


def _pistes_du_jour(mosaique: Mosaique) -> tuple[PisteLue, ...]:
    preuves = preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    return meilleures_pistes(mosaique, reponses_par_enjeu(mosaique), preuves)


def meilleures_pistes(
    mosaique: Mosaique, reponses: Mapping[int, ReponseEnjeu], preuves: Mapping[str, Preuves]
) -> tuple[PisteLue, ...]:
    """The changes that would move the index most, at most two an enjeu; no query. ``reponses``: {enjeu key: answer},
    ``preuves``: {enjeu code: what is proved}."""
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    enjeux = arbre(mosaique.version).enjeux
    transversaux = sum(e.est_transversal for e in enjeux)
    lues = []
    for enjeu in enjeux:
        montrees = preuves.get(enjeu.code, SANS_PREUVE)
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        part = part_dans_l_indice(enjeu.est_transversal, len(enjeux) - transversaux, transversaux, bareme)
        mots = _Mots(mosaique, montrees)
        trouvees = pistes(reponse.niveau, statuts_declares(reponse, enjeu), montrees, bareme)
        lues += [mots.piste(piste, enjeu, piste.gain * part) for piste in trouvees[:PAR_ENJEU]]
    return tuple(sorted(lues, key=lambda piste: -piste.gain)[:NB_PISTES])


def _lignes(mosaique: Mosaique, enjeu: EnjeuLu, lu: Explication) -> tuple[LigneLue, ...]:
    libelles = _libelles(mosaique)
    noms = {service.code: service.nom for service in enjeu.services}
    return tuple(
        LigneLue(noms[li.code], libelles[li.declare], libelles[li.retenu], li.est_abaisse, li.valeur)
        for li in lu.lignes
    )


def _libelles(mosaique: Mosaique) -> Mapping[str, str]:
    return {statut["code"]: statut["libelle"] for statut in mosaique.version.bareme["statuts"]}


class _Mots:
    """Says a change in a sentence, with the place where it is done."""

    def __init__(self, mosaique: Mosaique, preuves: Preuves) -> None:
        self.mosaique, self.preuves = mosaique, preuves
        self.libelles = _libelles(mosaique)
        self.niveaux = mosaique.version.bareme["niveaux"]

    def piste(self, piste: Piste, enjeu: EnjeuLu, gain: Decimal) -> PisteLue:
        adresse = reverse("mosaique:enjeu", args=[self.mosaique.collectivite.code, self.mosaique.millesime, enjeu.code])
        ancre = f"#id_statut_{piste.service}" if piste.service else "#id_niveau"
        return PisteLue(enjeu.nom, self._phrase(piste, enjeu), self._demande(piste), gain, adresse + ancre)

    def _phrase(self, piste: Piste, enjeu: EnjeuLu) -> str:
        if piste.genre == Genre.NIVEAU:
            return f"Passer au niveau {piste.vers}, {self.niveaux[int(piste.vers)].lower()}"
        if piste.genre == Genre.ETAYER:
            return f"Étayer le niveau {piste.vers} déclaré"
        nom = next(service.nom for service in enjeu.services if service.code == piste.service)
        if piste.genre == Genre.PREUVE:
            return f"{nom}\u00a0: montrer qu’il est «\u00a0{self.libelles[piste.vers].lower()}\u00a0»"
        return f"{nom}\u00a0: le mettre «\u00a0{self.libelles[piste.vers].lower()}\u00a0»"

    def _demande(self, piste: Piste) -> str:
        if piste.regles:
            return " ".join(phrase_de_preuves(regle, self.preuves) for regle in piste.regles)
        if piste.exige and piste.service not in self.preuves.services:
            return "Une fiche publiée et éligible doit porter ce service."
        if piste.exige == "evaluation" and piste.service not in self.preuves.services_evalues:
            return "Sa fiche doit donner un indicateur chiffré ou un lien."
        return ""
