"""From the file to the withdrawn version: import, publish, correct, withdraw; by command and in the admin."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions, queries
from villes_internet.referentiel.echanges import fichier
from villes_internet.referentiel.echanges.schema import FichierRefuse
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Correspondance, Enjeu, Service, Version
from villes_internet.referentiel.permissions import (
    peut_corriger,
    peut_ecrire_les_versions,
    peut_lire_les_questions,
    peut_publier,
    peut_relier,
    peut_retirer,
    peut_voir_les_versions,
)
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee

pytestmark = pytest.mark.django_db
Ouvrir = Callable[[Utilisateur], Client]


def donnees(**changees: Any) -> dict[str, Any]:
    return {**copy.deepcopy(actions.charger_donnees("2027")), "code": "2028", "libelle": "Référentiel 2028", **changees}


def brouillon(**changees: Any) -> Version:
    return actions.importer_version(donnees(**changees))


def inaccessible() -> dict[str, Any]:
    """A gate that intercommunalités cannot hold."""
    faits = [{"code": "elu_delegue", "libelle": "un élu", "types": ["commune"]}]
    return donnees(faits=faits)


def envoye(contenu: Any, nom: str = "essai.json") -> SimpleUploadedFile:
    octets = contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode()
    return SimpleUploadedFile(nom, octets)


# Import and export


def test_import_then_export_is_the_same_and_so_is_the_workbook() -> None:
    version = brouillon()
    assert queries.exporter(version) == donnees()
    exporte = fichier.ecrire(queries.exporter(version), "xlsx")
    version.delete()
    assert queries.exporter(actions.importer_version(fichier.lire(exporte, "a.xlsx"))) == donnees()


@pytest.mark.parametrize("code", actions.GENERATIONS)
def test_a_historical_version_comes_and_goes_too(code: str) -> None:
    livree = actions.charger_donnees(code)
    assert queries.exporter(actions.importer_version(livree)) == livree


def test_an_invalid_file_changes_nothing() -> None:
    version = brouillon()
    mauvais = donnees(libelle="Autre")
    mauvais["familles"][0]["enjeux"][0]["niveaux"].pop()
    with pytest.raises(FichierRefuse):
        actions.importer_version(mauvais)
    version.refresh_from_db()
    assert queries.exporter(version) == donnees()
    assert Evenement.objects.de(version).count() == 1


def test_a_draft_is_replaced_and_keeps_its_row_its_campaign_and_its_links() -> None:
    version = brouillon()
    ancienne = actions.importer_version(donnees(code="2026", libelle="Ancienne"))
    liens = [{"ancien": e.code, "nouveau": e.code, "poids": "0.5"} for e in queries.arbre(ancienne).enjeux]
    liens[0]["nouveau"] = None
    actions.importer_correspondance({"ancienne": "2026", "nouvelle": "2028", "liens": liens})
    neuf = donnees(libelle="Deuxième essai")
    neuf["familles"][1]["enjeux"].pop()
    remplace = actions.importer_version(neuf)
    assert remplace.pk == version.pk
    assert queries.exporter(remplace) == neuf
    assert Service.objects.filter(enjeu__famille__version=version).count() == 133
    gardes = Correspondance.objects.filter(version=version)
    assert gardes.count() == 19, "the link to the enjeu that left is gone"
    assert gardes.get(ancien__code="A1").nouveau is None
    assert gardes.get(ancien__code="A2").poids == Decimal("0.5")
    assert [e.verbe for e in Evenement.objects.de(version).order_by("pk")] == [
        "importer",
        "importer une correspondance",
        "remplacer le brouillon",
    ]


def test_a_published_version_is_never_replaced() -> None:
    publiee = ground.version_publiee()
    with pytest.raises(TransitionRefusee, match="elle ne change plus"):
        actions.importer_version(donnees(code="2027"))
    publiee.refresh_from_db()
    assert publiee.libelle == "Référentiel 2027"


def test_the_commands_bring_a_file_in_and_out(tmp_path: Path) -> None:
    source, sortie, classeur = tmp_path / "v.json", tmp_path / "s.json", tmp_path / "s.xlsx"
    source.write_text(json.dumps(donnees()), encoding="utf-8")
    texte = StringIO()
    call_command("importer_referentiel", str(source), stdout=texte)
    assert "20 enjeux, 140 services, brouillon" in texte.getvalue()
    call_command("exporter_referentiel", "2028", sortie=sortie, stdout=texte)
    call_command("exporter_referentiel", "2028", format="xlsx", sortie=classeur, stdout=texte)
    assert json.loads(sortie.read_text(encoding="utf-8")) == donnees()
    affiche = StringIO()
    call_command("exporter_referentiel", "2028", stdout=affiche)
    assert affiche.getvalue() == sortie.read_text(encoding="utf-8")
    call_command("importer_referentiel", str(classeur), publier=True, stdout=texte)
    assert Version.objects.get(code="2028").etat == EtatVersion.PUBLIEE


def test_the_commands_refuse_in_french(tmp_path: Path) -> None:
    mauvais = tmp_path / "v.json"
    mauvais.write_text('{"code": "2028"}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"Rien n’a changé.+\n- fichier.+il manque « libelle »\n- "):
        call_command("importer_referentiel", str(mauvais))
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("importer_referentiel", str(tmp_path / "absent.xlsx"))
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("exporter_referentiel", "1999")
    ground.version_publiee()
    with pytest.raises(CommandError, match="--sortie"):
        call_command("exporter_referentiel", "2027", format="xlsx")
    mauvais.write_text(json.dumps(donnees(code="2027")), encoding="utf-8")
    with pytest.raises(CommandError, match="elle ne change plus"):
        call_command("importer_referentiel", str(mauvais))


# Publish and withdraw


def test_publier_names_what_no_town_of_a_kind_could_reach() -> None:
    version = actions.importer_version(inaccessible())
    with pytest.raises(TransitionRefusee, match=r"un élu délégué au numérique ».+intercommunalités") as refus:
        actions.publier(version, par=None, a=timezone.now())
    assert "communes" not in str(refus.value)
    version.refresh_from_db()
    assert version.etat == EtatVersion.BROUILLON


def test_annoncer_checks_the_gates_against_the_grid_of_the_campaign() -> None:
    campagne = ground.campagne(ouverte=False)
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.BROUILLON)
    campagne.refresh_from_db()
    campagne.criteres.filter(code="J4").update(code="J0")
    with pytest.raises(TransitionRefusee, match="la grille n’a pas le critère J4"):
        campagnes.annoncer(campagne, par=None)


def test_annoncer_refuses_a_historical_version() -> None:
    campagne = ground.campagne(ouverte=False)
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.BROUILLON)
    Version.objects.filter(pk=campagne.version_id).update(est_historique=True)
    campagne.refresh_from_db()
    with pytest.raises(TransitionRefusee, match="historique"):
        campagnes.annoncer(campagne, par=None)


def test_a_version_is_withdrawn_only_once_no_campaign_runs_on_it() -> None:
    campagne = ground.campagne()
    version = Version.objects.get(pk=campagne.version_id)
    assert version.nb_campagnes_en_cours == 1
    with pytest.raises(TransitionRefusee, match="1\u00a0campagne en cours l’utilise"):
        actions.retirer(version, par=None)
    campagnes.annuler(campagne, par=None, motif="Essai")
    actions.retirer(version, par=None, motif="Remplacée")
    version.refresh_from_db()
    assert (version.etat, version.nb_campagnes_en_cours) == (EtatVersion.RETIREE, 0)
    assert queries.version_courante() is None


def test_a_campaign_that_ends_frees_its_version() -> None:
    campagne = ground.campagne()
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.PUBLIEE)
    campagne.refresh_from_db()
    campagnes.cloturer(campagne, par=None)
    assert Version.objects.get(pk=campagne.version_id).nb_campagnes_en_cours == 0


# Corrections


@pytest.mark.parametrize(
    ("cle", "lire"),
    [
        ("libelle", lambda v: v.libelle),
        ("famille:B", lambda v: queries.arbre(v).familles[1].nom),
        ("enjeu:A1", lambda v: queries.arbre(v).enjeux[0].nom),
        ("enjeu:A1:2", lambda v: queries.arbre(v).enjeux[0].niveaux[2]),
        ("service:A1.3", lambda v: queries.arbre(v).enjeux[0].services[2].nom),
        ("niveau:4", lambda v: v.bareme["niveaux"][4]),
        ("statut:programme", lambda v: v.bareme["statuts"][3]["libelle"]),
        ("strate:village", lambda v: v.bareme["strates"][0]["libelle"]),
        ("fait:voie_humaine", lambda v: v.faits[2]["libelle"]),
        ("porte:3:voie_humaine", lambda v: v.portes[5]["libelle"]),
    ],
)
def test_a_typo_is_mended_everywhere_at_once_and_the_journal_keeps_both_texts(
    cle: str, lire: Callable[[Version], str]
) -> None:
    version = ground.version_publiee()
    avant = lire(version)
    actions.corriger(version, cle, "  Texte\ncorrigé ", par=None, motif="Coquille")
    relue = Version.objects.get(pk=version.pk)
    assert lire(relue) == lire(version) == "Texte corrigé"
    assert relue.revision == 1
    ligne = Evenement.objects.de(version).recents()[0]
    assert (ligne.verbe, ligne.motif) == ("corriger", "Coquille")
    assert (ligne.donnees["cle"], ligne.donnees["avant"], ligne.donnees["apres"]) == (cle, avant, "Texte corrigé")


@pytest.mark.parametrize(
    ("cle", "texte", "motif", "phrase"),
    [
        ("enjeu:Z9", "Texte", "Coquille", "pas de cette version"),
        ("enjeu:A1", "Texte", "  ", "Dites pourquoi"),
        ("enjeu:A1", "  ", "Coquille", "de 1 à 100 caractères"),
        ("enjeu:A1", "é" * 101, "Coquille", "de 1 à 100 caractères"),
        ("enjeu:A1", "Démocratie locale", "Coquille", "il n’y a rien à corriger"),
    ],
)
def test_a_correction_that_is_none_is_refused(cle: str, texte: str, motif: str, phrase: str) -> None:
    version = ground.version_publiee()
    with pytest.raises(TransitionRefusee, match=phrase):
        actions.corriger(version, cle, texte, par=None, motif=motif)
    assert Version.objects.get(pk=version.pk).revision == 0


def test_only_a_published_version_is_corrected() -> None:
    with pytest.raises(TransitionRefusee, match="Seule une version publiée"):
        actions.corriger(brouillon(), "enjeu:A1", "Texte", par=None, motif="Coquille")


def test_the_texts_of_a_version_take_four_queries_and_have_each_one_key(django_assert_num_queries: Any) -> None:
    version = ground.version_publiee()
    with django_assert_num_queries(3):
        textes = queries.textes(version)
    assert len(textes) == 1 + 5 + 20 * 13 + 5 + 7 + 4 + 5 + 15
    assert len({texte.cle for texte in textes}) == len(textes)


# Rights


def test_national_roles_read_and_the_administrator_writes(
    administratrice: Utilisateur, chargee_de_mission: Utilisateur, utilisateur_jure: Utilisateur, referente: Utilisateur
) -> None:
    publiee, essai = ground.version_publiee(), brouillon()
    assert all(peut_voir_les_versions(p) for p in (administratrice, chargee_de_mission, utilisateur_jure))
    assert peut_voir_les_versions(referente).masque
    assert peut_ecrire_les_versions(administratrice)
    assert "administrateur" in peut_ecrire_les_versions(chargee_de_mission).motif
    assert peut_ecrire_les_versions(referente).masque
    assert peut_publier(administratrice, essai)
    assert "publiée" in peut_publier(administratrice, publiee).motif
    assert not peut_publier(utilisateur_jure, essai)
    assert peut_corriger(administratrice, publiee)
    assert "brouillon" in peut_corriger(administratrice, essai).motif
    assert not peut_corriger(chargee_de_mission, publiee)
    assert peut_lire_les_questions(referente, publiee)
    assert peut_lire_les_questions(referente, essai).masque
    assert peut_lire_les_questions(utilisateur_jure, essai)


def test_the_comite_prepares_drafts_and_decides_nothing(membre_du_comite: Utilisateur) -> None:
    publiee, essai = ground.version_publiee(), brouillon()
    assert peut_voir_les_versions(membre_du_comite)
    assert peut_ecrire_les_versions(membre_du_comite)
    assert peut_relier(membre_du_comite, essai)
    for verdict in (
        peut_relier(membre_du_comite, publiee),
        peut_publier(membre_du_comite, essai),
        peut_corriger(membre_du_comite, publiee),
        peut_retirer(membre_du_comite, publiee),
    ):
        assert "Seul un administrateur" in verdict.motif


def test_the_right_to_withdraw_follows_the_campaigns(
    administratrice: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    version = ground.version_publiee()
    assert peut_retirer(administratrice, version)
    assert not peut_retirer(chargee_de_mission, version)
    actions.noter_les_campagnes(version, 1)
    version.refresh_from_db()
    assert "Une campagne en cours" in peut_retirer(administratrice, version).motif
    assert "brouillon" in peut_retirer(administratrice, brouillon()).motif


# The admin


def page(version: Version, geste: str = "") -> str:
    return f"/admin/referentiel/{version.pk}/{geste}/" if geste else f"/admin/referentiel/version/{version.pk}/change/"


def test_the_page_of_a_version_offers_its_files_and_its_gestures(
    administratrice: Utilisateur, connecte: Ouvrir
) -> None:
    client, version = connecte(administratrice), brouillon()
    texte = client.get(page(version)).content.decode()
    assert "Publier la version" in texte
    assert "Télécharger en XLSX" in texte
    assert client.get(page(version, "exporter/json")).json() == donnees()
    classeur = client.get(page(version, "exporter/xlsx"))
    assert classeur["Content-Disposition"] == 'attachment; filename="referentiel-2028.xlsx"'
    assert fichier.lire(classeur.content, "a.xlsx") == donnees()
    assert client.get(page(version, "exporter/pdf")).status_code == 404
    assert "Importer un fichier" in client.get("/admin/referentiel/version/").content.decode()


def test_the_same_pages_read_only_for_the_jury_and_closed_to_towns(
    utilisateur_jure: Utilisateur, referente: Utilisateur, connecte: Ouvrir
) -> None:
    version = brouillon()
    jure, ville = connecte(utilisateur_jure), connecte(referente)
    assert "Seul un administrateur" in jure.get(page(version)).content.decode()
    assert jure.get(page(version, "exporter/json")).status_code == 200
    assert jure.get("/admin/referentiel/importer/").status_code == 403
    assert jure.post(page(version, "publier")).status_code == 403
    assert jure.post(page(version, "retirer")).status_code == 403
    assert jure.get(page(version, "corriger")).status_code == 403
    for adresse in (page(version), page(version, "exporter/json"), "/admin/referentiel/importer/"):
        assert ville.get(adresse, follow=True).status_code == 403
    version.refresh_from_db()
    assert version.etat == EtatVersion.BROUILLON


def test_the_comite_imports_a_draft_and_a_correspondance_towards_it_only(
    membre_du_comite: Utilisateur, connecte: Ouvrir
) -> None:
    client, publiee = connecte(membre_du_comite), ground.version_publiee()
    importer = "/admin/referentiel/importer/"
    codes = [enjeu["code"] for famille in donnees()["familles"] for enjeu in famille["enjeux"]]
    liens = {"ancienne": "2027", "nouvelle": "2028", "liens": [{"ancien": code, "nouveau": code} for code in codes]}
    assert client.post(importer, {"fichier": envoye(donnees())}).status_code == 302
    assert client.post(importer, {"fichier": envoye(liens)}).status_code == 302
    version = Version.objects.get(code="2028")
    assert version.correspondances.count() == len(codes)
    assert client.get(page(version, "exporter/json")).json() == donnees()
    assert client.post(page(version, "publier")).status_code == 403
    inverse = {**liens, "code": "2028", "ancienne": "2028", "nouvelle": "2027"}
    assert client.post(importer, {"fichier": envoye(inverse)}).status_code == 403
    assert not publiee.correspondances.exists()
    assert "Importer un fichier" in client.get("/admin/referentiel/version/").content.decode()


def test_an_upload_makes_a_draft_and_a_bad_one_lists_every_fault(
    administratrice: Utilisateur, connecte: Ouvrir
) -> None:
    client = connecte(administratrice)
    assert client.get("/admin/referentiel/importer/").status_code == 200
    bon = client.post("/admin/referentiel/importer/", {"fichier": envoye(donnees())})
    version = Version.objects.get(code="2028")
    assert bon["Location"] == page(version)
    mauvais = donnees(libelle="Non")
    mauvais["familles"][0]["enjeux"][0]["niveaux"].pop()
    mauvais["bareme"]["poids_niveau"] = "0.7"
    reponse = client.post("/admin/referentiel/importer/", {"fichier": envoye(mauvais)})
    assert reponse.status_code == 422
    texte = reponse.content.decode()
    assert "2 points à corriger" in texte
    assert "familles › A › enjeux › A1 › niveaux : il faut cinq descripteurs, il y en a quatre" in texte
    assert "les deux poids font 1.1" in texte
    version.refresh_from_db()
    assert version.libelle == "Référentiel 2028"


def test_an_upload_over_a_published_version_or_without_a_file_is_refused(
    administratrice: Utilisateur, connecte: Ouvrir
) -> None:
    ground.version_publiee()
    client = connecte(administratrice)
    reponse = client.post("/admin/referentiel/importer/", {"fichier": envoye(donnees(code="2027"))})
    assert reponse.status_code == 422
    assert "elle ne change plus" in reponse.content.decode()
    assert "Choisissez un fichier" in client.post("/admin/referentiel/importer/", {}).content.decode()


def test_publish_then_withdraw_from_the_page(administratrice: Utilisateur, connecte: Ouvrir) -> None:
    client, version = connecte(administratrice), brouillon()
    assert client.post(page(version, "publier")).status_code == 302
    assert "Retirer la version" in client.get(page(version)).content.decode()
    client.post(page(version, "retirer"), {"motif": "Essai terminé"})
    version.refresh_from_db()
    assert version.etat == EtatVersion.RETIREE
    texte = client.get(page(version)).content.decode()
    assert "Cette version est retirée" in texte
    assert "Essai terminé" in texte


def test_the_page_of_a_draft_out_of_reach_says_which_gate_and_publishing_too(
    administratrice: Utilisateur, connecte: Ouvrir
) -> None:
    version = actions.importer_version(inaccessible())
    client = connecte(administratrice)
    assert "hors d’atteinte pour intercommunalités" in client.get(page(version)).content.decode()
    suite = client.post(page(version, "publier"), follow=True).content.decode()
    assert suite.count("hors d’atteinte pour intercommunalités") == 2
    version.refresh_from_db()
    assert version.etat == EtatVersion.BROUILLON


def test_a_withdrawal_lost_in_a_race_is_said_on_the_page(
    administratrice: Utilisateur, connecte: Ouvrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = ground.version_publiee()
    client = connecte(administratrice)

    def entre_temps(*arguments: Any) -> bool:
        actions.noter_les_campagnes(version, 2)
        return True

    with monkeypatch.context() as course:
        course.setattr("villes_internet.referentiel.views.versions.peut_retirer", entre_temps)
        client.post(page(version, "retirer"), {})
    suite = client.get(page(version)).content.decode()
    assert "2\u00a0campagnes en cours l’utilisent" in suite


def test_a_typo_is_mended_from_the_page(administratrice: Utilisateur, connecte: Ouvrir) -> None:
    client, version = connecte(administratrice), ground.version_publiee()
    assert "Enjeux" not in client.get(page(version, "corriger")).content.decode()
    liste = client.get(page(version, "corriger") + "?groupe=A1").content.decode()
    assert "Budget participatif" in liste
    adresse = page(version, "corriger") + "?cle=service:A1.4"
    assert "Budget participatif" in client.get(adresse).content.decode()
    sans_motif = client.post(adresse, {"texte": "Budget participatif citoyen", "motif": ""})
    assert sans_motif.status_code == 422
    assert "Dites pourquoi" in sans_motif.content.decode()
    identique = client.post(adresse, {"texte": "Budget participatif", "motif": "Rien"})
    assert "il n’y a rien à corriger" in identique.content.decode()
    faite = client.post(adresse, {"texte": "Budget participatif citoyen", "motif": "Mot oublié"})
    assert faite["Location"].endswith("/corriger/?groupe=A1")
    assert Enjeu.objects.get(code="A1", famille__version=version).services.get(position=4).nom.endswith("citoyen")
    texte = client.get(page(version)).content.decode()
    assert "Mot oublié" in texte
    assert "Budget participatif citoyen" in texte


def test_the_page_costs_the_same_queries_with_one_or_three_links(
    administratrice: Utilisateur, connecte: Ouvrir, django_assert_max_num_queries: Any
) -> None:
    client, version = connecte(administratrice), brouillon()
    with django_assert_max_num_queries(12):
        client.get(page(version))
    for code in ("2024", "2025", "2026"):
        ancienne = actions.importer_version(donnees(code=code, libelle=code))
        liens = [{"ancien": e.code, "nouveau": e.code} for e in queries.arbre(ancienne).enjeux]
        actions.importer_correspondance({"ancienne": code, "nouvelle": "2028", "liens": liens})
    with django_assert_max_num_queries(12):
        client.get(page(version))
