"""What the comparison page shows: one group in one year, year on year, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from mosaique.calculs import moyenne
from mosaique.comparaison import calculs
from mosaique.comparaison.calculs import INSECABLE
from mosaique.comparaison.permissions import peut_accorder_citation
from mosaique.comparaison.queries import groupes
from mosaique.comparaison.queries.historique import AnneeAilleurs, AnneeLue, annees_ailleurs, annees_lues
from mosaique.comparaison.queries.images import radar_de
from mosaique.models import PARTAGES, AccordCitation, Cliche, Genre, GroupeChoisi, Mosaique, Releve
from mosaique.queries import ResumeMosaique, resume
from villes_internet.comptes.permissions import Personne
from villes_internet.territoires.models import Collectivite, Strate

MEMBRES_LUS = 200  # above, the group is described and its members are not listed
SANS_GROUPE = {
    Genre.DEPARTEMENT: "Le département de votre collectivité n’est pas connu du registre.",
    Genre.EPCI: "Votre collectivité n’appartient à aucune intercommunalité : elle n’a pas de groupe de ce genre.",
}
PAS_ENCORE = (
    "Les chiffres de ce groupe ne sont pas publiés : ils le seront dans les dix minutes, ou le groupe diffère de trop "
    "peu d’un groupe déjà publié pour que les deux soient montrés."
)


@dataclass(frozen=True, slots=True)
class Ligne:
    """A figure of mine, in whole points, beside the group's ``quartiles`` (lower, median, upper), or () without any."""

    code: str
    nom: str
    mien: int
    quartiles: tuple[int, ...]
    url: str = ""

    @property
    def ecart(self) -> int:
        """Points away from the median."""
        return abs(self.mien - self.quartiles[1])

    @property
    def est_au_dessus(self) -> bool:
        return self.mien > self.quartiles[1]

    @property
    def en_mots(self) -> str:
        bas, mediane, haut = self.quartiles
        return f"{self.nom}, sur 100{INSECABLE}: {self.mien}, médiane {mediane}, quartiles {bas} et {haut}"

    @property
    def bande(self) -> dict[str, int]:
        """Places on the strip, 0–100; the box between the quartiles keeps a visible width."""
        bas, mediane, haut = self.quartiles
        return {"bas": bas, "largeur": max(haut - bas, 1), "mediane": mediane, "mien": self.mien}


@dataclass(frozen=True, slots=True)
class FamilleComparee:
    code: str
    nom: str
    ligne: Ligne
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True, slots=True)
class Membre:
    """``nom`` is empty for those that did not agree to be named; ``a_depose`` in the year that is compared."""

    collectivite: Collectivite
    nom: str
    raison: str
    a_depose: bool = True


@dataclass(frozen=True, slots=True)
class Comparaison:
    """``absence`` says why there are no figures; ``publie_le`` and ``n`` are those of the release that is shown."""

    genre: Genre
    annee: int
    annees: tuple[int, ...]
    n: int
    publie_le: datetime | None
    absence: str
    description: str
    indice: Ligne
    familles: tuple[FamilleComparee, ...]
    membres: tuple[Membre, ...]
    historique: tuple[AnneeLue, ...]
    ailleurs: tuple[AnneeAilleurs, ...]
    resume: ResumeMosaique

    @property
    def courbe(self) -> list[calculs.Point]:
        """The years that can be compared with this one."""
        return calculs.courbe([(lue.annee, float(lue.indice)) for lue in self.historique if lue.indice is not None])

    @property
    def a_des_notes(self) -> bool:
        return any(lue.note for lue in self.historique)

    @property
    def radar(self) -> calculs.Radar:
        medianes = {f.code: f.ligne.quartiles[1] for f in self.familles if f.ligne.quartiles}
        return radar_de(self.resume, f"médiane de {self.n} collectivités, {self.annee}", medianes)

    @property
    def nb_nommes(self) -> int:
        return sum(bool(membre.nom) for membre in self.membres)


def comparaison(mosaique: Mosaique, genre: Genre, annee: int | None = None) -> Comparaison:
    """At most nine queries, more when an earlier year is carried from another version.

    ``annee``: a year to compare with; the latest one that has figures unless told.
    """
    ville, lu = mosaique.collectivite, resume(mosaique, avec_liens=True)
    releves = releves_de(mosaique, genre)
    par_annee = {r.millesime: r for r in reversed(releves) if r.genre == genre}
    annees = tuple(sorted(par_annee, reverse=True)) or _annees_possibles(mosaique)
    choisie = annee if annee is not None and annee in annees else annees[0]
    montre = par_annee.get(choisie)
    absence = _masque(montre, releves, ville) if montre else _absence(mosaique, genre, choisie)
    historique = annees_lues(mosaique, lu.indice)
    chiffres = montre.chiffres if montre and not absence else {"indice": (), "enjeux": {}, "familles": {}}
    return Comparaison(
        genre=genre,
        annee=choisie,
        annees=annees,
        n=montre.n if montre else 0,
        publie_le=montre.publie_le if montre else None,
        absence=absence,
        description=_description(genre, ville),
        indice=Ligne("", "Indice de la mosaïque", calculs.arrondi(float(lu.indice)), tuple(chiffres["indice"])),
        familles=_familles(lu, chiffres, mosaique),
        membres=_membres(genre, montre, ville) if montre and not absence else (),
        historique=historique,
        ailleurs=annees_ailleurs(mosaique, historique),
        resume=lu,
    )


def releves_de(mosaique: Mosaique, genre: Genre) -> list[Any]:
    """The releases of this group and the collectivité's own ones, latest first; long compositions are not loaded."""
    cle = groupes.cles_partagees(mosaique.collectivite).get(genre)
    partage = Q(collectivite=None, genre=genre, cle=cle) if cle else Q(pk=None)
    entier = ArrayField(BigIntegerField())
    return list(
        Releve.objects.filter(
            Q(collectivite=mosaique.collectivite) | partage,
            version=mosaique.version_id,
            millesime__lte=mosaique.millesime,
        )
        .defer("membres", "cliches")
        .annotate(
            membres_lus=Case(When(n__lte=MEMBRES_LUS, then=F("membres")), default=Value([], entier)),
            cliches_lus=Case(When(n__lte=MEMBRES_LUS, then=F("cliches")), default=Value([], entier)),
        )
        .order_by("-millesime", "-publie_le", "-pk")
    )


def _masque(montre: Any, releves: Sequence[Any], ville: Collectivite) -> str:
    """A shared group is withheld from whoever already read a group of her own that differs by one or two members."""
    if montre.collectivite_id is not None or montre.n > MEMBRES_LUS:
        return ""
    composition = dict(zip(montre.membres_lus, montre.cliches_lus, strict=True))
    miens = [r for r in releves if r.collectivite_id == ville.pk and r.millesime == montre.millesime]
    for releve in miens:
        autre = dict(zip(releve.membres_lus, releve.cliches_lus, strict=True))
        if calculs.est_trop_proche(composition, autre, sauf=ville.pk):
            return groupes.trop_ressemblant(releve)
    return ""


def _annees_possibles(mosaique: Mosaique) -> tuple[int, ...]:
    """The years in which enough collectivités of this type deposited, latest first; the mosaïque's own at least."""
    comptes = (
        Cliche.objects.filter(
            version=mosaique.version_id, type=mosaique.collectivite.type, millesime__lte=mosaique.millesime
        )
        .order_by("-millesime")
        .values_list("millesime")
        .annotate(n=Count("pk"))
    )
    return tuple(m for m, n in comptes if n >= calculs.NB_MINIMUM) or (mosaique.millesime,)


def _absence(mosaique: Mosaique, genre: Genre, annee: int) -> str:
    """Why no figure is shown; empty for a group that waits for a person's gesture."""
    if genre not in PARTAGES:
        return ""
    cle = groupes.cles_partagees(mosaique.collectivite).get(genre)
    if cle is None:
        return SANS_GROUPE[genre]
    n = groupes.cliches_du_groupe(genre, cle, annee, mosaique.version_id).count()
    return groupes.trop_peu(n, annee) if n < calculs.NB_MINIMUM else PAS_ENCORE


def _description(genre: Genre, ville: Collectivite) -> str:
    match genre:
        case Genre.JUMELLES:
            return f"les {calculs.NB_JUMELLES} collectivités qui vous ressemblent le plus"
        case Genre.STRATE:
            return (
                f"{'les intercommunalités' if ville.est_intercommunalite else 'strate'} : {Strate(ville.strate).label}"
            )
        case Genre.DEPARTEMENT:
            return f"même type, même département ({ville.departement_id})"
        case Genre.EPCI:
            return "les communes de votre intercommunalité"
        case _:
            return "les collectivités que vous avez choisies"


def _familles(lu: ResumeMosaique, chiffres: dict[str, Any], mosaique: Mosaique) -> tuple[FamilleComparee, ...]:
    def ligne(nature: str, code: str, nom: str, score: Decimal, url: str = "") -> Ligne:
        return Ligne(code, nom, calculs.arrondi(float(score)), tuple(chiffres[nature].get(code, ())), url)

    return tuple(
        FamilleComparee(
            f.code,
            f.nom,
            ligne("familles", f.code, f.nom, moyenne([t.score for t in f.tuiles])),
            tuple(ligne("enjeux", t.code, t.nom, t.score, t.url) for t in f.tuiles),
        )
        for f in lu.familles
    )


def _nommables(villes: QuerySet[Collectivite]) -> QuerySet[Any]:
    return villes.select_related("epci", "departement").annotate(
        a_accepte=Exists(AccordCitation.objects.filter(collectivite=OuterRef("pk")))
    )


def _membres(genre: Genre, montre: Any, ville: Collectivite) -> tuple[Membre, ...]:
    """Twins one by one with their reason, named or not; of a shared group, those that agreed to be named."""
    if genre == Genre.CHOISI:
        return ()
    villes = _nommables(Collectivite.objects.filter(pk__in=montre.membres_lus).exclude(pk=ville.pk))
    moi = groupes.profil(ville)
    if genre != Genre.JUMELLES:
        return tuple(
            Membre(v, v.libelle_complet, "") for v in villes.filter(a_accepte=True).order_by("cle_alphabetique", "pk")
        )
    profils = {v: groupes.profil(v) for v in villes}
    proches = sorted(profils, key=lambda v: (calculs.distance(moi, profils[v]), v.pk))
    return tuple(Membre(v, v.libelle_complet if v.a_accepte else "", calculs.raison(moi, profils[v])) for v in proches)


def groupe_choisi(mosaique: Mosaique, annee: int) -> tuple[Membre, ...]:
    """The towns picked, with those that deposited that year; one query. They are named: one picked them by name."""
    choisies = GroupeChoisi.membres.through.objects.filter(groupechoisi__collectivite=mosaique.collectivite)
    depots = Cliche.objects.filter(millesime=annee, version=mosaique.version_id, collectivite=OuterRef("pk"))
    villes = (
        Collectivite.objects.select_related("departement")
        .filter(pk__in=choisies.values("collectivite"))
        .annotate(a_depose=Exists(depots))
        .order_by("cle_alphabetique", "pk")
    )
    return tuple(Membre(v, v.libelle_complet, "", v.a_depose) for v in villes)


def citation_de(utilisateur: Personne, mosaique: Mosaique) -> dict[str, Any]:
    """The switch of the mosaïque's page: whether the collectivité agrees to be named, and who may say so."""
    accord = hasattr(mosaique.collectivite, "accord_citation")
    return {"accord": accord, "verdict": peut_accorder_citation(utilisateur, mosaique)}
