"""What changes the référentiel: a file becomes a draft, a draft is published, a version is withdrawn or corrected."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.calculs import (
    CritereDeGrille,
    Lien,
    ServiceNomme,
    apparier,
    fermer,
    hors_d_atteinte,
    valeurs_d_etiquette,
)
from villes_internet.referentiel.echanges import fond, liens
from villes_internet.referentiel.etats import PUBLIER, RETIRER, EtatVersion
from villes_internet.referentiel.models import Correspondance, Enjeu, Famille, Service, Version
from villes_internet.referentiel.queries import services_perdus, trouver_texte
from villes_internet.socle.journal import consigner
from villes_internet.socle.templatetags.typographie import pluriel
from villes_internet.socle.transitions import TransitionRefusee, franchir

DONNEES = Path(__file__).parent / "donnees"
GENERATIONS = ("2004", "2011", "2016")
REGLES = ("bareme", "seuils", "portes", "faits")


def charger_donnees(code: str) -> dict[str, Any]:
    """The référentiel shipped with the application, as data; raises ``FileNotFoundError`` for an unknown code."""
    donnees: dict[str, Any] = json.loads((DONNEES / f"referentiel-{code}.json").read_text(encoding="utf-8"))
    return donnees


def importer(donnees: Any, *, par: Utilisateur | None = None) -> Version:
    """A version, or what links two of them: the file says which by its keys."""
    est_correspondance = isinstance(donnees, dict) and "liens" in donnees
    return importer_correspondance(donnees, par=par) if est_correspondance else importer_version(donnees, par=par)


@transaction.atomic
def importer_version(donnees: Any, *, par: Utilisateur | None = None) -> Version:
    """Create the draft that the file describes, or replace it (shape: ``donnees/schema-1.json``).

    Raises ``FichierRefuse`` with every fault, ``TransitionRefusee`` when the version is frozen; nothing changes then.
    """
    fond.verifier(donnees)
    version = Version.objects.select_for_update().filter(code=donnees["code"]).first()
    if version is None:
        version = Version(code=donnees["code"])
    elif version.etat != EtatVersion.BROUILLON:
        raise TransitionRefusee(
            f"La version « {version.code} » est {version.get_etat_display()} : elle ne change plus. "
            "Donnez un autre code à la vôtre, ou corrigez ses textes depuis sa page."
        )
    est_nouvelle = version.pk is None
    liens_gardes = [] if est_nouvelle else list(_liens_par_code(version))
    version.libelle = donnees["libelle"]
    version.est_historique = donnees.get("est_historique", False)
    for cle in REGLES:
        setattr(version, cle, donnees.get(cle, {} if cle == "bareme" else []))
    version.save()
    _remplacer_les_familles(version, donnees["familles"])
    _rattacher(version, liens_gardes)
    consigner(version, "importer" if est_nouvelle else "remplacer le brouillon", par=par)
    return version


def _remplacer_les_familles(version: Version, familles: list[dict[str, Any]]) -> None:
    version.familles.all().delete()
    position_enjeu = 0
    services: list[Service] = []
    for position, f in enumerate(familles, start=1):
        famille = Famille.objects.create(
            version=version, code=f["code"], nom=f["nom"], position=position, est_transversale=f["transversale"]
        )
        for e in f["enjeux"]:
            position_enjeu += 1
            enjeu = Enjeu.objects.create(
                famille=famille,
                code=e["code"],
                nom=e["nom"],
                position=position_enjeu,
                niveaux=e.get("niveaux", []),
            )
            services += [
                Service(enjeu=enjeu, code=f"{enjeu.code}.{rang}", nom=nom, position=rang)
                for rang, nom in enumerate(e.get("services", []), start=1)
            ]
    Service.objects.bulk_create(services)


def publier(version: Version, *, par: Utilisateur | None, a: datetime) -> Version:
    """Freeze the version: from now on a campaign may point to it. Every threshold and gate must be within reach."""
    if trouves := obstacles(version):
        raise TransitionRefusee(" ; ".join(trouves) + ".")
    return franchir(version, PUBLIER, par=par, publiee_le=a)


def obstacles(version: Version, grille: Sequence[CritereDeGrille] = ()) -> list[str]:
    """What no town of some stratum or type could ever reach, with this grid if any; one French line each."""
    if not version.bareme:  # a historical version, that no town is measured with
        return []
    regles = {nom: getattr(version, nom) for nom in ("bareme", "faits", "seuils", "portes")}
    return [str(trouve) for trouve in hors_d_atteinte(regles, nb_thematiques(version), grille)]


def nb_thematiques(version: Version) -> int:
    """Enjeux that the gates count."""
    return Enjeu.objects.filter(famille__version=version, famille__est_transversale=False).count()


@transaction.atomic
def retirer(version: Version, *, par: Utilisateur | None, motif: str = "") -> Version:
    """No new fiche, mosaïque or campaign will use it; refused while a campaign runs on it."""
    en_cours = Version.objects.select_for_update().get(pk=version.pk).nb_campagnes_en_cours
    if en_cours:
        raise TransitionRefusee(
            f"{pluriel(en_cours, 'campagne en cours l’utilise,campagnes en cours l’utilisent')} : "
            "clôturez ou annulez d’abord."
        )
    return franchir(version, RETIRER, par=par, motif=motif)


def noter_les_campagnes(version: Version, nb_en_cours: int) -> None:
    """Written downward by the campaigns, whenever one of this version starts or ends."""
    Version.objects.filter(pk=version.pk).update(nb_campagnes_en_cours=nb_en_cours)


@transaction.atomic
def corriger(version: Version, cle: str, texte: str, *, par: Utilisateur | None, motif: str) -> Version:
    """Mend a typo in a text of a published version; the journal keeps both texts and the motive.

    ``cle`` is one of ``queries.textes``. Raises ``TransitionRefusee`` with a French reason.
    """
    verrouillee = Version.objects.select_for_update().get(pk=version.pk)
    trouve = trouver_texte(verrouillee, cle)
    propre = " ".join(texte.split())
    if verrouillee.etat != EtatVersion.PUBLIEE:
        raise TransitionRefusee(f"Seule une version publiée se corrige, celle-ci est {version.get_etat_display()}.")
    if trouve is None:
        raise TransitionRefusee("Ce texte n’est pas de cette version.")
    if not motif.strip():
        raise TransitionRefusee("Dites pourquoi ce texte est corrigé.")
    if not propre or len(propre) > trouve.longueur_max:
        raise TransitionRefusee(f"Il faut un texte de 1 à {trouve.longueur_max} caractères.")
    if propre == trouve.valeur:
        raise TransitionRefusee("Le texte est le même : il n’y a rien à corriger.")
    if trouve.conteneur is None:
        setattr(trouve.objet, trouve.nom, propre)
    else:
        trouve.conteneur[trouve.nom] = propre
    trouve.objet.save()
    verrouillee.revision += 1
    verrouillee.save()
    consigner(
        verrouillee,
        "corriger",
        par=par,
        motif=motif.strip(),
        donnees={"cle": cle, "texte": trouve.libelle, "avant": trouve.valeur, "apres": propre},
    )
    version.refresh_from_db()
    return version


# Correspondances


def _liens_par_code(version: Version) -> Any:
    """(old enjeu, new code or None, weight, note) of the mapping towards this version."""
    return version.correspondances.values_list("ancien", "nouveau__code", "poids", "note")


def _rattacher(version: Version, gardes: list[tuple[int, str | None, Decimal, str]]) -> None:
    """Give back to a replaced draft the links whose new enjeu still exists."""
    par_code = {e.code: e for e in Enjeu.objects.filter(famille__version=version)}
    Correspondance.objects.filter(version=version).delete()
    Correspondance.objects.bulk_create(
        Correspondance(
            version=version, ancien_id=ancien, nouveau=par_code[code] if code else None, poids=poids, note=note
        )
        for ancien, code, poids, note in gardes
        if code is None or code in par_code
    )
    if gardes:
        relier_les_services()


@transaction.atomic
def importer_correspondance(donnees: Any, *, par: Utilisateur | None = None) -> Version:
    """Replace what links the older version to the newer (shape: ``correspondance`` of the schema); gives the newer.

    Raises ``FichierRefuse``; a version must be imported before its correspondance.
    """
    anciens, nouveaux = (
        {e.code: e.pk for e in Enjeu.objects.filter(famille__version__code=donnees.get(cle))}
        if isinstance(donnees, dict) and isinstance(donnees.get(cle), str)
        else {}
        for cle in ("ancienne", "nouvelle")
    )
    liens.verifier(donnees, anciens.keys(), nouveaux.keys())
    version = Version.objects.get(code=donnees["nouvelle"])
    version.correspondances.filter(ancien__in=anciens.values()).delete()
    Correspondance.objects.bulk_create(
        Correspondance(
            version=version,
            ancien_id=anciens[lien["ancien"]],
            nouveau_id=nouveaux[lien["nouveau"]] if lien["nouveau"] else None,
            poids=Decimal(lien.get("poids", "1")),
            note=lien.get("note", ""),
        )
        for lien in donnees["liens"]
    )
    relier_les_services()
    etiquettes = Service.objects.filter(enjeu__in=anciens.values()).values("pk")
    perdus = services_perdus(version.pk, etiquettes)
    suivi = {"ancienne": donnees["ancienne"], "services_perdus": [service.code for service in perdus]}
    consigner(version, "importer une correspondance", par=par, donnees=suivi)
    return version


@transaction.atomic
def relier_les_services() -> None:
    """Write anew, from the correspondances, for which services of the other versions each service counts.

    Called whenever a mapping changes, so that no reader has to follow one: the versions are few.
    """
    services: dict[int, list[ServiceNomme]] = {}
    for version, pk, enjeu, rang, nom in Service.objects.order_by("pk").values_list(
        "enjeu__famille__version", "pk", "enjeu__code", "position", "nom"
    ):
        services.setdefault(version, []).append(ServiceNomme(pk, enjeu, rang, nom))
    liens_lus: dict[tuple[int, int], list[Lien]] = {}
    for ancienne, nouvelle, ancien, nouveau in Correspondance.objects.order_by("pk").values_list(
        "ancien__famille__version", "version", "ancien__code", "nouveau__code"
    ):
        liens_lus.setdefault((ancienne, nouvelle), []).append(Lien(ancien, nouveau))
    etapes = {
        (ancienne, nouvelle): apparier(services.get(ancienne, ()), services.get(nouvelle, ()), lus)
        for (ancienne, nouvelle), lus in liens_lus.items()
    }
    valent = {paire for paires in fermer(etapes).values() for paire in valeurs_d_etiquette(paires)}
    table = Service.equivalents.through
    table.objects.all().delete()
    table.objects.bulk_create(table(from_service_id=de, to_service_id=vers) for de, vers in sorted(valent))


@transaction.atomic
def charger_l_histoire(*, par: Utilisateur | None, a: datetime) -> list[Version]:
    """The generations of themes known since 2004, withdrawn, and what links them to the shipped version if it is there.

    Safe to run twice; gives the versions that it has created.
    """
    creees = []
    for code in GENERATIONS:
        if not Version.objects.filter(code=code).exists():
            version = publier(importer_version(charger_donnees(code), par=par), par=par, a=a)
            creees.append(retirer(version, par=par, motif="Génération ancienne, gardée pour l’histoire."))
    for fichier in sorted(DONNEES.glob("correspondance-*.json")):
        donnees = json.loads(fichier.read_text(encoding="utf-8"))
        nouvelle = Version.objects.filter(code=donnees["nouvelle"]).first()
        if nouvelle is not None and not nouvelle.correspondances.exists():
            importer_correspondance(donnees, par=par)
    return creees
