"""The figures of the pictures: what the radar draws of a mosaïque, beside its last year and a group."""

from collections.abc import Mapping

from mosaique.comparaison import calculs
from mosaique.queries import ResumeMosaique


def radar_de(lu: ResumeMosaique, groupe: str = "", medianes: Mapping[str, int] | None = None) -> calculs.Radar:
    """This year; last year and ``medianes`` ({family: median of the group named ``groupe``}) where every family has
    one. No query."""
    series = [("mien", str(lu.millesime), [calculs.arrondi(float(f.score)) for f in lu.familles])]
    passes = [calculs.arrondi(float(f.precedent)) for f in lu.familles if f.precedent is not None]
    if len(passes) == len(lu.familles):
        series.append(("passe", str(lu.millesime - 1), passes))
    connues = [medianes[f.code] for f in lu.familles if f.code in medianes] if medianes else []
    if connues and len(connues) == len(lu.familles):
        series.append(("groupe", groupe, connues))
    return calculs.radar([(f.code, f.nom) for f in lu.familles], series)
