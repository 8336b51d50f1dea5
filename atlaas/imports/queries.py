"""What the pages of an import read."""

from collections.abc import Iterator

from django.db.models import QuerySet

from atlaas.imports.colonnes import titres
from atlaas.models import ImportFiches, LigneImport, VerdictLigne
from villes_internet.territoires.models import Collectivite

RECENTS = 10
LUES = 200  # rows among which examples are looked for
EXEMPLES = 3
ONGLETS = {
    VerdictLigne.REFUSEE: "Refusées",
    VerdictLigne.PERIMEE: "Changées depuis",
    VerdictLigne.CREER: "Nouvelles",
    VerdictLigne.MODIFIER: "Modifiées",
    VerdictLigne.INCHANGEE: "Sans changement",
}


def recents(ville: Collectivite) -> QuerySet[ImportFiches]:
    imports = ImportFiches.objects.filter(collectivite=ville).select_related("collectivite", "par")
    return imports.order_by("-cree_le", "-pk")[:RECENTS]


def exemples(imprt: ImportFiches) -> list[list[str]]:
    """The first three texts of each column, cut."""
    trouves: list[list[str]] = [[] for _ in imprt.colonnes]
    for valeurs in imprt.lignes.order_by("numero").values_list("valeurs", flat=True)[:LUES]:
        for rang, valeur in enumerate(valeurs[: len(trouves)]):
            court = valeur if len(valeur) <= 60 else f"{valeur[:60]}…"
            if court and len(trouves[rang]) < EXEMPLES and court not in trouves[rang]:
                trouves[rang].append(court)
    return trouves


def lignes(imprt: ImportFiches, verdict: str) -> QuerySet[LigneImport]:
    return imprt.lignes.filter(verdict=verdict).select_related("fiche").order_by("numero")


def onglet_ouvert(imprt: ImportFiches, voulu: str) -> str:
    """The one asked for, else the first that holds something."""
    if voulu in ONGLETS:
        return voulu
    return next((str(verdict) for verdict in ONGLETS if imprt.bilan.get(verdict)), str(VerdictLigne.CREER))


def ce_qui_change(ligne: LigneImport) -> str:
    noms = [titre for nom, titre in titres().items() if nom in ligne.champs]
    return ", ".join([*noms, "Services"] if ligne.services is not None else noms)


def refus(imprt: ImportFiches) -> Iterator[tuple[int, str, str, str]]:
    """(row, fiche, column, reason), one for each reason."""
    ecartees = imprt.lignes.filter(verdict__in=[VerdictLigne.REFUSEE, VerdictLigne.PERIMEE]).order_by("numero")
    for ligne in ecartees.iterator(chunk_size=500):
        for colonne, raison in ligne.refus:
            yield ligne.numero, ligne.titre, colonne, raison
