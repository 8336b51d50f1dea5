"""Builders of the ground rooms: territories, people, référentiel, campaigns. Traits go through the real actions."""

import itertools
import unicodedata
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.models import ROLES_NATIONAUX, Habilitation, Role, Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Enjeu, Famille, Service, Version
from villes_internet.socle.models import Evenement
from villes_internet.territoires.calculs import normaliser
from villes_internet.territoires.models import Collectivite, Departement, Region, TypeCollectivite

_numero = itertools.count(1_000)  # no code of a real commune
MOT_DE_PASSE = "Arobase-2027-Mosaique"


def departement(code: str = "33", nom: str = "Gironde") -> Departement:
    region, _ = Region.objects.get_or_create(code="75", defaults={"nom": "Nouvelle-Aquitaine"})
    return Departement.objects.get_or_create(code=code, defaults={"nom": nom, "region": region})[0]


def collectivite(nom: str = "Bassens", code: str = "", **champs: object) -> Collectivite:
    """A commune of Gironde unless told otherwise."""
    dep = departement()
    valeurs = {
        "type": TypeCollectivite.COMMUNE,
        "siren": f"2133{next(_numero):05d}",
        "population": 7_500,
        "codes_postaux": ["33530"],
        "departement": dep,
        "region": dep.region,
        "nom_normalise": normaliser(nom),
        **champs,
    }
    code = code or f"33{next(_numero):03d}"
    lieu = valeurs["departement"]
    mots = [normaliser(nom), code.lower(), *valeurs["codes_postaux"], lieu.code.lower(), normaliser(lieu.nom)]
    valeurs.setdefault("termes", " ".join(mots))
    return Collectivite.objects.create(nom=nom, code=code, **valeurs)


def utilisateur(prenom: str = "Camille", email: str = "", **champs: object) -> Utilisateur:
    """A person whose address is verified."""
    from allauth.account.models import EmailAddress

    sans_accent = unicodedata.normalize("NFKD", prenom.lower()).encode("ascii", "ignore").decode()
    email = email or f"{sans_accent}{next(_numero)}@example.org"
    personne = Utilisateur.objects.create_user(email, MOT_DE_PASSE, first_name=prenom, last_name="Martin", **champs)
    EmailAddress.objects.create(user=personne, email=email, primary=True, verified=True)
    return personne


def habiliter(personne: Utilisateur, role: Role, collectivite: Collectivite | None = None) -> Utilisateur:
    Habilitation.objects.create(
        utilisateur=personne, collectivite=collectivite, role=role, etat=EtatHabilitation.ACCEPTEE
    )
    if role in ROLES_NATIONAUX and not personne.is_staff:
        personne.is_staff = True
        personne.save(update_fields=["is_staff"])
    personne.__dict__.pop("_roles", None)
    return personne


_referentiel: dict[str, list[Any]] = {}


def version_publiee() -> Version:
    """The référentiel of 2027 shipped with the application, published: by the real actions the first time; then their
    rows are written again, for half of the tests need them."""
    existante = Version.objects.filter(code="2027").first()
    if existante:
        return existante
    if _referentiel:
        return _version_recopiee(**_referentiel)
    version = referentiel.importer_version(referentiel.charger_donnees("2027"))
    referentiel.publier(version, par=None, a=timezone.now())
    version = Version.objects.get(code="2027")
    _referentiel.update(
        versions=[version],
        familles=list(version.familles.all()),
        enjeux=list(Enjeu.objects.filter(famille__version=version)),
        services=list(Service.objects.filter(enjeu__famille__version=version)),
        evenements=list(Evenement.objects.de(version).order_by("pk")),
    )
    return Version.objects.get(code="2027")


def _version_recopiee(
    versions: list[Version],
    familles: list[Famille],
    enjeux: list[Enjeu],
    services: list[Service],
    evenements: list[Evenement],
) -> Version:
    maintenant = timezone.now()
    cles = _recopier(versions, publiee_le=maintenant)
    cles_enjeux = _recopier(enjeux, "famille_id", _recopier(familles, "version_id", cles))
    _recopier(services, "enjeu_id", cles_enjeux)
    _recopier(evenements, "id_objet", cles, type_objet=ContentType.objects.get_for_model(Version), le=maintenant)
    return Version.objects.get(code="2027")


def _recopier(
    lignes: list[Any], lien: str = "", parents: dict[int, int] | None = None, **champs: Any
) -> dict[int, int]:
    """The same rows under other parents; old key → new key."""
    if parents:
        nouvelles = [copie(ligne, **{lien: parents[getattr(ligne, lien)]}, **champs) for ligne in lignes]
    else:
        nouvelles = [copie(ligne, **champs) for ligne in lignes]
    type(lignes[0]).objects.bulk_create(nouvelles)
    return {ligne.pk: nouvelle.pk for ligne, nouvelle in zip(lignes, nouvelles, strict=True)}


def copie(ligne: Any, **champs: Any) -> Any:
    """An unsaved row like this one, but for ``champs``."""
    nouvelle = copy(ligne)
    nouvelle.pk = None
    for nom, valeur in champs.items():
        setattr(nouvelle, nom, valeur)
    return nouvelle


def campagne(annee: int = 2027, *, cloture_le: datetime | None = None, ouverte: bool = True) -> Campagne:
    """A campaign with the grid of 2027, open since yesterday for thirty days."""
    nouvelle = campagne_en_preparation(annee, cloture_le)
    campagnes.annoncer(nouvelle, par=None)
    return campagnes.ouvrir(nouvelle, par=None) if ouverte else nouvelle


def campagne_en_preparation(annee: int, cloture_le: datetime | None = None) -> Campagne:
    maintenant = timezone.now()
    return campagnes.creer(
        annee,
        version=version_publiee(),
        regles=campagnes.charger_regles("2027"),
        ouverture_le=maintenant - timedelta(days=60),
        cloture_le=cloture_le or maintenant + timedelta(days=30),
        par=None,
    )
