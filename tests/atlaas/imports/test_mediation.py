"""The places of digital mediation, as the national standard says them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, TestCase

from atlaas import actions
from atlaas.fiches.actions import fusionner
from atlaas.models import Action, LigneImport, Provenance
from tests.atlaas.imports.envois import confirmer, csv, dernier, envoyer, lisible
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
LIEU = {
    "id": "structure-1",
    "pivot": "43493312300029",
    "nom": "Médiathèque François-Mitterrand",
    "commune": "Bassens",
    "code_postal": "33530",
    "code_insee": "33032",
    "adresse": "4 rue du Puy-Plat",
    "complement_adresse": "Le patio",
    "latitude": "44.901512",
    "longitude": "-0.5153",
    "typologie": "BIB",
    "telephone": "+33556809000",
    "courriels": "jeanne.martin@bassens.example|accueil@bassens.example",
    "site_web": "https://bassens.example/media|https://m.facebook.com/media/",
    "horaires": "Mo-Fr 09:00-12:00; Sa off",
    "presentation_resume": "On y apprend l’ordinateur, à son pas.",
    "presentation_detail": "Demandez Jeanne au 05 56 80 90 00 ou jeanne@bassens.example.",
    "source": "Hubik",
    "itinerance": "Fixe",
    "structure_parente": "",
    "date_maj": "2027-01-02",
    "services": "Accès internet et matériel informatique|Utilisation sécurisée du numérique",
    "publics_specifiquement_adresses": "Seniors|Jeunes",
    "prise_en_charge_specifique": "Surdité",
    "frais_a_charge": "Gratuit",
    "dispositif_programmes_nationaux": "Conseillers numériques|Aidants Connect",
    "formations_labels": "",
    "autres_formations_labels": "",
    "modalites_acces": "Se présenter|Téléphoner",
    "modalites_accompagnement": "En autonomie|Dans un atelier collectif : j'apprends collectivement",
    "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/app/33/erp/mediatheque/",
    "prise_rdv": "https://www.rdv-solidarites.fr/",
}


@pytest.fixture
def client(referente: Utilisateur, connecte: Connecte) -> Client:
    ground.version_publiee()
    return connecte(referente)


def lieux(client: Client, *dits: dict[str, str], en_json: bool = False) -> None:
    """Sent; the worker has judged them."""
    toutes = [{**LIEU, **lieu} for lieu in dits]
    lignes = [[f'"{valeur}"' for valeur in lieu.values()] for lieu in toutes]
    contenu = json.dumps(toutes).encode() if en_json else csv(*lignes, entete=list(LIEU), separateur=",")
    with TestCase.captureOnCommitCallbacks(execute=True):
        envoyer(client, contenu, "lieux.json" if en_json else "lieux.csv")


@pytest.mark.parametrize("en_json", [False, True], ids=["csv", "json"])
def test_a_place_is_a_draft_with_its_point_its_publics_and_its_services(client: Client, en_json: bool) -> None:
    lieux(client, {}, {"id": "2", "code_insee": "33063", "commune": "Bordeaux"}, en_json=en_json)
    page = lisible(client.get(dernier().get_absolute_url()))
    assert "suit le standard national" in page
    assert "1 lieu d’une autre commune est laissé de côté" in page
    confirmer(client)
    fiche = Action.objects.get()
    assert (fiche.etat, fiche.titre, fiche.structure) == ("brouillon", LIEU["nom"], LIEU["nom"])
    assert (fiche.resume, fiche.stade, fiche.operateur) == (LIEU["presentation_resume"], "en_service", "direct")
    assert fiche.adresse == "4 rue du Puy-Plat, Le patio, 33530 Bassens"
    assert (fiche.latitude, fiche.longitude) == (Decimal("44.90151"), Decimal("-0.51530"))
    assert fiche.publics_vises == ["jeunes", "aines", "handicap"]
    assert fiche.lien == "https://bassens.example/media"
    assert LIEU["fiche_acces_libre"] in fiche.accessibilite
    assert "- Horaires : lu-ve 09:00-12:00; sa fermé" in fiche.description
    assert sorted(s.code for s in fiche.services.all()) == ["A3.1", "A3.4", "B3.2", "C2.1", "C2.2", "C2.3"]
    assert Provenance.objects.get().identifiant == "structure-1"


def test_no_telephone_nor_address_of_a_person_is_kept_anywhere(client: Client) -> None:
    lieux(client, {})
    confirmer(client)
    gardes = str([list(table.objects.values()) for table in (LigneImport, Provenance, Action)])
    assert "[coordonnées retirées]" in gardes
    for secret in ("accueil@", "jeanne@", "jeanne.martin", "05 56", "0556809000", "+33556809000"):
        assert secret not in gardes


def test_the_next_import_follows_the_source_and_keeps_the_town_s_words(client: Client, referente: Utilisateur) -> None:
    lieux(client, {})
    confirmer(client)
    fiche = Action.objects.get()
    actions.modifier_action(
        fiche, par=referente, numero_version=1, services=fiche.services.all(), titre="La Média", contact="Accueil"
    )
    lieux(client, {"horaires": "Tu 10:00-18:00"})
    assert dernier().bilan["modifier"] == 1
    confirmer(client)
    fiche.refresh_from_db()
    assert (fiche.titre, fiche.contact) == ("La Média", "Accueil")
    assert "ma 10:00-18:00" in fiche.description
    lieux(client, {"horaires": "Tu 10:00-18:00"})
    assert dernier().bilan["inchangee"] == 1
    lieux(client, {"nom": "Médiathèque du bourg"})
    imprt = dernier()
    assert imprt.bilan["perimee"] == 1, "both changed the title"
    assert "la fiche dit « La Média », le fichier « Médiathèque du bourg »" in lisible(
        client.get(imprt.get_absolute_url())
    )
    confirmer(client, ecraser="on")
    fiche.refresh_from_db()
    assert (fiche.titre, Action.objects.count()) == ("Médiathèque du bourg", 1)


def test_a_merged_fiche_is_followed(client: Client, bassens: Collectivite, referente: Utilisateur) -> None:
    lieux(client, {})
    confirmer(client)
    reste = atlaas.fiche(bassens, titre="Nos lieux", publiee=False)
    fusionner(Action.objects.get(titre=LIEU["nom"]), reste, par=referente, a=reste.modifie_le)
    lieux(client, {})
    assert dernier().lignes.get().fiche == reste


def test_an_intercommunalite_takes_the_places_of_its_communes(
    bassens: Collectivite, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.version_publiee()
    metropole = ground.collectivite("Bordeaux Métropole", "243300316", type=TypeCollectivite.EPCI, nature="METRO")
    Collectivite.objects.filter(pk=bassens.pk).update(epci=metropole)
    client = connecte(ground.habiliter(ground.utilisateur("Eve"), Role.REFERENT, metropole))
    monkeypatch.setattr("tests.atlaas.imports.envois.IMPORTER", "/espace/243300316/fiches/importer/")
    lieux(client, {}, {"id": "2", "nom": "Ailleurs", "code_insee": "11049"}, {"id": "3", "nom": "B", "code_insee": ""})
    confirmer(client)
    assert sorted(Action.objects.filter(collectivite=metropole).values_list("titre", flat=True)) == ["B", LIEU["nom"]]


LIEUX_PARTICULIERS: list[tuple[dict[str, str], dict[str, Any]]] = [
    (
        {"modalites_acces": "Ce lieu n'accueille pas de public"},
        {"adresse": "", "latitude": None, "longitude": None},
    ),
    ({"latitude": "nulle part"}, {"latitude": None, "longitude": None}),
    (
        {"presentation_resume": "", "services": "Loisirs et créations numériques"},
        {"resume": f"{LIEU['nom']} : loisirs et créations numériques."},
    ),
    ({"typologie": "ASSO|TIERS_LIEUX"}, {"operateur": "association", "nom_operateur": LIEU["nom"]}),
    (
        {"typologie": "CAF", "structure_parente": "CAF de la Gironde"},
        {"operateur": "prestataire", "nom_operateur": "CAF de la Gironde"},
    ),
    ({"publics_specifiquement_adresses": "", "prise_en_charge_specifique": ""}, {"publics_vises": ["tous"]}),
    ({"site_web": "", "prise_rdv": ""}, {"lien": ""}),
]


@pytest.mark.parametrize(("lieu", "attendu"), LIEUX_PARTICULIERS, ids=[str(a) for _, a in LIEUX_PARTICULIERS])
def test_what_a_place_does_not_say_or_says_otherwise(
    client: Client, lieu: dict[str, str], attendu: dict[str, Any]
) -> None:
    lieux(client, lieu)
    confirmer(client)
    fiche = Action.objects.get()
    assert {nom: getattr(fiche, nom) for nom in attendu} == attendu


def test_a_place_without_its_identifier_or_its_name_is_refused(client: Client) -> None:
    lieux(client, {"id": ""}, {"nom": ""}, {})
    refus = dernier().lignes.filter(verdict="refusee").values_list("refus", flat=True)
    assert [raison[0][0] for raison in refus] == ["id", "nom"]


@pytest.mark.parametrize(
    ("entete", "lieu", "phrase"),
    [
        ([nom for nom in LIEU if nom != "adresse"], LIEU, "il y manque : adresse"),
        (list(LIEU), LIEU | {"code_insee": "33063"}, "aucun de ses 1 lieux n’est à Bassens"),
    ],
)
def test_a_file_of_places_that_cannot_be_taken(
    client: Client, entete: list[str], lieu: dict[str, str], phrase: str
) -> None:
    reponse = envoyer(client, csv([f'"{lieu[nom]}"' for nom in entete], entete=entete, separateur=","))
    assert (reponse.status_code, phrase in lisible(reponse)) == (422, True)


def test_a_national_file_is_gone_through_for_the_places_of_the_town(client: Client) -> None:
    ailleurs = {"id": "x", "nom": "x", "adresse": "x", "code_insee": "33063", "pivot": "1", "services": "x"}
    entete = [*ailleurs, "date_maj", "code_postal"]
    lignes = [",".join([*ailleurs.values(), "2027-01-01", "33000"])] * 20_000
    ici = ",".join(["1", "p", "Halle", "rue", "33032", "1", "x", "2027-01-01"])
    envoyer(client, "\n".join([",".join(entete), *lignes, ici.replace("1,p", "1")]).encode())
    assert (dernier().nb_lignes, dernier().nb_ailleurs) == (1, 20_000)
