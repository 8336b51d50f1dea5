"""What ``atlaas.actions`` does to one fiche, done to many in a fixed number of statements.

Text, address, tags, tools, history, journal and search end as they would one by one: tests compare the two.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from atlaas import etats, historique
from atlaas.actions import en_adresse, outils_nommes
from atlaas.completude import manques_avec
from atlaas.indexation import indexer
from atlaas.models import Action, Outil, VersionFiche
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner_tous
from villes_internet.socle.transitions import TransitionRefusee, franchir_tous
from villes_internet.territoires.models import Collectivite

Etiquette = Action.services.through
UsageOutil = Action.outils_connus.through


@dataclass(frozen=True, slots=True)
class Nouvelle:
    """``services``: keys."""

    champs: Mapping[str, Any]
    services: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Changement:
    """``version``: the one that the change was decided on. ``services``: None leaves them."""

    cle: int
    version: int
    champs: Mapping[str, Any]
    services: Sequence[int] | None = None


class FichesPerimees(Exception):
    """Somebody saved since; ``cles`` are the fiches concerned. Nothing was written."""

    def __init__(self, cles: list[int]) -> None:
        super().__init__("Des fiches ont changé entre-temps.")
        self.cles = cles


@transaction.atomic
def creer(ville: Collectivite, nouvelles: Sequence[Nouvelle], *, par: Utilisateur | None, a: datetime) -> list[Action]:
    """Drafts, in the same order."""
    fiches = Action.objects.bulk_create(
        Action(
            collectivite=ville,
            auteur=par,
            slug=en_adresse(nouvelle.champs.get("titre", "")),
            cree_le=a,
            modifie_le=a,
            **nouvelle.champs,
        )
        for nouvelle in nouvelles
    )
    paires = zip(fiches, nouvelles, strict=True)
    _etiqueter({fiche.pk: nouvelle.services for fiche, nouvelle in paires})
    _relier_outils([fiche for fiche in fiches if fiche.outils])
    consigner_tous(fiches, "créer", par=par, details=[{} for _ in fiches])
    return fiches


@transaction.atomic
def modifier(changements: Sequence[Changement], *, par: Utilisateur | None, a: datetime) -> list[Action]:
    """Raises ``FichesPerimees``; ``TransitionRefusee`` when a published fiche would lose what publishing requires."""
    tenues = {f.pk: f for f in _verrouiller(c.cle for c in changements)}
    perimees = [c.cle for c in changements if c.cle not in tenues or tenues[c.cle].version != c.version]
    if perimees:
        raise FichesPerimees(perimees)
    publiques = [fiche for fiche in tenues.values() if fiche.est_publique]
    _ouvrir(publiques)
    modifies = [_changer(tenues[c.cle], c.champs, a) for c in changements]
    _etiqueter({c.cle: c.services for c in changements if c.services is not None})
    outillees = zip(changements, modifies, strict=True)
    _relier_outils([tenues[c.cle] for c, noms in outillees if {"outils", "est_libre"} & {*noms}])
    if publiques:
        codes = codes_des_services(f.pk for f in publiques)
        _exiger_completes(publiques, codes)
        _verser(publiques, codes, par=par, a=a)
        indexer(f.pk for f in publiques)
    fiches = [tenues[c.cle] for c in changements]
    consigner_tous(fiches, "modifier", par=par, details=[{"donnees": {"champs": noms}} for noms in modifies])
    return fiches


@transaction.atomic
def publier(fiches: Sequence[Action], *, par: Utilisateur | None, a: datetime) -> None:
    """Raises ``TransitionRefusee`` when one of them is not complete, or not to be published."""
    codes = codes_des_services(fiche.pk for fiche in fiches)
    _exiger_completes(fiches, codes)
    _verser(fiches, codes, par=par, a=a)
    nouvelles = [fiche for fiche in fiches if fiche.publiee_le is None]
    connues = [fiche for fiche in fiches if fiche.publiee_le is not None]
    franchir_tous(nouvelles, etats.PUBLIER, par=par, champs={"publiee_le": a, "confirmee_le": a})
    franchir_tous(connues, etats.PUBLIER, par=par, champs={"confirmee_le": a})
    indexer(fiche.pk for fiche in fiches)


def _verrouiller(cles: Iterable[int]) -> Iterable[Action]:
    return Action.objects.select_for_update().filter(pk__in=list(cles)).order_by("pk")


def _changer(fiche: Action, champs: Mapping[str, Any], a: datetime) -> list[str]:
    """Save; the names of the fields that change. A write each: one statement for all would weigh their square."""
    modifies = [nom for nom, valeur in champs.items() if getattr(fiche, nom) != valeur]
    for nom, valeur in champs.items():
        setattr(fiche, nom, valeur)
    fiche.slug, fiche.version, fiche.modifie_le = en_adresse(fiche.titre), fiche.version + 1, a
    fiche.save(update_fields=[*champs, "slug", "version", "modifie_le"])
    return modifies


def _etiqueter(voulus: Mapping[int, Sequence[int]]) -> None:
    """{fiche: services}; the tags that stay are not written again."""
    presents = set(Etiquette.objects.filter(action__in=voulus).values_list("action_id", "service_id"))
    attendus = {(cle, service) for cle, services in voulus.items() for service in services}
    partants = presents - attendus
    if partants:
        lignes = Etiquette.objects.filter(action__in={cle for cle, _ in partants})
        a_retirer = [lien.pk for lien in lignes if (lien.action_id, lien.service_id) in partants]
        Etiquette.objects.filter(pk__in=a_retirer).delete()
    Etiquette.objects.bulk_create(Etiquette(action_id=cle, service_id=s) for cle, s in sorted(attendus - presents))


def _relier_outils(fiches: Sequence[Action]) -> None:
    """The tools of their texts; the first fiche that names a tool says whether it is free."""
    if not fiches:
        return
    nommes = {fiche.pk: outils_nommes(fiche.outils) for fiche in fiches}
    nouveaux: dict[str, Outil] = {}
    for fiche in fiches:
        for cle, nom in nommes[fiche.pk].items():
            nouveaux.setdefault(cle, Outil(cle=cle, nom=nom, est_libre=fiche.est_libre))
    Outil.objects.bulk_create((nouveaux[cle] for cle in sorted(nouveaux)), ignore_conflicts=True)
    cles = dict(Outil.objects.filter(cle__in=nouveaux).values_list("cle", "pk"))
    UsageOutil.objects.filter(action__in=nommes).delete()
    UsageOutil.objects.bulk_create(
        UsageOutil(action_id=pk, outil_id=cles[cle]) for pk, noms in nommes.items() for cle in noms
    )


# What they said before, what they say now


def codes_des_services(cles: Iterable[int]) -> dict[int, list[str]]:
    """{fiche: codes}; one query."""
    trouves: dict[int, list[str]] = {cle: [] for cle in cles}
    for cle, code in Etiquette.objects.filter(action__in=trouves).values_list("action_id", "service__code"):
        trouves[cle].append(code)
    return trouves


def _exiger_completes(fiches: Sequence[Action], codes: Mapping[int, Collection[str]]) -> None:
    for fiche in fiches:
        if absents := manques_avec(fiche, a_des_services=bool(codes[fiche.pk])):
            raise TransitionRefusee(f"« {fiche} » : {' '.join(m.phrase for m in absents)}")


def _ouvrir(fiches: Sequence[Action]) -> None:
    """As ``historique.ouvrir``."""
    suivies = set(VersionFiche.objects.filter(action__in=fiches).values_list("action_id", flat=True))
    neuves = [fiche for fiche in fiches if fiche.pk not in suivies]
    codes = codes_des_services(fiche.pk for fiche in neuves)
    VersionFiche.objects.bulk_create(
        VersionFiche(
            action=fiche,
            numero=1,
            contenu=historique.contenu_avec(fiche, codes[fiche.pk]),
            par_id=fiche.auteur_id,
            le=fiche.modifie_le,
        )
        for fiche in neuves
    )


def _verser(
    fiches: Sequence[Action], codes: Mapping[int, Collection[str]], *, par: Utilisateur | None, a: datetime
) -> None:
    """As ``historique.verser``."""
    toutes = VersionFiche.objects.filter(action__in=[fiche.pk for fiche in fiches])
    dernieres = {v.action_id: v for v in toutes.order_by("action", "-numero").distinct("action")}
    nouvelles = []
    for fiche in fiches:
        derniere, lu = dernieres.get(fiche.pk), historique.contenu_avec(fiche, codes[fiche.pk])
        if suite := historique.suite(fiche, derniere, lu, par=par, a=a):
            nouvelles.append(suite)
    anciennes = [version for version in nouvelles if version.pk]
    VersionFiche.objects.bulk_update(anciennes, ["contenu", "le"], batch_size=250)
    VersionFiche.objects.bulk_create(version for version in nouvelles if not version.pk)
