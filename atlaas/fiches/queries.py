"""What the pages of a fiche read beyond it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from atlaas.etats import EtatAction
from atlaas.fiches.calculs import semblables
from atlaas.historique import CHAMPS, comparable, libelle, valeur_lue
from atlaas.models import Action, DemandeFiche, VersionFiche
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.socle.versions import Divergence
from villes_internet.territoires.models import Collectivite

VUES = 50
COMPAREES = 2_000


def doublons(ville: Collectivite | int, titre: str, sauf: int | None = None) -> list[Action]:
    """The town's own fiches whose title says nearly the same, archives included; two queries at most."""
    propres = Action.objects.filter(collectivite=ville).exclude(pk=sauf or 0)
    propres = propres.exclude(etat__in=[EtatAction.FUSIONNEE, EtatAction.DEPUBLIEE]).exclude(titre="")
    cles = semblables(titre, propres.order_by("-pk").values_list("pk", "titre")[:COMPAREES])
    par_cle = Action.objects.only("pk", "titre", "slug", "etat", "modifie_le").in_bulk(cles) if cles else {}
    return [par_cle[cle] for cle in cles]


def fusionnables(action: Action) -> list[Action]:
    """The other fiches of the town that may receive this one, the likeliest first; three queries."""
    autres = Action.objects.courantes().filter(collectivite=action.collectivite_id).exclude(pk=action.pk)
    proches = [f.pk for f in doublons(action.collectivite_id, action.titre, action.pk)]
    rangs = {cle: rang for rang, cle in enumerate(proches)}
    return sorted(autres.order_by("-pk")[:COMPAREES], key=lambda f: rangs.get(f.pk, len(rangs)))


@dataclass(frozen=True, slots=True)
class VersionLue:
    """One version and how it differs from the one before; the first has nothing to differ from."""

    numero: int
    le: datetime
    par: Utilisateur | None
    divergences: list[Divergence]
    est_premiere: bool
    est_actuelle: bool


def historique(action: Action) -> list[VersionLue]:
    """Newest first, the last fifty; two queries."""
    lues = list(action.versions.select_related("par").order_by("-numero")[: VUES + 1])
    noms = _noms_des_services(lues)
    paires = list(zip(lues, [*lues[1:], None], strict=True))[:VUES]
    return [
        VersionLue(
            version.numero,
            version.le,
            version.par,
            _divergences(version, avant, noms) if avant else [],
            est_premiere=avant is None,
            est_actuelle=rang == 0,
        )
        for rang, (version, avant) in enumerate(paires)
    ]


def _noms_des_services(versions: list[VersionFiche]) -> dict[str, str]:
    codes = {code for version in versions for code in version.contenu.get("services", [])}
    return dict(Service.objects.filter(code__in=codes).order_by("pk").values_list("code", "nom"))


def _divergences(version: VersionFiche, avant: VersionFiche, noms: dict[str, str]) -> list[Divergence]:
    return [
        Divergence(
            nom,
            libelle(nom),
            valeur_lue(nom, version.contenu.get(nom), noms),
            valeur_lue(nom, avant.contenu.get(nom), noms),
            titre_mienne=f"Version {version.numero}",
            titre_autre=f"Version {avant.numero}",
        )
        for nom in (*CHAMPS, "services")
        if comparable(nom, version.contenu.get(nom)) != comparable(nom, avant.contenu.get(nom))
    ]


def demandes(ville: Collectivite, a: datetime) -> list[DemandeFiche]:
    """The links that one still waits for, and the fiches to read again; one query."""
    attendues = Q(fiche__isnull=True, revoque_le__isnull=True, expire_le__gt=a) | Q(fiche__etat=EtatAction.A_RELIRE)
    trouvees = DemandeFiche.objects.filter(attendues, collectivite=ville).select_related("fiche", "cree_par")
    return list(trouvees.order_by("-cree_le", "-pk")[:VUES])
