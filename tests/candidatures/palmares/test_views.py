import hashlib
import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from candidatures.palmares import actions, queries
from candidatures.palmares.calculs import grouper_code
from candidatures.palmares.models import Certificat, LotCertificats, Resultat
from tests.factories import ground, palmares
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite, Region

pytestmark = pytest.mark.django_db
Connecter = Callable[[Utilisateur], Client]


def test_nothing_shows_before_the_publication(client: Client, bassens: Collectivite) -> None:
    palmares.archives(2027, bassens)
    assert client.get("/palmares/2027/").status_code == 404
    assert "2027" not in client.get("/palmares/").content.decode()
    assert "Pas encore de label" in client.get("/palmares/collectivites/33032/").content.decode()
    assert client.get("/").context["palmares"] is None


def test_association_itself_finds_no_public_page_under_embargo(
    bassens: Collectivite, administratrice: Utilisateur, connecte: Connecter
) -> None:
    palmares.archives(2027, bassens)
    assert connecte(administratrice).get("/palmares/2027/").status_code == 404


def test_certificate_is_not_served_when_its_campaign_is_not_public(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    campagne = certificat.resultat.campagne
    type(campagne).objects.update(etat="arretee")
    assert client.get(f"/certificats/{certificat.numero}.pdf").status_code == 404
    assert client.get(f"/verifier/{certificat.code}/").status_code == 404


def test_palmares_lists_by_level_then_by_name(client: Client, bassens: Collectivite, bram: Collectivite) -> None:
    campagne = palmares.campagne_close()
    for ville, arobases in ((bram, 2), (bassens, 2), (ground.collectivite("Zuydcoote"), 5)):
        actions.inscrire_resultat(campagne, ville, arobases=arobases, par=None)
    actions.publier_resultats(palmares.arreter(campagne), par=None)
    reponse = client.get("/palmares/2027/")
    assert [r.nom for r in reponse.context["page"]] == ["Zuydcoote", "Bassens", "Bram"]
    texte = reponse.content.decode()
    assert "3\u00a0collectivités labellisées" in texte
    assert f'href="{bassens.get_absolute_url()}"' in texte


def test_palmares_is_in_the_french_order_on_every_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAR_PAGE", 3)
    noms = ["Zuydcoote", "Œuilly", "Évreux", "L'Haÿ-les-Roses", "Saint-Étienne", "Lens", "Écully", "La Rochelle"]
    campagne = palmares.archives(2027, *(ground.collectivite(nom) for nom in noms))
    actions.publier_resultats(campagne, par=None)
    pages = [client.get("/palmares/2027/", {"page": n}).context["page"] for n in (1, 2, 3)]
    assert [[r.nom for r in page] for page in pages] == [
        ["Écully", "Évreux", "L’Haÿ-les-Roses"],
        ["La Rochelle", "Lens", "Œuilly"],
        ["Saint-Étienne", "Zuydcoote"],
    ]
    assert list(Certificat.objects.order_by("numero").values_list("resultat__nom", flat=True)) == [
        r.nom for page in pages for r in page
    ]


def test_public_list_and_its_filters_read_one_index(bassens: Collectivite) -> None:
    campagne = palmares.campagne_publiee(bassens)
    filtres = queries.Filtres(arobases=4, region="75", type="commune")
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute("SET LOCAL enable_bitmapscan = off")
        curseur.execute("SET LOCAL enable_sort = off")
        for choisis in (queries.Filtres(), queries.Filtres(region="75"), filtres):
            plan = queries.filtrer(campagne, choisis).values_list("pk", flat=True)[:60].explain()
            assert "Index Only Scan using resultat_palmares" in plan
            assert "Sort" not in plan
            assert "Join" not in plan


def test_totals_of_the_filters_are_those_of_the_rows(client: Client) -> None:
    ground.departement()
    Region.objects.create(code="11", nom="Île-de-France")
    campagne = palmares.campagne_close()
    for n in range(12):
        ville = ground.collectivite(
            f"Ville {n}", region_id=("75", "11", None)[n % 3], type=("commune", "epci")[n % 2], nature="CC"
        )
        actions.inscrire_resultat(campagne, ville, arobases=1 + n % 5, par=None)
    actions.publier_resultats(palmares.arreter(campagne), par=None)
    for arobases, region, type_ in itertools.product(["", "1", "3"], ["", "75", "11"], ["", "commune", "epci", "ept"]):
        choisis = {"arobases": arobases, "region": region, "type": type_}
        page = client.get("/palmares/2027/", choisis).context["page"]
        assert page.paginator.count == len(page.object_list), choisis
        attendus = Resultat.objects.filter(**{nom: valeur for nom, valeur in choisis.items() if valeur})
        assert set(page.object_list) == set(attendus), choisis


def test_published_list_stays_what_it_was_when_a_collectivite_changes(client: Client, bassens: Collectivite) -> None:
    palmares.campagne_publiee(bassens)
    Region.objects.create(code="11", nom="Île-de-France")
    Collectivite.objects.filter(pk=bassens.pk).update(region="11", nom="Carbon-Blanc")
    assert [r.nom for r in client.get("/palmares/2027/?region=75").context["page"]] == ["Bassens"]
    assert list(client.get("/palmares/2027/?region=11").context["page"]) == []


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("arobases=5", ["Bram"]),
        ("arobases=9", ["Bassens", "Bram"]),
        ("region=75", ["Bassens", "Bram"]),
        ("region=11", ["Bassens", "Bram"]),
        ("type=epci", []),
        ("mention=cybersecurite", ["Bram"]),
        ("q=BRÂM", ["Bram"]),
        ("q=nulle-part", []),
    ],
)
def test_filters_narrow_the_list_and_an_unknown_value_narrows_nothing(
    client: Client, bassens: Collectivite, bram: Collectivite, filtre: str, attendus: list[str]
) -> None:
    campagne = palmares.campagne_close()
    actions.inscrire_resultat(campagne, bassens, arobases=3, par=None)
    mention = campagne.mentions.get(code="cybersecurite")
    actions.inscrire_resultat(campagne, bram, arobases=5, mentions=[mention], par=None)
    actions.publier_resultats(palmares.arreter(campagne), par=None)
    reponse = client.get(f"/palmares/2027/?{filtre}")
    assert sorted(r.nom for r in reponse.context["page"]) == attendus
    if not attendus:
        assert "Aucune collectivité ne correspond" in reponse.content.decode()


def test_filters_answer_with_the_list_alone_to_htmx(client: Client, bassens: Collectivite) -> None:
    palmares.campagne_publiee(bassens)
    reponse = client.get("/palmares/2027/", headers={"HX-Request": "true", "HX-Target": "palmares-liste"})
    assert "<h1>" not in reponse.content.decode()
    assert "Bassens" in reponse.content.decode()


@pytest.mark.parametrize("nombre", [1, 3])
@pytest.mark.parametrize(
    "chemin", ["/palmares/2027/", "/palmares/2027/?q=ville", "/palmares/2027/?region=75", "/palmares/", "/"]
)
def test_public_pages_cost_the_same_whatever_the_number(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, nombre: int, chemin: str
) -> None:
    palmares.campagne_publiee(*(ground.collectivite(f"Ville {n}") for n in range(nombre)))
    with django_assert_max_num_queries(6 if chemin == "/" else 8):
        assert client.get(chemin).status_code == 200


def test_verification_says_that_a_certificate_stands(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    for code in (certificat.code, certificat.code.lower(), grouper_code(certificat.code), f" {certificat.code} "):
        texte = client.get(reverse("palmares:verifier", args=[code])).content.decode()
        assert "Ce certificat est valable" in texte
    for dit in ("Bassens", "Démocratie locale, Transition écologique", certificat.empreinte, certificat.numero):
        assert dit in texte


def test_verification_leads_from_the_old_certificate_to_the_new(client: Client, bassens: Collectivite) -> None:
    ancien = palmares.certificat(bassens)
    nouveau = actions.reemettre(ancien, motif="Nom", par=None)
    texte = client.get(f"/verifier/{ancien.code}/").content.decode()
    assert "Ce certificat a été remplacé" in texte
    assert f"/verifier/{nouveau.code}/" in texte
    assert "Nom" not in texte.split("certificat-dit")[0].split("<h1>")[1]


def test_verification_says_that_a_certificate_was_annulled(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    actions.annuler(certificat, motif="Secret", par=None)
    texte = client.get(f"/verifier/{certificat.code}/").content.decode()
    assert "Ce certificat a été annulé" in texte
    assert "Secret" not in texte


def test_unknown_code_is_not_found_and_offers_to_type_again(client: Client) -> None:
    reponse = client.get("/verifier/NIMPORTEQUOI/")
    assert reponse.status_code == 404
    texte = reponse.content.decode()
    assert "Aucun certificat ne porte ce code" in texte
    assert 'value="NIMPORTEQUOI"' in texte


def test_form_leads_to_the_code_that_was_typed(client: Client) -> None:
    assert "Vérifier un certificat" in client.get("/verifier/").content.decode()
    reponse = client.get("/verifier/", {"code": "7k2m-9xq4-tboc"})
    assert reponse.headers["Location"] == "/verifier/7K2M9XQ4TB0C/"
    assert client.get("/verifier/", {"code": "…"}).headers["Location"] == "/verifier/inconnu/"
    assert "obligatoire" in client.get("/verifier/", {"code": ""}).content.decode()


def test_certificate_is_downloaded_by_anyone_and_not_twice(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    adresse = f"/certificats/{certificat.numero}.pdf"
    reponse = client.get(adresse)
    octets = b"".join(reponse.streaming_content)
    assert reponse.headers["Content-Type"] == "application/pdf"
    assert hashlib.sha256(octets).hexdigest() == certificat.empreinte
    assert client.get(adresse, headers={"If-None-Match": reponse.headers["ETag"]}).status_code == 304
    joint = client.get(f"{adresse}?telecharger")
    assert joint.headers["Content-Disposition"] == 'attachment; filename="certificat-VI-2027-0001.pdf"'
    joint.close()


def test_certificate_unknown_or_replaced(client: Client, bassens: Collectivite) -> None:
    assert client.get("/certificats/VI-1999-0001.pdf").status_code == 404
    ancien = palmares.certificat(bassens)
    actions.reemettre(ancien, motif="Nom", par=None)
    refusee = client.get(f"/certificats/{ancien.numero}.pdf")
    assert refusee.status_code == 403
    assert "Ce certificat a été remplacé" in refusee.text
    assert f'href="{ancien.get_absolute_url()}"' in refusee.text
    assert "rôle" not in refusee.text


HTMX = {"HX-Request": "true"}


def test_certificate_that_is_not_made_yet_is_waited_for(
    client: Client, bassens: Collectivite, caplog: pytest.LogCaptureFixture
) -> None:
    certificat = actions.reemettre(palmares.certificat(bassens), motif="Nom", par=None)
    adresse = f"/certificats/{certificat.numero}.pdf"
    for complete in (adresse, f"{adresse}?telecharger"):
        attente = client.get(complete)
        assert (attente.status_code, attente.headers["Retry-After"]) == (503, "10")
        assert "Votre certificat est en cours de fabrication…" in attente.text
        assert f'id="document" href="{complete}">Réessayer' in attente.text
        assert f'href="{certificat.get_absolute_url()}"' in attente.text
        assert f'hx-get="{complete}"' in attente.text
        assert "ETag" not in attente.headers
        assert [r for r in caplog.records if r.name == "django.request"] == []
    assert client.get(adresse, headers=HTMX).status_code == 204
    assert client.head(adresse).status_code == 503
    for page in (certificat.get_absolute_url(), "/palmares/collectivites/33032/"):
        assert f'en cours de fabrication. <a href="{adresse}">' in client.get(page).text


def test_waiting_page_turns_into_the_link_once_the_certificate_is_made(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    adresse = f"/certificats/{certificat.numero}.pdf?telecharger"
    pret = client.get(adresse, headers=HTMX | {"If-None-Match": f'"{certificat.empreinte}"'})
    assert (pret.status_code, pret.headers["Content-Type"]) == (286, "text/html; charset=utf-8")
    assert "Votre certificat est prêt" in pret.text
    assert f'id="document" href="{adresse}">Ouvrir le document' in pret.text
    assert "<body" not in pret.text


def test_waiting_page_says_when_the_making_has_stopped(client: Client, bassens: Collectivite) -> None:
    certificat = actions.reemettre(palmares.certificat(bassens), motif="Nom", par=None)
    Certificat.objects.filter(pk=certificat.pk).update(nb_echecs=3, erreur="Disque plein")
    adresse = f"/certificats/{certificat.numero}.pdf"
    arret = client.get(adresse)
    assert (arret.status_code, arret.headers["Retry-After"]) == (503, "3600")
    assert "n’a pas pu être fabriqué" in arret.text
    assert "hx-get" not in arret.text.split("<main")[1].split("</main")[0]
    assert "Disque plein" not in arret.text
    assert client.get(adresse, headers=HTMX).status_code == 286


def test_nobody_waits_for_a_certificate_under_embargo(client: Client, bassens: Collectivite) -> None:
    certificat = actions.reemettre(palmares.certificat(bassens), motif="Nom", par=None)
    type(certificat.resultat.campagne).objects.update(etat="arretee")
    assert client.get(f"/certificats/{certificat.numero}.pdf").status_code == 404
    assert client.get(f"/certificats/{certificat.numero}.pdf", headers=HTMX).status_code == 404


def test_certificates_of_a_town_as_a_page_and_as_a_fragment(client: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    page = client.get("/palmares/collectivites/33032/").content.decode()
    assert f"/certificats/{certificat.numero}.pdf?telecharger" in page
    fragment = client.get("/palmares/collectivites/33032/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in fragment
    assert certificat.numero in fragment
    actions.annuler(certificat, motif="Erreur", par=None)
    assert "Aucun certificat" in client.get("/palmares/collectivites/33032/").content.decode()


def test_home_shows_calendar_examples_and_map(client: Client, bassens: Collectivite) -> None:
    Collectivite.objects.filter(pk=bassens.pk).update(latitude="44.90", longitude="-0.52")
    noumea = ground.collectivite("Nouméa", "98818", latitude="-22.27", longitude="166.44")
    palmares.campagne_publiee(bassens, noumea, ground.collectivite("Sans point"), annee=2026)
    ouverte = ground.campagne(2027)
    contexte = client.get("/").context
    assert contexte["campagne"] == ouverte
    assert [j["etat"] for j in contexte["calendrier"]] == ["passee", "courante"]
    assert contexte["palmares"]["annee"] == 2026
    assert contexte["palmares"]["total"] == 3
    assert [e["nom"] for e in contexte["palmares"]["exemples"]] == ["Bassens", "Nouméa", "Sans point"]
    point = contexte["carte_labellisees"][0]
    assert (point["nom"], point["arobases"], point["verte"]) == ("Bassens", 4, True)
    assert len(contexte["carte_labellisees"]) == 1


def test_home_without_any_campaign(client: Client) -> None:
    contexte = client.get("/").context
    assert (contexte["campagne"], contexte["calendrier"], contexte["palmares"]) == (None, [], None)


def test_calendar_has_one_next_date() -> None:
    campagne = ground.campagne()
    campagne.jury_le = timezone.localdate() + timedelta(days=60)
    campagne.ceremonie_le = timezone.now() + timedelta(days=90)
    assert [j["etat"] for j in queries.calendrier(campagne, timezone.now())] == [
        "passee",
        "courante",
        "a_venir",
        "a_venir",
    ]


# The association's pages in the admin panel.


def _adresses(certificat: Certificat) -> list[tuple[str, str]]:
    lot = LotCertificats.objects.get().pk
    return [
        ("get", "/admin/palmares/"),
        ("get", f"/admin/palmares/lots/{lot}/"),
        ("get", f"/admin/palmares/certificats/{certificat.pk}/"),
        ("post", "/admin/palmares/2027/publier/"),
        ("post", f"/admin/palmares/lots/{lot}/reprendre/"),
        ("post", f"/admin/palmares/certificats/{certificat.pk}/changer/"),
        ("post", f"/admin/palmares/certificats/{certificat.pk}/"),
    ]


def test_administration_is_closed_to_whoever_is_not_the_association(
    client: Client,
    bassens: Collectivite,
    referente: Utilisateur,
    utilisateur_jure: Utilisateur,
    presidente_du_jury: Utilisateur,
    connecte: Connecter,
) -> None:
    certificat = palmares.certificat(bassens)
    for methode, adresse in _adresses(certificat):
        assert getattr(client, methode)(adresse).status_code == 302
        for personne in (referente, utilisateur_jure, presidente_du_jury):
            assert getattr(connecte(personne), methode)(adresse).status_code in {302, 403}, adresse
    assert Certificat.objects.count() == 1


@pytest.fixture
def mission(chargee_de_mission: Utilisateur, connecte: Connecter) -> Client:
    return connecte(chargee_de_mission)


def test_association_publishes_and_is_led_to_the_batch(mission: Client, bassens: Collectivite) -> None:
    palmares.campagne_arretee(bassens)
    assert "Publier le palmarès 2027" in mission.get("/admin/palmares/").content.decode()
    reponse = mission.post("/admin/palmares/2027/publier/")
    assert reponse.headers["Location"] == f"/admin/palmares/lots/{LotCertificats.objects.get().pk}/"
    assert Resultat.objects.count() == 1


def test_publication_refused_says_why(mission: Client, bassens: Collectivite) -> None:
    palmares.decider(palmares.campagne_close(), bassens)
    page = mission.get("/admin/palmares/").content.decode()
    assert "Impossible de publier les résultats" in page
    reponse = mission.post("/admin/palmares/2027/publier/", follow=True)
    assert "Impossible de publier les résultats" in reponse.content.decode()


def test_publication_without_result_comes_back(mission: Client) -> None:
    palmares.campagne_arretee()
    assert mission.post("/admin/palmares/2027/publier/").headers["Location"] == "/admin/palmares/"


def test_batch_says_truly_where_it_stands(mission: Client, bassens: Collectivite, bram: Collectivite) -> None:
    lot = actions.publier_resultats(palmares.campagne_arretee(bassens, bram), par=None)
    assert lot is not None
    adresse = f"/admin/palmares/lots/{lot.pk}/"
    actions.produire_suivants(lot, 1)
    page = mission.get(adresse).content.decode()
    assert "1\u00a0certificat produit sur 2" in page
    assert "En cours" in page
    assert "every 2s" in page
    LotCertificats.objects.update(avance_le=timezone.now() - timedelta(minutes=5))
    attente = mission.get(adresse, headers={"HX-Request": "true"}).content.decode()
    assert "En attente" in attente
    assert "Reprendre la production" in attente
    assert "<h1>" not in attente
    Certificat.objects.filter(fichier="").update(nb_echecs=3, erreur="Police absente")
    arrete = mission.get(adresse).content.decode()
    assert "Arrêté" in arrete
    assert "Police absente" in arrete
    assert "hx-trigger" not in arrete
    assert mission.post(f"{adresse}reprendre/").headers["Location"] == adresse
    assert Certificat.objects.get(fichier="").nb_echecs == 0
    while actions.produire_suivants(lot):
        pass
    fini = mission.get(adresse).content.decode()
    assert "Fini" in fini
    assert "hx-trigger" not in fini
    assert mission.get("/admin/palmares/lots/999999/").status_code == 404
    assert "Ce lot est fini" in mission.post(f"{adresse}reprendre/", follow=True).content.decode()


def test_association_finds_a_certificate_by_name_number_or_code(
    mission: Client, bassens: Collectivite, bram: Collectivite
) -> None:
    palmares.campagne_publiee(bassens, bram)
    cherche = Certificat.objects.get(resultat__collectivite=bram)
    for q in ("bra", cherche.numero, grouper_code(cherche.code).lower()):
        assert list(mission.get("/admin/palmares/", {"q": q}).context["page"]) == [cherche]
    assert "Rien ne correspond" in mission.get("/admin/palmares/", {"q": "zzz"}).content.decode()


def test_association_reissues_with_a_motive(mission: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    adresse = f"/admin/palmares/certificats/{certificat.pk}/changer/"
    assert "obligatoire" in mission.post(adresse, {"geste": "reemettre"}).content.decode()
    mission.post(adresse, {"geste": "reemettre", "motif": "Accent manquant"})
    certificat.refresh_from_db()
    assert certificat.remplace_par is not None
    page = mission.get(f"/admin/palmares/certificats/{certificat.pk}/").content.decode()
    assert "Accent manquant" in page
    refus = mission.post(adresse, {"geste": "reemettre", "motif": "Encore"}, follow=True)
    assert "Impossible de remplacer" in refus.content.decode()


def test_association_annuls(mission: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    mission.post(f"/admin/palmares/certificats/{certificat.pk}/changer/", {"geste": "annuler", "motif": "Doublon"})
    certificat.refresh_from_db()
    assert certificat.etat == "annule"


def test_association_corrects_a_result(mission: Client, bassens: Collectivite) -> None:
    certificat = palmares.certificat(bassens)
    adresse = f"/admin/palmares/certificats/{certificat.pk}/"
    assert "obligatoire" in mission.post(adresse, {"nom": "Bassens", "arobases": 5}).content.decode()
    reponse = mission.post(adresse, {"nom": "Bassens", "arobases": 5, "motif": "Saisie"})
    nouveau = Certificat.objects.get(etat="valable")
    assert reponse.headers["Location"] == f"/admin/palmares/certificats/{nouveau.pk}/"
    assert nouveau.contenu["arobases"] == 5


@pytest.mark.parametrize("nombre", [1, 3])
def test_administration_costs_the_same_whatever_the_number(
    mission: Client, django_assert_max_num_queries: DjangoAssertNumQueries, nombre: int
) -> None:
    palmares.campagne_publiee(*(ground.collectivite(f"Ville {n}") for n in range(nombre)))
    certificat = Certificat.objects.first()
    assert certificat is not None
    for methode, adresse in _adresses(certificat)[:3]:
        with django_assert_max_num_queries(12):
            assert getattr(mission, methode)(adresse).status_code == 200
    for registre in ("certificat", "resultat"):
        assert mission.get(f"/admin/candidatures/{registre}/").status_code == 200
