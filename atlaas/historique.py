"""What a public fiche said at each change. The image stays out: its file goes with the fiche that shows it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from atlaas.models import Action, Public, VersionFiche
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.versions import Valeur

PAUSE = timedelta(minutes=10)  # the same person's saves that follow one another sooner are one version
CHAMPS = (
    "titre",
    "resume",
    "stade",
    "description",
    "publics_vises",
    "publics",
    "date_debut",
    "date_fin",
    "operateur",
    "nom_operateur",
    "resultats",
    "indicateur_libelle",
    "indicateur_valeur",
    "indicateur_unite",
    "indicateur_date",
    "cout",
    "financement",
    "outils",
    "est_libre",
    "structure",
    "adresse",
    "latitude",
    "longitude",
    "accessibilite",
    "environnement",
    "donnees_personnelles",
    "est_replicable",
    "comment_repliquer",
    "contact",
    "lien",
)
DECIMAUX = {"indicateur_valeur", "latitude", "longitude"}


def sans_zeros(valeur: Any) -> Any:
    """26 and 26.00 are one value, whether it was typed or read again."""
    return f"{valeur.normalize():f}" if isinstance(valeur, Decimal) else valeur


def contenu(action: Action) -> dict[str, Any]:
    """{field: JSON value, "services": [codes]}; one query."""
    return contenu_avec(action, action.services.values_list("code", flat=True))


def contenu_avec(action: Action, codes: Iterable[str]) -> dict[str, Any]:
    """The same, no query."""
    lus = {nom: sans_zeros(getattr(action, nom)) for nom in CHAMPS}
    lus["services"] = sorted(codes)
    return dict(json.loads(json.dumps(lus, cls=DjangoJSONEncoder)))


def ouvrir(action: Action) -> None:
    """Before the first change that is followed: what the fiche says until then."""
    if not action.versions.exists():
        VersionFiche.objects.create(
            action=action, numero=1, contenu=contenu(action), par_id=action.auteur_id, le=action.modifie_le
        )


def verser(action: Action, *, par: Utilisateur | None, a: datetime, a_part: bool = False) -> None:
    """Keep what the fiche says now, unless nothing changed. ``a_part``: never joined to the version before."""
    derniere = action.versions.order_by("-numero").first()
    if version := suite(action, derniere, contenu(action), par=par, a=a, a_part=a_part):
        version.save()


def suite(
    action: Action,
    derniere: VersionFiche | None,
    lu: dict[str, Any],
    *,
    par: Utilisateur | None,
    a: datetime,
    a_part: bool = False,
) -> VersionFiche | None:
    """The version to save after ``derniere``: a new one, the same one that goes on, or none when nothing changed."""
    qui = par.pk if par else None
    if derniere and derniere.contenu == lu:
        return None
    if derniere and derniere.numero > 1 and derniere.par_id == qui and a - derniere.le < PAUSE and not a_part:
        derniere.contenu, derniere.le = lu, a
        return derniere
    return VersionFiche(action=action, numero=derniere.numero + 1 if derniere else 1, contenu=lu, par_id=qui, le=a)


def comparable(nom: str, brute: Any) -> Any:
    """Versions kept long ago have useless zeros."""
    return sans_zeros(Decimal(brute)) if nom in DECIMAUX and brute else brute


def libelle(nom: str) -> str:
    """What a field is called on the pages."""
    libelle = "services" if nom == "services" else str(Action._meta.get_field(nom).verbose_name)  # type: ignore[union-attr]
    return libelle[:1].upper() + libelle[1:]


def valeur_lue(nom: str, brute: Any, noms: dict[str, str]) -> Valeur:
    """A value of ``contenu`` as people read it; ``noms``: {code of a service: its name}."""
    if nom == "services":
        return Valeur("", ", ".join(noms.get(code, code) for code in brute or []) or "(aucun)")
    if nom == "publics_vises":
        libelles: dict[str, Any] = dict(Public.choices)
        return Valeur("", ", ".join(str(libelles.get(code, code)) for code in brute or []) or "(aucun)")
    if nom in DECIMAUX and brute:
        return Valeur("", str(comparable(nom, brute)).replace(".", ","))
    if isinstance(brute, bool):
        return Valeur("", "oui" if brute else "non")
    choix = dict(Action._meta.get_field(nom).flatchoices)  # type: ignore[union-attr]
    return Valeur("", str(choix.get(brute, brute) or "(vide)"))
