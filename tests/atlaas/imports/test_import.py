"""From a table to fiches: what is read, shown, written; twice, at once, by two people, after a fault."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from atlaas import actions as atlaas_actions
from atlaas.imports import actions, tasks
from atlaas.models import Action, ImportFiches, LigneImport, Provenance, VerdictLigne
from tests.atlaas.imports.envois import ENTETE, IMPORTER, confirmer, csv, dernier, envoyer, lisible, relier, xlsx
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
UNE = ("Budget participatif", "Les habitants votent.", "A1.1", "en service")
DEUX = ("Wi-Fi de la halle", "Gratuit, le jour du marché.", "B3.1 – Wi-Fi public", "programmée")


@pytest.fixture
def client(referente: Utilisateur, connecte: Connecte) -> Client:
    ground.version_publiee()
    return connecte(referente)


def importer(client: Client, *lignes: tuple[str, ...], entete: tuple[str, ...] = ENTETE, **choix: str) -> ImportFiches:
    envoyer(client, csv(*lignes, entete=entete))
    relier(client, **choix)
    return confirmer(client)


class TestLeChemin:
    def test_from_the_list_to_drafts(self, client: Client, bassens: Collectivite, referente: Utilisateur) -> None:
        assert f'href="{IMPORTER}"' in client.get("/espace/33032/fiches/").content.decode()
        assert "Lire ce fichier" in lisible(client.get(IMPORTER))
        reponse = envoyer(client, csv(UNE, DEUX, ("", "", "", ""), ("Sans service", "", "", "")))
        page = lisible(client.get(reponse.url, follow=True))  # type: ignore[attr-defined]
        assert "Que contient chaque colonne" in page
        assert "Budget participatif · Wi-Fi de la halle" in page
        imprt = relier(client)
        apercu = lisible(client.get(imprt.get_absolute_url()))
        assert "Rien n’est encore écrit" in apercu
        assert "Écrire 3 fiches" in apercu
        assert "Publier 2 brouillons complets" in apercu
        assert not Action.objects.exists()
        fini = confirmer(client)
        assert fini.bilan | {"creees": 3, "modifiees": 0, "publiees": 0} == fini.bilan
        assert "Les fiches sont écrites" in lisible(client.get(fini.get_absolute_url()))
        fiche = Action.objects.get(titre="Wi-Fi de la halle")
        assert (fiche.etat, fiche.stade, fiche.slug) == ("brouillon", "programmee", "wi-fi-de-la-halle")
        assert [s.code for s in fiche.services.all()] == ["B3.1"]
        trace = Evenement.objects.de(bassens).get(verbe="importer des fiches")
        assert (trace.par, trace.donnees["creees"], trace.donnees["fichier"]) == (referente, 3, "fiches.csv")
        assert "importé" in lisible(client.get(IMPORTER))

    def test_the_complete_ones_are_published_when_asked(self, client: Client) -> None:
        envoyer(client, csv(UNE, ("Sans service", "", "", "")))
        relier(client)
        assert confirmer(client, publier="on").bilan["publiees"] == 1
        assert dict(Action.objects.values_list("titre", "etat")) == {
            "Budget participatif": "publiee",
            "Sans service": "brouillon",
        }

    def test_sent_again_nothing_is_doubled_and_what_changed_is_changed(self, client: Client) -> None:
        importer(client, UNE, DEUX)
        envoyer(client, csv(UNE, (DEUX[0], "Toute la semaine.", *DEUX[2:])))
        imprt = relier(client)
        assert (imprt.bilan["creer"], imprt.bilan["modifier"], imprt.bilan["inchangee"]) == (0, 1, 1)
        confirmer(client)
        assert Action.objects.count() == 2
        modifiee = Action.objects.get(titre=DEUX[0])
        assert (modifiee.resume, modifiee.version) == ("Toute la semaine.", 2)
        envoyer(client, csv(UNE))
        relier(client)
        assert "vos fiches disent déjà ce que dit le fichier" in lisible(client.get(dernier().get_absolute_url()))
        assert confirmer(client).confirme_le is None

    def test_an_identifier_of_elsewhere_finds_the_fiche_whatever_its_title(self, client: Client) -> None:
        entete = ("Référence", "Titre")
        importer(client, ("GED-12", "Budget participatif"), entete=entete)
        importer(client, ("GED-12", "Budget citoyen"), entete=entete)
        assert Action.objects.get().titre == "Budget citoyen"
        assert Provenance.objects.get().identifiant == "GED-12"

    def test_empty_cells_leave_or_erase_as_chosen(self, client: Client, bassens: Collectivite) -> None:
        atlaas.fiche(bassens, publiee=False, titre="Halle", outils="Decidim", est_libre=True)
        ligne, entete = ("Halle", "", ""), ("Titre", "Outils", "Logiciel libre")
        envoyer(client, csv(ligne, entete=entete))
        assert relier(client).bilan["inchangee"] == 1
        relier(client, vides_effacent="oui")
        confirmer(client)
        fiche = Action.objects.get()
        assert (fiche.outils, fiche.est_libre, fiche.outils_connus.count()) == ("", False, 0)
        assert fiche.resume, "a column that is not in the file erases nothing"


class TestLesColonnes:
    def test_a_column_is_corrected_or_left(self, client: Client) -> None:
        envoyer(client, csv(("Halle", "2026"), entete=("Intitulé", "Chapeau")))
        imprt = relier(client, colonne_1="publics")
        confirmer(client)
        assert imprt.liaison == {"titre": 0, "publics": 1}
        assert Action.objects.get().publics == "2026"

    @pytest.mark.parametrize(
        ("choix", "phrase"),
        [
            ({"colonne_0": "titre", "colonne_1": "titre"}, "est déjà la colonne"),
            ({"colonne_0": "", "colonne_1": "resume"}, "Dites quelle colonne est le titre"),
            ({"colonne_0": "inconnu", "colonne_1": ""}, "inconnu"),
        ],
    )
    def test_a_choice_that_cannot_be_is_told(self, client: Client, choix: dict[str, str], phrase: str) -> None:
        envoyer(client, csv(("Halle", "x"), entete=("Titre", "Résumé")))
        reponse = client.post(f"{dernier().get_absolute_url()}colonnes/", {"vides_effacent": "non", **choix})
        assert reponse.status_code == 422
        assert phrase in lisible(reponse)


REFUS = [
    ({"Titre": "", "Résumé": "x"}, "il faut un titre"),
    ({"Titre": "x" * 121}, "120"),
    ({"Résumé": "y" * 301}, "300"),
    ({"Services": "Z9.9"}, "n’est pas dans le référentiel 2027"),
    ({"Stade": "bientôt"}, "n’est pas dans la liste : idée, programmée"),
    ({"Début": "31/02/2027"}, "écrivez-la comme 30/06/2027"),
    ({"Début": "01/01/2027", "Fin": "31/12/2026"}, "La fin ne peut pas précéder"),
    ({"Logiciel libre": "peut-être"}, "écrivez oui ou non"),
    ({"Publics visés": "martiens"}, "n’est pas dans la liste"),
    ({"Valeur": "beaucoup"}, "« beaucoup »"),
    ({"Valeur": "12"}, "Dites ce que mesure"),
    ({"Latitude": "44,9"}, "la latitude et la longitude"),
    ({"Lien": "pas une adresse"}, "URL"),
    ({"Numéro": "douze"}, "n’est pas un nombre"),
    ({"Numéro": "999999"}, "n’est pas de Bassens"),
]


@pytest.mark.parametrize(("cases", "phrase"), REFUS, ids=[phrase for _, phrase in REFUS])
def test_each_refusal_names_its_row_its_column_and_its_reason(
    client: Client, cases: dict[str, str], phrase: str
) -> None:
    dites = {"Titre": "Halle", **cases}
    envoyer(client, csv(tuple(dites.values()), UNE[:1], entete=tuple(dites)))
    imprt = relier(client)
    assert (imprt.bilan["refusee"], imprt.bilan["creer"]) == (1, 1)
    ligne = imprt.lignes.get(verdict=VerdictLigne.REFUSEE)
    assert ligne.numero == 2
    assert phrase in ligne.refus[0][1]
    assert lisible(client.get(imprt.get_absolute_url())).count("<strong>") >= 1
    liste = client.get(f"{imprt.get_absolute_url()}refus.csv").content.decode("utf-8-sig")
    assert liste.startswith("Ligne;Fiche;Colonne;Raison\r\n2;")
    confirmer(client)
    assert [f.titre for f in Action.objects.all()] == [UNE[0]], "the others are written"


def test_rows_that_say_the_same_fiche_or_several(client: Client, bassens: Collectivite) -> None:
    for _ in range(2):
        atlaas.fiche(bassens, publiee=False, titre="Doublon")
    archivee = atlaas.fiche(bassens, titre="Rangée")
    atlaas_actions.archiver_action(archivee, par=None)
    publiee = atlaas.fiche(bassens, titre="Publiée")
    envoyer(
        client,
        csv(
            ("", "Neuve", "a"),
            ("", "NEUVE", "b"),
            ("", "Doublon", "c"),
            ("", "Rangée", "d"),
            (str(publiee.pk), " ", "e"),
            ("", "Décalée", "f", "de trop"),
            entete=("Numéro", "Titre", "Résumé"),
        ),
    )
    imprt = relier(client, vides_effacent="oui")
    raisons = dict(imprt.lignes.values_list("numero", "refus"))
    assert raisons[2] == []
    assert "la même fiche que la ligne 2" in raisons[3][0][1]
    assert "2 de vos fiches portent ce titre" in raisons[4][0][1]
    assert "archivée" in raisons[5][0][1]
    assert raisons[6] == [], "an empty title erases no title"
    assert "à droite" in raisons[7][0][1]


def test_a_published_fiche_stays_complete(client: Client, bassens: Collectivite) -> None:
    atlaas.fiche(bassens, titre="Publiée")
    envoyer(client, csv(("Publiée", ""), entete=("Titre", "Résumé")))
    ligne = relier(client, vides_effacent="oui").lignes.get()
    assert ligne.refus == [["Résumé", "la fiche est publiée : Écrivez un résumé de deux ou trois phrases."]]


def test_merged_cells_and_formulas_are_refused_where_they_stand(client: Client) -> None:
    envoyer(
        client,
        xlsx(
            ["Nos actions de l’année"],
            ["Titre", "Résumé"],
            ["Fusionnée", "x"],
            ["=A3&B3", "y"],
            ["Normale", "z"],
            fusions=["A1:B1", "A3:B3"],
        ),
        "fiches.xlsx",
    )
    raisons = dict(relier(client).lignes.values_list("numero", "refus"))
    assert raisons == {
        3: [["", "des cellules y sont fusionnées : défaites la fusion"]],
        4: [["Titre", "c’est une formule : écrivez la valeur elle-même"]],
        5: [],
    }


class TestDeuxPersonnes:
    def test_a_fiche_changed_since_the_export_is_set_aside_unless_one_insists(
        self, client: Client, bassens: Collectivite, redactrice: Utilisateur
    ) -> None:
        fiche = atlaas.fiche(bassens, publiee=False, titre="Halle", resume="Avant")
        exporte = (str(fiche.pk), "1", "Halle", "Du fichier")
        atlaas_actions.modifier_action(
            fiche, par=redactrice, numero_version=1, services=atlaas.services("A1.1"), resume="De la collègue"
        )
        envoyer(client, csv(exporte, entete=("Numéro", "Version", "Titre", "Résumé")))
        imprt = relier(client)
        assert imprt.bilan["perimee"] == 1
        page = lisible(client.get(imprt.get_absolute_url()))
        assert "la fiche dit « De la collègue », le fichier « Du fichier »" in page
        assert confirmer(client).confirme_le is None, "nothing to write"
        confirmer(client, ecraser="on")
        assert Action.objects.get().resume == "Du fichier"

    def test_what_moves_after_the_preview_stops_everything_and_the_preview_says_so(
        self, client: Client, bassens: Collectivite, redactrice: Utilisateur
    ) -> None:
        fiche = atlaas.fiche(bassens, publiee=False, titre="Halle")
        envoyer(client, csv(("Halle", "Du fichier"), ("Neuve", "x"), entete=("Titre", "Résumé")))
        relier(client)
        atlaas_actions.modifier_action(fiche, par=redactrice, numero_version=1, services=[], resume="De la collègue")
        imprt = confirmer(client)
        assert (imprt.confirme_le, Action.objects.count()) == (None, 1)
        assert "Des fiches ont changé pendant que vous lisiez" in lisible(client.get(imprt.get_absolute_url()))
        assert confirmer(client).bilan["modifiees"] == 1

    def test_the_same_file_confirmed_by_two_people_creates_each_fiche_once(
        self, client: Client, redactrice: Utilisateur, connecte: Connecte
    ) -> None:
        envoyer(client, csv(UNE))
        premier = relier(client)
        collegue = connecte(redactrice)
        envoyer(collegue, csv(UNE))
        relier(collegue)
        confirmer(collegue)
        actions.confirmer(premier, publier=False, ecraser=False, par=premier.par, a=timezone.now())
        actions.avancer(premier.pk)
        assert Action.objects.count() == 1
        premier.refresh_from_db()
        assert (premier.termine_le, premier.analyse_le) == (None, None)

    def test_a_double_click_confirms_once(self, client: Client) -> None:
        envoyer(client, csv(UNE))
        imprt = relier(client)
        confirmer(client)
        assert "Cet import est déjà confirmé" in lisible(client.post(imprt.get_absolute_url(), follow=True))
        assert not actions.avancer(imprt.pk), "a message delivered twice finds nothing to do"
        assert Action.objects.count() == 1

    def test_who_lost_the_right_meanwhile_writes_nothing(self, client: Client, referente: Utilisateur) -> None:
        envoyer(client, csv(UNE))
        imprt = relier(client)
        actions.confirmer(imprt, publier=False, ecraser=False, par=referente, a=timezone.now())
        referente.habilitations.all().delete()
        actions.avancer(imprt.pk)
        imprt.refresh_from_db()
        assert (imprt.confirme_le, Action.objects.exists()) == (None, False)


class TestLesFautes:
    @pytest.fixture
    def confirme(self, client: Client) -> ImportFiches:
        envoyer(client, csv(UNE, DEUX))
        imprt = relier(client)
        return actions.confirmer(imprt, publier=True, ecraser=False, par=imprt.par, a=timezone.now())

    def test_a_killed_worker_leaves_nothing_and_the_next_minute_takes_it_up(
        self, confirme: ImportFiches, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "0 ligne écrite sur 2" in lisible(client.get(confirme.get_absolute_url()))
        with monkeypatch.context() as coupure:
            coupure.setattr(actions, "_retenir_les_provenances", lambda *_: 1 / 0)
            actions.avancer(confirme.pk)
        assert not Action.objects.exists()
        assert tasks.reprendre_imports() == 0, "it stood still for less than a minute"
        confirme.avancement.le = timezone.now() - timedelta(minutes=2)
        confirme.avancement.save()
        assert tasks.reprendre_imports() == 1
        assert Action.objects.filter(etat="publiee").count() == 2
        assert (tasks.reprendre_imports(), Action.objects.count()) == (0, 2)

    def test_after_three_faults_it_stops_and_says_so(
        self, confirme: ImportFiches, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "_creer", lambda *_: 1 / 0)
        for _ in range(4):
            actions.avancer(confirme.pk)
        assert "L’import s’est arrêté" in lisible(client.get(confirme.get_absolute_url()))
        assert "arrêté" in lisible(client.get(IMPORTER))

    def test_an_import_given_up_or_too_old_leaves(self, client: Client) -> None:
        envoyer(client, csv(UNE))
        adresse = relier(client).get_absolute_url()
        ImportFiches.objects.update(expire_le=timezone.now())
        assert "plus de trente jours" in lisible(client.get(adresse, follow=True))
        assert "plus de trente jours" in lisible(client.post(adresse, follow=True))
        assert (tasks.oublier_imports(), LigneImport.objects.count()) == (1, 0)
        envoyer(client, csv(UNE))
        imprt = relier(client)
        assert "est abandonné" in lisible(client.post(f"{imprt.get_absolute_url()}abandonner/", follow=True))
        assert not ImportFiches.objects.exists()

    def test_a_finished_import_is_neither_given_up_nor_linked_again(self, client: Client) -> None:
        imprt = importer(client, UNE)
        adresse = imprt.get_absolute_url()
        assert "déjà confirmé" in lisible(client.post(f"{adresse}abandonner/", follow=True))
        assert client.get(f"{adresse}colonnes/").headers["Location"] == adresse


@pytest.mark.parametrize("suite", ["", "{pk}/", "{pk}/colonnes/", "{pk}/refus.csv", "modele.xlsx"])
def test_imports_are_for_those_who_write_the_fiches(
    suite: str, client: Client, connecte: Connecte, redactrice: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur
) -> None:
    envoyer(client, csv(UNE))
    adresse = IMPORTER + suite.format(pk=relier(client).pk)
    assert connecte(redactrice).get(adresse).status_code == 200
    assert connecte(voisine).get(adresse).status_code == 404
    refusee = connecte(lectrice).get(adresse)
    assert refusee.status_code == 403
    assert "les écrire revient au référent et aux contributeurs" in lisible(refusee)
    assert Client().get(adresse).status_code == 302


def test_the_preview_costs_the_same_for_one_row_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    envoyer(client, csv(UNE))
    un = relier(client).get_absolute_url()
    client.get(un)
    with django_assert_num_queries(7):
        client.get(un)
    envoyer(client, csv(UNE, DEUX, ("Trois", "x", "A1.1", "idée")))
    trois = relier(client).get_absolute_url()
    with django_assert_num_queries(7):
        client.get(trois)
