"""The people of the demonstration: one password, addresses that say the role."""

from datetime import datetime
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from villes_internet.comptes.actions import accepter, demander_rattachement, nommer_national
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite

MOT_DE_PASSE = "Arobase-Mosaique-27"
ADMIN = "admin@villes-internet.example"

COMPTES: list[tuple[str, str, str]] = [
    ("référente de Bassens", "referente@bassens.example", MOT_DE_PASSE),
    ("contributeur de Bassens", "contributeur@bassens.example", MOT_DE_PASSE),
    ("maire de Bassens (signataire)", "maire@bassens.example", MOT_DE_PASSE),
    ("juré (jure1 à jure10)", "jure1@villes-internet.example", MOT_DE_PASSE),
    ("présidence du jury", "presidence@villes-internet.example", MOT_DE_PASSE),
    ("chargée de mission", "mission@villes-internet.example", MOT_DE_PASSE),
    ("administratrice", ADMIN, MOT_DE_PASSE),
    ("membre du comité d’orientation", "comite@villes-internet.example", MOT_DE_PASSE),
]
"""(role, e-mail, password), printed by ``make run``."""

PRENOMS = (
    "Camille",
    "Dominique",
    "Claude",
    "Alix",
    "Maxime",
    "Morgan",
    "Sacha",
    "Charlie",
    "Andrea",
    "Noa",
    "Lou",
    "Yael",
)
NOMS = ("Lefèvre", "Garnier", "Moreau", "Diallo", "Rousseau", "Nguyen", "Perrin", "Haddad", "Marchand", "Silva", "Roux")
JURES = (
    ("Hélène", "Castaing", "professeure de géographie, université"),
    ("Karim", "Benali", "chercheur en sciences de l’information"),
    ("Solange", "Petit", "déléguée d’une association d’élus ruraux"),
    ("Thomas", "Kermarrec", "expert en logiciels libres"),
    ("Inès", "Da Costa", "spécialiste de l’accessibilité numérique"),
    ("Marc", "Weber", "expert en cybersécurité"),
    ("Aïssatou", "Ndiaye", "médiatrice numérique, réseau national"),
    ("Paul", "Fontaine", "journaliste des collectivités"),
    ("Lucie", "Tran", "ingénieure en numérique responsable"),
    ("Bruno", "Salvi", "ancien directeur général des services"),
)


@cache
def _empreinte() -> str:
    """Argon2 is slow by design: the password that all share is hashed once."""
    return make_password(MOT_DE_PASSE)


def personne(courriel: str, prenom: str, nom: str) -> Utilisateur:
    """A verified account."""
    utilisateur = Utilisateur(email=courriel, first_name=prenom, last_name=nom, password=_empreinte())
    utilisateur.save()
    EmailAddress.objects.create(user=utilisateur, email=courriel, primary=True, verified=True)
    return utilisateur


def association(a: datetime) -> Utilisateur:
    """The administratrice (returned), the chargée de mission, the president of the jury, a member of the comité."""
    admin = personne(ADMIN, "Ada", "Lemoine")
    nommer_national(admin, Role.ADMINISTRATEUR, par=None, a=a)
    mission = personne("mission@villes-internet.example", "Maud", "Carrère")
    nommer_national(mission, Role.CHARGE_DE_MISSION, par=admin, a=a)
    presidence = personne("presidence@villes-internet.example", "Didier", "Aubert")
    nommer_national(presidence, Role.PRESIDENCE_JURY, par=admin, a=a)
    comite = personne("comite@villes-internet.example", "Odile", "Marchetti")
    nommer_national(comite, Role.COMITE_ORIENTATION, par=admin, a=a)
    return admin


def jures(admin: Utilisateur, a: datetime) -> list[tuple[Utilisateur, str]]:
    """(person, quality) of the ten jurors."""
    membres = []
    for rang, (prenom, nom, qualite) in enumerate(JURES, start=1):
        membre = personne(f"jure{rang}@villes-internet.example", prenom, nom)
        nommer_national(membre, Role.JURE, par=admin, a=a)
        membres.append((membre, qualite))
    return membres


def equipe(
    collectivite: Collectivite, site: str, rang: int, admin: Utilisateur, a: datetime
) -> tuple[Utilisateur, Utilisateur]:
    """(référent, signataire) of a collectivité, attached as real people are: asked, then accepted."""
    domaine = "bassens.example" if collectivite.code == "33032" else f"c{collectivite.code.lower()}.example"
    prenom, nom = PRENOMS[rang % len(PRENOMS)], NOMS[rang % len(NOMS)]
    referent = _attacher(
        personne(f"referente@{domaine}", prenom, nom),
        collectivite,
        Role.REFERENT,
        "responsable du numérique",
        site,
        admin,
        a,
    )
    elu = PRENOMS[(rang + 5) % len(PRENOMS)], NOMS[(rang + 3) % len(NOMS)]
    signataire = _attacher(
        personne(f"maire@{domaine}", *elu),
        collectivite,
        Role.SIGNATAIRE,
        "président" if collectivite.est_intercommunalite else "maire",
        site,
        referent,
        a,
    )
    return referent, signataire


def contributeur(collectivite: Collectivite, site: str, referent: Utilisateur, a: datetime) -> Utilisateur:
    return _attacher(
        personne("contributeur@bassens.example", "Léo", "Bernard"),
        collectivite,
        Role.CONTRIBUTEUR,
        "chargé de communication",
        site,
        referent,
        a,
    )


def en_attente(collectivite: Collectivite) -> None:
    """Requests that the association has still to decide: what its desk shows on the first day."""
    demandeuse = personne("numerique@ville-quimper.example", "Gwenaëlle", "Le Goff")
    demander_rattachement(
        collectivite,
        role=Role.REFERENT,
        fonction="cheffe de projet numérique",
        message="Nous souhaitons préparer un premier dossier cette année.",
        site="https://www.ville-quimper.example",
        par=demandeuse,
    )


def _attacher(
    utilisateur: Utilisateur,
    collectivite: Collectivite,
    role: Role,
    fonction: str,
    site: str,
    par: Utilisateur,
    a: datetime,
) -> Utilisateur:
    demande = demander_rattachement(collectivite, role=role, fonction=fonction, message="", site=site, par=utilisateur)
    accepter(demande, par=par, a=a)
    return utilisateur
