"""What releases a group's statistics, keeps a picked group, and lets a collectivité be named."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count

from mosaique.comparaison import calculs
from mosaique.comparaison.queries import groupes
from mosaique.models import AccordCitation, Cliche, Genre, GroupeChoisi, Mosaique, Releve
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Version
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

MAX_MEMBRES = 100


def publier_partages() -> int:
    """Release anew every shared group whose composition moved enough; how many.

    What is to be done is read from the rows: safe to run twice, and a run that was killed is taken up by the next.
    """
    return sum(
        _publier_partage(genre, f"{groupe['type']}:{groupe[champ]}", groupe)
        for genre, champ in groupes.CHAMPS.items()
        for groupe in _groupes_assez_grands(champ)
    )


def _groupes_assez_grands(champ: str) -> Iterable[dict[str, Any]]:
    """The groups of one kind, in every year and version, with their composition; one query."""
    sans_groupe = {"epci__isnull": True} if champ == "epci" else {champ: ""}
    par_groupe = Cliche.objects.exclude(**sans_groupe).order_by().values("millesime", "version", "type", champ)
    assez_grands: Iterable[dict[str, Any]] = par_groupe.annotate(
        n=Count("pk"),
        membres=ArrayAgg("collectivite", order_by="collectivite"),
        cliches=ArrayAgg("pk", order_by="collectivite"),
    ).filter(n__gte=calculs.NB_MINIMUM)
    return assez_grands


@transaction.atomic
def _publier_partage(genre: Genre, cle: str, groupe: Mapping[str, Any]) -> bool:
    composition = dict(zip(groupe["membres"], groupe["cliches"], strict=True))
    millesime, version_id = groupe["millesime"], groupe["version"]
    _un_a_la_fois(version_id)
    deja = groupes.montres(millesime, version_id)
    dernier = deja.filter(genre=genre, cle=cle).first()
    if (dernier and dernier.composition == composition) or groupes.trop_proche(composition, deja):
        return False
    _ecrire(genre, cle, None, millesime, version_id, composition)
    return True


def _un_a_la_fois(version_id: int) -> None:
    """Two releases at once would each ignore the other."""
    Version.objects.select_for_update().get(pk=version_id)


def _ecrire(
    genre: Genre,
    cle: str,
    ville: Collectivite | None,
    millesime: int,
    version_id: int,
    composition: Mapping[int, int],
) -> Releve:
    membres = sorted(composition)
    return Releve.objects.create(
        genre=genre,
        cle=cle,
        collectivite=ville,
        millesime=millesime,
        version_id=version_id,
        membres=membres,
        cliches=[composition[cle_] for cle_ in membres],
        n=len(membres),
        chiffres=groupes.statistiques(composition.values()),
    )


def publier_jumelles(mosaique: Mosaique, millesime: int, *, par: Utilisateur | None) -> Releve:
    """Compare with today's twins in the deposits of ``millesime``; see ``_publier_a_soi`` for what is refused."""
    cliches = groupes.jumelles(mosaique.collectivite, millesime, mosaique.version_id)
    return _publier_a_soi(Genre.JUMELLES, mosaique, millesime, groupes.composition(cliches), par)


def publier_choisi(mosaique: Mosaique, millesime: int, *, par: Utilisateur | None) -> Releve:
    """Compare with the picked towns that deposited in ``millesime``; see ``_publier_a_soi`` for what is refused."""
    cliches = groupes.cliches_choisis(mosaique.collectivite, millesime, mosaique.version_id)
    return _publier_a_soi(Genre.CHOISI, mosaique, millesime, groupes.composition(cliches), par)


@transaction.atomic
def _publier_a_soi(
    genre: Genre, mosaique: Mosaique, millesime: int, composition: Mapping[int, int], par: Utilisateur | None
) -> Releve:
    """Release to one collectivité; returns the release in force when the composition is the same.

    Raises ``TransitionRefusee`` below ``NB_MINIMUM`` members, and when the composition differs by one or two members
    from one that this collectivité may already have seen: both together would tell their figures.
    """
    ville = mosaique.collectivite
    if len(composition) < calculs.NB_MINIMUM:
        raise TransitionRefusee(groupes.trop_peu(len(composition), millesime))
    _un_a_la_fois(mosaique.version_id)
    deja = groupes.montres(millesime, mosaique.version_id, ville)
    dernier = deja.filter(genre=genre, collectivite=ville).first()
    if dernier and dernier.composition == composition:
        return dernier
    proche = groupes.trop_proche(composition, deja, sauf=ville.pk)
    if proche:
        raise TransitionRefusee(groupes.trop_ressemblant(proche))
    consigner(mosaique, "comparer", par=par, donnees={"groupe": genre, "millesime": millesime, "n": len(composition)})
    return _ecrire(genre, str(ville.pk), ville, millesime, mosaique.version_id, composition)


@transaction.atomic
def ajouter_au_groupe(mosaique: Mosaique, membre: Collectivite, *, par: Utilisateur | None) -> GroupeChoisi:
    """Raises ``TransitionRefusee`` for oneself, another type, or beyond ``MAX_MEMBRES``."""
    ville = mosaique.collectivite
    groupe, _ = GroupeChoisi.objects.get_or_create(collectivite=ville)
    if membre == ville:
        raise TransitionRefusee("Votre collectivité n’a pas à être dans son propre groupe.")
    if membre.type != ville.type:
        raise TransitionRefusee("On compare une commune à des communes, une intercommunalité à ses semblables.")
    if groupe.membres.count() >= MAX_MEMBRES:
        raise TransitionRefusee(f"Un groupe a {MAX_MEMBRES} collectivités au plus.")
    groupe.membres.add(membre)
    consigner(mosaique, "ajouter au groupe de comparaison", par=par, donnees={"collectivite": membre.pk})
    return groupe


@transaction.atomic
def retirer_du_groupe(mosaique: Mosaique, membre: Collectivite, *, par: Utilisateur | None) -> None:
    """Nothing happens when it is not in the group."""
    for groupe in GroupeChoisi.objects.filter(collectivite=mosaique.collectivite, membres=membre):
        groupe.membres.remove(membre)
        consigner(mosaique, "retirer du groupe de comparaison", par=par, donnees={"collectivite": membre.pk})


@transaction.atomic
def accorder_citation(mosaique: Mosaique, *, accord: bool, par: Utilisateur | None) -> None:
    """Agree, or no longer agree, to be named to those that compare themselves; every year follows at once."""
    ville = mosaique.collectivite
    if accord:
        a_change = AccordCitation.objects.get_or_create(collectivite=ville)[1]
    else:
        a_change = bool(AccordCitation.objects.filter(collectivite=ville).delete()[0])
    if a_change:
        consigner(mosaique, "accepter d’être nommée" if accord else "ne plus accepter d’être nommée", par=par)
