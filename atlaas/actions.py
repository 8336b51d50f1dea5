"""What changes the Atlaas: its fiches, and the distinctions written downward by the palmarès."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from atlaas import courriels, etats, historique
from atlaas.completude import manques
from atlaas.indexation import indexer
from atlaas.models import Action, Distinction, Outil, Presentation, Stade
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import Transition, TransitionRefusee, franchir
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite


def en_adresse(titre: str, sinon: str = "fiche", au_plus: int = 140) -> str:
    """A title as a part of an address; ``sinon`` when none of its letters is left."""
    return slugify(titre.lower().replace("’", "-").replace("œ", "oe"))[:au_plus].strip("-") or sinon


def outils_nommes(texte: str) -> dict[str, str]:
    """{key: name} of the tools of a text, between commas or semicolons; accents and case make no other tool."""
    noms = [nom.strip(" .")[:100] for nom in re.split(r"[,;\n]", texte)]
    return {slugify(nom).replace("-", " ") or nom.lower(): nom for nom in noms if nom}


def _relier_outils(action: Action) -> None:
    par_cle = outils_nommes(action.outils)
    Outil.objects.bulk_create(
        (Outil(cle=cle, nom=nom, est_libre=action.est_libre) for cle, nom in sorted(par_cle.items())),
        ignore_conflicts=True,
    )
    action.outils_connus.set(Outil.objects.filter(cle__in=par_cle))


@transaction.atomic
def creer_action(
    collectivite: Collectivite,
    *,
    par: Utilisateur | None,
    services: Iterable[Service] = (),
    a: datetime | None = None,
    **champs: Any,
) -> Action:
    """A new draft; ``champs`` are fields of ``Action``, none is required."""
    action = Action.objects.create(
        collectivite=collectivite,
        auteur=par,
        slug=en_adresse(champs.get("titre", "")),
        **({"cree_le": a, "modifie_le": a} if a else {}),
        **champs,
    )
    action.services.set(services)
    if action.outils:
        _relier_outils(action)
    consigner(action, "créer", par=par)
    return action


@transaction.atomic
def s_inspirer(source: Action, collectivite: Collectivite, *, par: Utilisateur | None) -> Action:
    """A draft that cites its source: title, publics and services are taken over, the rest is for the town to write.

    A second click finds the draft of the first. Raises ``TransitionRefusee`` when the source is not published, or is
    the collectivité's own.
    """
    if not source.est_publique:
        raise TransitionRefusee("On ne s’inspire que d’une fiche publiée.")
    if source.collectivite_id == collectivite.pk:
        raise TransitionRefusee("Cette fiche est déjà la vôtre.")
    Collectivite.objects.select_for_update().get(pk=collectivite.pk)
    brouillon = Action.objects.filter(
        collectivite=collectivite, inspiree_de=source, etat=etats.EtatAction.BROUILLON
    ).first()
    return brouillon or creer_action(
        collectivite,
        par=par,
        services=source.services.all(),
        titre=source.titre,
        publics=source.publics,
        stade=Stade.IDEE,
        inspiree_de=source,
    )


@transaction.atomic
def modifier_action(
    action: Action,
    *,
    par: Utilisateur | None,
    numero_version: int,
    services: Iterable[Service],
    a: datetime | None = None,
    a_part: bool = False,
    **champs: Any,
) -> Action:
    """Save the fields given; ``a_part``: as a version of its own in the history.

    Raises ``VersionPerimee`` when somebody saved since, ``TransitionRefusee`` when a published fiche would lose what
    publishing requires. Nothing is changed in either case.
    """
    verrouillee = Action.objects.select_for_update().get(pk=action.pk)
    if verrouillee.version != numero_version:
        raise VersionPerimee(verrouillee)
    if verrouillee.est_publique:
        historique.ouvrir(verrouillee)
    ancienne = verrouillee.image.name if "image" in champs else ""
    modifies = [nom for nom, valeur in champs.items() if getattr(verrouillee, nom) != valeur]
    for nom, valeur in champs.items():
        setattr(verrouillee, nom, valeur)
    verrouillee.slug = en_adresse(verrouillee.titre)
    verrouillee.version += 1
    verrouillee.modifie_le = a or timezone.now()
    verrouillee.save(update_fields=[*champs, "slug", "version", "modifie_le"])
    verrouillee.services.set(services)
    if {"outils", "est_libre"} & {*modifies}:
        _relier_outils(verrouillee)
    if verrouillee.est_publique:
        _exiger_complete(verrouillee)
        historique.verser(verrouillee, par=par, a=verrouillee.modifie_le, a_part=a_part)
        indexer([verrouillee.pk])
    if ancienne:
        transaction.on_commit(partial(verrouillee.image.storage.delete, ancienne), robust=True)
    consigner(verrouillee, "modifier", par=par, donnees={"champs": modifies})
    return verrouillee


def _exiger_complete(action: Action) -> None:
    absents = manques(action)
    if absents:
        raise TransitionRefusee(" ".join(m.phrase for m in absents))


@transaction.atomic
def _changer_d_etat(
    action: Action, transition: Transition, *, par: Utilisateur | None, motif: str = "", **champs: Any
) -> Action:
    """Cross, and let the search follow."""
    franchir(action, transition, par=par, motif=motif, **champs)
    indexer([action.pk])
    return action


@transaction.atomic
def publier_action(action: Action, *, par: Utilisateur | None, a: datetime | None = None) -> Action:
    """Open the fiche to everyone under the Licence Ouverte.

    The first publication gives its date, and thanks the people of the fiche that inspired it.
    """
    _exiger_complete(action)
    quand = a or timezone.now()
    historique.verser(action, par=par, a=quand)
    remercie = action.inspiree_de_id is not None and action.remerciee_le is None
    publiee = _changer_d_etat(
        action,
        etats.PUBLIER,
        par=par,
        publiee_le=action.publiee_le or quand,
        confirmee_le=quand,
        remerciee_le=quand if remercie else action.remerciee_le,
    )
    if remercie:
        courriels.fiche_inspiree(publiee)
    return publiee


def confirmer_action(action: Action, *, par: Utilisateur | None, a: datetime | None = None) -> Action:
    """What the fiche says still holds: it counts as fresh again for a year."""
    return _changer_d_etat(action, etats.CONFIRMER, par=par, confirmee_le=a or timezone.now())


@transaction.atomic
def confirmer_actions(cles: Collection[int], *, par: Utilisateur | None, a: datetime | None = None) -> None:
    """``confirmer_action`` for many: those that wait for it cross one by one, the other public ones cost one write."""
    quand = a or timezone.now()
    for action in Action.objects.filter(pk__in=cles, etat=etats.EtatAction.A_CONFIRMER).order_by("pk"):
        franchir(action, etats.CONFIRMER, par=par)
    Action.objects.publiees().filter(pk__in=cles).update(confirmee_le=quand)
    indexer(cles)


def reprendre_action(action: Action, *, par: Utilisateur | None) -> Action:
    """Back to draft: the fiche leaves the public pages."""
    return _changer_d_etat(action, etats.REPRENDRE, par=par)


def archiver_action(action: Action, *, par: Utilisateur | None) -> Action:
    return _changer_d_etat(action, etats.ARCHIVER, par=par)


def depublier_action(action: Action, *, par: Utilisateur, motif: str) -> Action:
    """Moderation: the collectivité reads the motive beside its fiche."""
    return _changer_d_etat(action, etats.DEPUBLIER, par=par, motif=motif)


def retablir_action(action: Action, *, par: Utilisateur) -> Action:
    """End of the moderation: the fiche is a draft again, its collectivité publishes it."""
    return franchir(action, etats.RETABLIR, par=par)


@transaction.atomic
def inscrire_distinction(
    collectivite: Collectivite, annee: int, arobases: int, *, est_verte: bool, mentions: list[str]
) -> Distinction:
    """Written downward by the palmarès when a year is published or corrected; safe to run twice."""
    distinction, _ = Distinction.objects.update_or_create(
        collectivite=collectivite,
        annee=annee,
        defaults={"arobases": arobases, "est_verte": est_verte, "mentions": mentions},
    )
    indexer(collectivite.actions.publiees().values_list("pk", flat=True))
    return distinction


def inscrire_presentations(annee: int, cles: Iterable[int]) -> None:
    """Written downward by the palmarès when a year is published: the fiches of its dossiers; safe to run twice."""
    Presentation.objects.bulk_create(
        (Presentation(action_id=cle, annee=annee) for cle in dict.fromkeys(cles)), ignore_conflicts=True
    )
