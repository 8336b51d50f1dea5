"""The measures as a table to print, and each aim held or not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atlaas.mesures.releve import Releve

P95, RAPPORT = 150.0, 2.0  # ms; times the single statement that answers exactly the same
MILLIEME = 1.25  # times the first page: the machine's own noise
CARTE_MS, CARTE_OCTETS = 80.0, 30_000
MEMOIRE = 16 * 2**20  # bytes that an export of any size may take at its peak
CROISSANCE = 3.0  # times, from the smallest size to the largest
PLANCHER = 15.0  # ms: what a page costs before it has read anything, under which growth says nothing


@dataclass(frozen=True, slots=True)
class Objectif:
    """What is wanted, what was measured at worst and where."""

    libelle: str
    mesure: str
    est_tenu: bool

    def __str__(self) -> str:
        return f"  {'tenu' if self.est_tenu else 'DÉPASSÉ':8} {self.libelle} : {self.mesure}"


def tableau(releve: Releve) -> Iterator[str]:
    """One size."""
    yield f"\n{releve.fiches} fiches (semées en {releve.semis:.0f} s)"
    yield (
        f"  {'recherche':26} {'requêtes':>8} {'octets':>8} {'médiane':>8} {'p95':>8} {'calcul':>8}"
        f" {'ses SQL':>8} {'SQL exact':>10} {'rapport':>8}"
    )
    for nom, m in releve.recherches.items():
        yield (
            f"  {nom:26} {m.requetes:8} {m.octets:8} {m.mediane:8.1f} {m.p95:8.1f} {m.processeur:8.1f}"
            f" {m.sql:8.1f} {releve.directes[nom]:10.1f} {releve.rapport(nom):8.2f}"
        )
    if releve.millieme:
        yield f"  page 1 : {releve.premiere:.1f} ms, page 1 000 : {releve.millieme:.1f} ms"
    yield f"  {'carte':26} {'requêtes':>8} {'octets':>8} {'médiane':>8} {'p95':>8} {'calcul':>8} {'ses SQL':>8}"
    for nom, m in releve.cartes.items():
        yield f"  {nom:26} {m.requetes:8} {m.octets:8} {m.mediane:8.1f} {m.p95:8.1f} {m.processeur:8.1f} {m.sql:8.1f}"


def exports(releve: Releve) -> Iterator[str]:
    for e in releve.exports:
        yield (
            f"  export {e.extension:8} {e.octets / 1e6:9.1f} Mo en {e.duree:6.1f} s,"
            f" {releve.fiches / e.duree:6.0f} fiches/s, mémoire au plus haut : +{e.memoire / 2**20:.1f} Mio"
        )


def objectifs(releve: Releve) -> Iterator[Objectif]:
    """Of one size."""
    lente = max(releve.recherches.values(), key=lambda m: m.p95)
    yield Objectif("une page de recherche, p95 < 150 ms", f"{lente.p95:.0f} ms ({lente.nom})", lente.p95 < P95)
    pire = max(releve.recherches, key=releve.rapport)
    depassees = [nom for nom in releve.recherches if releve.rapport(nom) > RAPPORT]
    yield Objectif(
        "une page ≤ 2 × le SQL nu qui répond la même chose, facettes comprises",
        f"{releve.rapport(pire):.2f} ({pire}) ; {len(releve.recherches) - len(depassees)} recherches sur"
        f" {len(releve.recherches)} dessous",
        not depassees,
    )
    if releve.millieme:
        rapport = releve.millieme / releve.premiere
        yield Objectif("la page 1 000 aussi vite que la page 1", f"{rapport:.2f} ×", rapport <= MILLIEME)
    lente = max(releve.cartes.values(), key=lambda m: m.p95)
    yield Objectif("un cadre de la carte, p95 < 80 ms", f"{lente.p95:.0f} ms ({lente.nom})", lente.p95 < CARTE_MS)
    lourde = max(releve.cartes.values(), key=lambda m: m.octets)
    yield Objectif("un cadre ≤ 30 ko", f"{lourde.octets} octets ({lourde.nom})", lourde.octets <= CARTE_OCTETS)
    if releve.exports:
        gros = max(releve.exports, key=lambda e: e.memoire)
        yield Objectif(
            "un export en mémoire constante",
            f"+{gros.memoire / 2**20:.1f} Mio au plus haut ({gros.extension}) pour {releve.fiches} fiches",
            gros.memoire <= MEMOIRE,
        )


def croissance(releves: Sequence[Releve]) -> Iterator[Objectif]:
    """From the smallest size to the largest."""
    petit, grand = releves[0], releves[-1]
    if petit is grand:
        return
    for quoi, avant, apres in (
        ("une recherche", petit.recherches, grand.recherches),
        ("un cadre de la carte", petit.cartes, grand.cartes),
    ):
        rapports = {nom: m.mediane / max(PLANCHER, avant[nom].mediane) for nom, m in apres.items()}
        pire = max(rapports, key=rapports.__getitem__)
        yield Objectif(
            f"de {petit.fiches} à {grand.fiches} fiches, {quoi} coûte moins de 3 × plus",
            f"{rapports[pire]:.2f} × ({pire})",
            rapports[pire] < CROISSANCE,
        )
