"""Find a collectivité by what one knows of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from villes_internet.territoires.calculs import de, lire_recherche
from villes_internet.territoires.calculs.noms import Recherche
from villes_internet.territoires.models import CANDIDATES, Collectivite, CollectiviteQuerySet, TypeCollectivite

EXACT, DEBUT, MOT, AILLEURS = range(4)
MARGE = 50  # rows that lead to one commune: Paris has twenty arrondissements, Livarot-Pays-d’Auge twenty-two parts
ARTICLES = {
    TypeCollectivite.COMMUNE_DELEGUEE: "une commune déléguée",
    TypeCollectivite.COMMUNE_ASSOCIEE: "une commune associée",
    TypeCollectivite.ARRONDISSEMENT: "un arrondissement",
}


@dataclass(frozen=True, slots=True)
class Resultat:
    """A collectivité that exists today; ``raison`` says why it is there when its name does not."""

    collectivite: Collectivite
    raison: str = ""
    est_exact: bool = False

    @property
    def nom(self) -> str:
        """What goes into the field once chosen; the server reads it again."""
        return self.collectivite.libelle_complet

    @property
    def precisions(self) -> str:
        """« communauté d’agglomération, 210 000 habitants »; a commune does not say that it is one."""
        nature = self.collectivite.libelle_nature if self.collectivite.est_intercommunalite else ""
        return ", ".join(filter(None, [nature, self.collectivite.libelle_population]))

    @property
    def libelle(self) -> str:
        """« Bassens (Gironde, 33) · 8 435 habitants »"""
        return " · ".join(filter(None, [self.nom, self.precisions]))


def rechercher(texte: str, limite: int = 10, *, types: Collection[TypeCollectivite] = CANDIDATES) -> list[Resultat]:
    """Best first: exact (name or code), then the beginning of the name, of a word, of anything else; then the largest.

    At most two queries. Parts of communes, and former codes, lead to the commune of today.
    """
    recherche = lire_recherche(texte)
    if recherche.est_vide:
        return []
    lignes = _classer(_filtrer(recherche, types), recherche)[: limite + MARGE]
    gardees: dict[int, tuple[int, int]] = {}
    for pk, commune_actuelle, rang in lignes.values_list("pk", "commune_actuelle_id", "rang"):
        gardees.setdefault(commune_actuelle or pk, (pk, rang))
    choisies = dict(list(gardees.items())[:limite])
    if not choisies:
        return []
    chargees = Collectivite.objects.select_related("departement").in_bulk(
        {*choisies, *(pk for pk, _ in choisies.values())}
    )
    return [
        Resultat(chargees[cible], _raison(chargees[pk], chargees[cible], recherche), rang == EXACT and pk == cible)
        for cible, (pk, rang) in choisies.items()
    ]


def resoudre(
    texte: str, *, types: Collection[TypeCollectivite] = CANDIDATES
) -> tuple[Collectivite | None, list[Resultat]]:
    """The one collectivité that ``texte`` names without doubt, or none and the candidates."""
    resultats = rechercher(texte, types=types)
    exacts = [r.collectivite for r in resultats if r.est_exact]
    ecrits = [r.collectivite for r in resultats if r.nom == texte.strip()]
    for seuls in (ecrits, exacts):
        if len(seuls) == 1:
            return seuls[0], resultats
    return None, resultats


def _filtrer(recherche: Recherche, types: Iterable[TypeCollectivite]) -> CollectiviteQuerySet:
    """``types`` speaks of the collectivité that is led to: parts lead to communes."""
    voulus = set(types)
    if TypeCollectivite.COMMUNE in voulus:
        voulus |= ARTICLES.keys()
    lignes = Collectivite.objects.filter(type__in=sorted(voulus))
    if recherche.siren:
        return lignes.filter(siren=recherche.siren)
    if recherche.est_courte:
        return lignes.filter(nom_normalise__startswith=recherche.texte)
    return lignes.annotate(vecteur=SearchVector("termes", config="simple")).filter(
        vecteur=SearchQuery(recherche.tsquery, config="simple", search_type="raw")
    )


def _classer(lignes: CollectiviteQuerySet, recherche: Recherche) -> QuerySet[Any, Any]:
    """« La Rochelle » is the commune, then its communauté d’agglomération, then the parts of other communes."""
    texte = recherche.texte
    if recherche.est_code:
        code = texte.upper()
        exact = Q(code=code) | Q(codes_postaux__contains=[texte]) | Q(siren=recherche.siren or code)
        rangs = [When(exact, then=EXACT), When(anciens_codes__contains=[code], then=DEBUT)]
    else:
        rangs = [
            When(nom_normalise=texte, then=EXACT),
            When(nom_normalise__startswith=texte, then=DEBUT),
            When(nom_normalise__contains=f" {texte}", then=MOT),
        ]
    return lignes.annotate(
        rang=Case(*rangs, default=Value(AILLEURS), output_field=IntegerField()),
        ordre=Case(
            When(commune_actuelle__isnull=False, then=2),
            When(Q(rang=EXACT) & ~Q(type=TypeCollectivite.COMMUNE), then=1),
            default=0,
            output_field=IntegerField(),
        ),
    ).order_by("rang", "ordre", F("population").desc(nulls_last=True), "cle_alphabetique", "code")


def _raison(trouvee: Collectivite, cible: Collectivite, recherche: Recherche) -> str:
    texte = recherche.texte.upper()
    if trouvee != cible:
        code = f" ({trouvee.code})" if recherche.est_code else ""
        return f"{trouvee.nom}{code} est {ARTICLES[TypeCollectivite(trouvee.type)]} {de(cible.nom)}"
    if cible.a_confirmer:
        return "N’est plus dans le registre officiel : à confirmer"
    if not recherche.est_code:
        return ""
    if recherche.siren:
        return f"SIREN {recherche.siren}"
    if cible.code == texte:
        return f"Code INSEE {texte}"
    if texte in cible.anciens_codes:
        return f"{texte} est un ancien code INSEE {de(cible.nom)}"
    postal = next((code for code in cible.codes_postaux if code.startswith(texte)), "")
    if postal:
        return f"Code postal {postal}"
    return f"Département {cible.departement_id}" if cible.est_intercommunalite else f"Code INSEE {cible.code}"
