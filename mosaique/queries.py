"""Read models of the mosaïque: what the pages, the jury and the snapshots show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from atlaas.interface import Preuves
from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.models import EnjeuConfie, LienInvite, Mosaique, ReponseEnjeu
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import Personne
from villes_internet.referentiel.queries import EnjeuLu, arbre

SANS_PREUVE = Preuves()
CHIFFRES = ["niveau_etaye", "retenus", "couverture", "score", "nb_actions", "nb_en_place", "nb_concernes"]
ECART_VISIBLE = Decimal(1)  # points of score under which a year looks like the one before


def carres(niveau: int | None, niveau_etaye: int) -> tuple[str, ...]:
    """Four squares: full up to the supported level, half up to the declared one, empty beyond."""
    return tuple(
        "plein" if rang <= niveau_etaye else "declare" if rang <= (niveau or 0) else "creux"
        for rang in range(1, calculs.NIVEAU_MAX + 1)
    )


@dataclass(frozen=True, slots=True)
class Tuile:
    """An enjeu at a glance. ``niveau`` is declared (None: not yet), ``tendance`` "hausse", "baisse", "stable" or ""."""

    code: str
    nom: str
    famille: str
    est_transversale: bool
    niveau: int | None
    niveau_libelle: str
    niveau_etaye: int
    niveau_etaye_libelle: str
    couverture: Decimal
    score: Decimal
    nb_actions: int
    nb_en_place: int
    nb_concernes: int
    est_renseigne: bool
    tendance: str
    url: str
    confie_a: Utilisateur | None = None
    demande: str = ""
    est_a_confirmer: bool = False

    @property
    def carres(self) -> tuple[str, ...]:
        return carres(self.niveau, self.niveau_etaye)

    @property
    def est_a_etayer(self) -> bool:
        """The declared level is above what the actions support."""
        return self.niveau is not None and self.niveau > self.niveau_etaye


@dataclass(frozen=True, slots=True)
class FamilleResumee:
    code: str
    nom: str
    est_transversale: bool
    tuiles: tuple[Tuile, ...]

    @property
    def a_confirmer(self) -> list[Tuile]:
        return [tuile for tuile in self.tuiles if tuile.est_a_confirmer]


@dataclass(frozen=True, slots=True)
class ResumeMosaique:
    """A mosaïque at a date: live while open, as stored once frozen, as written in a snapshot."""

    millesime: int
    indice: Decimal
    calculee_le: datetime
    nb_renseignes: int
    familles: tuple[FamilleResumee, ...]
    a_une_annee_precedente: bool

    @property
    def tuiles(self) -> tuple[Tuile, ...]:
        return tuple(tuile for famille in self.familles for tuile in famille.tuiles)

    @property
    def nb_enjeux(self) -> int:
        return len(self.tuiles)

    @property
    def nb_a_etayer(self) -> int:
        return sum(tuile.est_a_etayer for tuile in self.tuiles)

    @property
    def nb_a_confirmer(self) -> int:
        return sum(tuile.est_a_confirmer for tuile in self.tuiles)

    def confies_a(self, personne: Personne) -> "ResumeMosaique":
        """The same, with the tiles that this person is in charge of and no other."""
        familles = (replace(f, tuiles=tuple(t for t in f.tuiles if t.confie_a == personne)) for f in self.familles)
        return replace(self, familles=tuple(famille for famille in familles if famille.tuiles))


def statuts_declares(reponse: ReponseEnjeu, enjeu: EnjeuLu) -> dict[str, str]:
    """{service code: status} for every service of the enjeu."""
    return {
        service.code: reponse.services.get(service.code, {}).get("statut") or calculs.NON_RENSEIGNE
        for service in enjeu.services
    }


def reponses_par_enjeu(mosaique: Mosaique) -> dict[int, ReponseEnjeu]:
    return {reponse.enjeu_id: reponse for reponse in mosaique.reponses.order_by("enjeu__position")}


def confies_a(mosaique: Mosaique) -> dict[int, Utilisateur]:
    """{enjeu key: who is in charge of it}."""
    en_cours = EnjeuConfie.objects.en_cours().filter(mosaique=mosaique).select_related("a")
    return {confie.enjeu_id: confie.a for confie in en_cours}


def demandes_par_lien(mosaique: Mosaique) -> dict[int, str]:
    """{enjeu key: what one waits for from somebody without an account, in words}."""
    vivants = LienInvite.objects.vivants(timezone.now()).filter(mosaique=mosaique)
    etats = vivants.order_by("reponse__etat").values_list("enjeu", "reponse__etat")  # null last: an answer says more
    mots: dict[int, str] = {}
    for enjeu, etat in etats:
        mots.setdefault(enjeu, "réponse à relire" if etat else "demandé par un lien")
    return mots


def _scores_precedents(mosaique: Mosaique) -> dict[str, Decimal]:
    return dict(
        ReponseEnjeu.objects.filter(
            mosaique__collectivite=mosaique.collectivite_id, mosaique__millesime=mosaique.millesime - 1
        )
        .order_by()
        .values_list("enjeu__code", "score")
    )


def _tendance(score: Decimal, precedent: Decimal | None) -> str:
    if precedent is None:
        return ""
    if abs(score - precedent) < ECART_VISIBLE:
        return "stable"
    return "hausse" if score > precedent else "baisse"


def resume(mosaique: Mosaique, *, avec_liens: bool = False, avec_partage: bool = False) -> ResumeMosaique:
    """At most four queries, two more ``avec_partage``: who is in charge of each tile.

    ``avec_liens`` gives each tile the URL of its page. Both are for the people of the collectivité only.
    """
    referentiel = arbre(mosaique.version)
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    libelles = mosaique.version.bareme["niveaux"]
    reponses = reponses_par_enjeu(mosaique)
    precedents = _scores_precedents(mosaique)
    figee = mosaique.est_figee
    preuves = {} if figee else preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    code_collectivite = mosaique.collectivite.code if avec_liens else ""
    confies = confies_a(mosaique) if avec_partage else {}
    demandes = demandes_par_lien(mosaique) if avec_partage else {}

    def tuile(enjeu: EnjeuLu) -> Tuile:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu(nb_concernes=len(enjeu.services))
        statuts = statuts_declares(reponse, enjeu)
        if not figee:
            _remplir(reponse, statuts, preuves.get(enjeu.code, SANS_PREUVE), bareme)
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
            est_renseigne=_est_renseignee(reponse, statuts),
            est_a_confirmer=reponse.est_a_confirmer,
            tendance="" if reponse.niveau is None else _tendance(reponse.score, precedents.get(enjeu.code)),
            url=reverse("mosaique:enjeu", args=[code_collectivite, mosaique.millesime, enjeu.code])
            if avec_liens
            else "",
            confie_a=confies.get(enjeu.pk),
            demande=demandes.get(enjeu.pk, ""),
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
    )


def _est_renseignee(reponse: ReponseEnjeu, statuts: Mapping[str, str]) -> bool:
    """A level, a status for each service, and nothing that waits to be confirmed."""
    complete = reponse.niveau is not None and calculs.NON_RENSEIGNE not in statuts.values()
    return complete and not reponse.est_a_confirmer


def _remplir(reponse: ReponseEnjeu, statuts: Mapping[str, str], preuves: Preuves, bareme: calculs.Bareme) -> bool:
    """Write the computed figures on the instance, without saving it; whether one of them moved."""
    avant = chiffres(reponse)
    resultat = calculs.evaluer(reponse.niveau, statuts, preuves, bareme)
    reponse.niveau_etaye = resultat.niveau_etaye
    reponse.retenus = dict(resultat.statuts)
    reponse.couverture = round(resultat.couverture, 4)
    reponse.score = resultat.score
    reponse.nb_actions = preuves.nb_actions
    reponse.nb_en_place = resultat.nb_en_place
    reponse.nb_concernes = resultat.nb_concernes
    return chiffres(reponse) != avant


def chiffres(reponse: ReponseEnjeu) -> tuple[object, ...]:
    return tuple(getattr(reponse, nom) for nom in CHIFFRES)


def calculer(mosaique: Mosaique) -> tuple[list[ReponseEnjeu], Decimal, int]:
    """(answers whose figures moved, unsaved; index; number of answered enjeux); two queries."""
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    preuves = preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    reponses = reponses_par_enjeu(mosaique)
    scores: list[tuple[Decimal, bool]] = []
    deplacees: list[ReponseEnjeu] = []
    nb_renseignes = 0
    for enjeu in arbre(mosaique.version).enjeux:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        statuts = statuts_declares(reponse, enjeu)
        a_bouge = _remplir(reponse, statuts, preuves.get(enjeu.code, SANS_PREUVE), bareme)
        if a_bouge and reponse.pk:
            deplacees.append(reponse)
        scores.append((reponse.score, enjeu.est_transversal))
        nb_renseignes += _est_renseignee(reponse, statuts)
    return deplacees, calculs.indice(scores, bareme), nb_renseignes


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
