"""What the actions show of each answer: read live while the mosaïque is open, as it was kept once frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse

from atlaas.interface import Preuves, actions_eligibles
from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries.chiffres import SANS_PREUVE, est_renseignee
from mosaique.queries.reponses import statuts_declares
from villes_internet.referentiel.queries import EnjeuLu

NB_FICHES = 12  # shown, and kept, for an enjeu
CHAMPS_FICHE = ("pk", "cree_le", "slug", "titre", "indicateur_libelle", "indicateur_valeur", "est_replicable")


@dataclass(frozen=True, slots=True)
class FicheMontree:
    """An eligible fiche as it was read; ``slug`` makes its address."""

    pk: int
    slug: str
    titre: str
    a_un_indicateur: bool
    est_replicable: bool

    @property
    def url(self) -> str:
        return reverse("atlaas:action", args=[self.pk, self.slug])


@dataclass(frozen=True, slots=True)
class Constat:
    """``fiches`` are the first ones, newest first. ``est_connu`` is False on an answer frozen before its proofs were
    kept: its figures stand, its proofs are not known any more."""

    resultat: calculs.ResultatEnjeu
    preuves: Preuves
    fiches: tuple[FicheMontree, ...]
    est_connu: bool = True

    def en_json(self) -> dict[str, Any]:
        """What ``ReponseEnjeu.preuves`` keeps."""
        preuves = asdict(self.preuves)
        return {
            **preuves,
            "services": sorted(self.preuves.services),
            "services_evalues": sorted(self.preuves.services_evalues),
            "fiches": [asdict(fiche) for fiche in self.fiches],
        }


def constats(mosaique: Mosaique, reponses: Mapping[int, ReponseEnjeu], enjeux: Iterable[EnjeuLu]) -> dict[str, Constat]:
    """{enjeu code: what is shown}; two queries while open, none once frozen. ``reponses``: {enjeu key: answer}."""
    lus = tuple(enjeux)
    if mosaique.est_figee:
        return {enjeu.code: _garde(reponses.get(enjeu.pk) or ReponseEnjeu(), enjeu) for enjeu in lus}
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    preuves = preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    fiches = _fiches(mosaique, [enjeu.pk for enjeu in lus])
    trouves = {}
    for enjeu in lus:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        montrees = preuves.get(enjeu.code, SANS_PREUVE)
        resultat = calculs.evaluer(reponse.niveau, statuts_declares(reponse, enjeu), montrees, bareme)
        trouves[enjeu.code] = Constat(resultat, montrees, tuple(fiches.get(enjeu.pk, ())[:NB_FICHES]))
    return trouves


def _fiches(mosaique: Mosaique, enjeux: Iterable[int]) -> dict[int, list[FicheMontree]]:
    """{enjeu key: its eligible fiches, newest first}, by their tags and the equivalents of these; one query."""
    eligibles = actions_eligibles(mosaique.collectivite, mosaique.date_reference).order_by()
    directes, equivalentes = (
        eligibles.filter(**{f"{chemin}__in": enjeux}).values_list(chemin, *CHAMPS_FICHE)
        for chemin in ("services__enjeu", "services__equivalents__enjeu")
    )
    par_enjeu: dict[int, list[FicheMontree]] = {}
    lignes = directes.union(equivalentes).order_by("-cree_le", "-pk")
    for enjeu, pk, _, slug, titre, libelle, valeur, est_replicable in lignes:
        fiche = FicheMontree(pk, slug, titre, bool(libelle) and valeur is not None, est_replicable)
        par_enjeu.setdefault(enjeu, []).append(fiche)
    return par_enjeu


def _garde(reponse: ReponseEnjeu, enjeu: EnjeuLu) -> Constat:
    declares = statuts_declares(reponse, enjeu)
    resultat = calculs.ResultatEnjeu(
        niveau_etaye=reponse.niveau_etaye,
        couverture=reponse.couverture,
        score=reponse.score,
        statuts=reponse.retenus or declares,
        nb_en_place=reponse.nb_en_place,
        nb_concernes=reponse.nb_concernes,
        est_renseigne=est_renseignee(reponse.niveau, declares, est_a_confirmer=reponse.est_a_confirmer),
    )
    if not reponse.preuves:
        return Constat(resultat, Preuves(nb_actions=reponse.nb_actions), (), est_connu=False)
    gardees = reponse.preuves
    preuves = Preuves(
        gardees["nb_actions"],
        gardees["nb_avec_indicateur"],
        gardees["nb_replicables"],
        frozenset(gardees["services"]),
        frozenset(gardees["services_evalues"]),
    )
    return Constat(resultat, preuves, tuple(FicheMontree(**fiche) for fiche in gardees["fiches"]))
