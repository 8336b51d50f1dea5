"""What is missing in a mosaïque, and what its declared levels lack to be supported: in words."""

from collections.abc import Iterable, Mapping

from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries import reponses_par_enjeu, statuts_declares
from villes_internet.referentiel.queries import EnjeuLu, arbre


def manques(mosaique: Mosaique) -> list[tuple[str, str]]:
    """[(enjeu code, what is missing)], in the order of the référentiel; one query. Missing proofs are no lack:
    they lower the supported level and the page of the enjeu says so."""
    maximum = mosaique.version.bareme["max_non_concernes"]
    return manques_de(reponses_par_enjeu(mosaique), arbre(mosaique.version).enjeux, maximum)


def manques_de(reponses: Mapping[int, ReponseEnjeu], enjeux: Iterable[EnjeuLu], maximum: int) -> list[tuple[str, str]]:
    """The same from what is already loaded, {enjeu key: answer}; at most ``maximum`` services may be set aside."""
    trouves: list[tuple[str, str]] = []
    for enjeu in enjeux:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        points = []
        if reponse.niveau is None:
            points.append("le niveau")
        vides = sum(statut == calculs.NON_RENSEIGNE for statut in statuts_declares(reponse, enjeu).values())
        if vides:
            points.append("le statut d’un service" if vides == 1 else f"le statut de {vides} services")
        sans_motif = sum(
            donnees.get("statut") == calculs.NON_CONCERNE and not donnees.get("motif", "").strip()
            for donnees in reponse.services.values()
        )
        if sans_motif:
            points.append(
                "le motif d’un service non concerné"
                if sans_motif == 1
                else f"le motif de {sans_motif} services non concernés"
            )
        ecartes = sum(d.get("statut") == calculs.NON_CONCERNE for d in reponse.services.values())
        if ecartes > maximum:
            points.append(f"le statut réel d’au moins {ecartes - maximum} des {ecartes} services « non concerné »")
        if points or reponse.est_a_confirmer:
            reprise = "la réponse reprise d’une année passée est à confirmer" if reponse.est_a_confirmer else ""
            absent = f"il manque {_enumerer(points)}" if points else ""
            trouves.append((enjeu.code, f"{enjeu.nom}\u00a0: {' ; '.join(filter(None, (reprise, absent)))}."))
    return trouves


def _enumerer(points: list[str]) -> str:
    return points[0] if len(points) == 1 else f"{', '.join(points[:-1])} et {points[-1]}"


def preuves_attendues(niveau: int | None, preuves: calculs.Preuves, bareme: calculs.Bareme) -> list[str]:
    """A sentence for each level, up to the declared one, that the actions do not support yet."""
    return [phrase_de_preuves(regle, preuves) for regle in calculs.preuves_manquantes(niveau, preuves, bareme)]


def phrase_de_preuves(regle: calculs.RegleNiveau, preuves: calculs.Preuves) -> str:
    """What the actions still lack for the rule's level, in a sentence."""
    points = []
    if preuves.nb_actions < regle.nb_actions:
        fiches = "une fiche publiée" if regle.nb_actions == 1 else f"{regle.nb_actions} fiches publiées"
        points.append(f"{fiches} sur cet enjeu (vous en avez {preuves.nb_actions or 'aucune'})")
    if preuves.nb_avec_indicateur < regle.nb_avec_indicateur:
        points.append("une fiche avec un indicateur chiffré")
    if preuves.nb_replicables < regle.nb_replicables:
        points.append("une fiche « réplicable » avec un contact et un résultat")
    return f"Pour étayer le niveau {regle.niveau}\u00a0: {_enumerer(points)}."
