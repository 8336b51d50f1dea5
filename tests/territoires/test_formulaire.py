"""The form field, with what a browser with and without JavaScript sends."""

import pytest
from django import forms

from tests.factories import ground
from villes_internet.territoires.forms import ChampCollectivite, Saisie
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db


class Formulaire(forms.Form):
    commune = ChampCollectivite(label="Votre collectivité")


class FormulaireFacultatif(forms.Form):
    commune = ChampCollectivite(label="Votre collectivité", required=False, types=[TypeCollectivite.EPCI])


@pytest.fixture
def savoyarde(bassens: Collectivite) -> Collectivite:
    """The other Bassens."""
    return ground.collectivite(
        "Bassens", "73031", departement=ground.departement("73", "Savoie"), codes_postaux=["73000"]
    )


def test_un_nom_exact_et_seul_est_pris(bassens: Collectivite) -> None:
    formulaire = Formulaire({"commune": " bassens "})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["commune"] == bassens


@pytest.mark.parametrize("texte", ["33032", "33530", "Bassens (Gironde, 33)"])
def test_un_code_ou_un_libelle_tranche(bassens: Collectivite, savoyarde: Collectivite, texte: str) -> None:
    formulaire = Formulaire({"commune": texte})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["commune"] == bassens


def test_deux_homonymes_reviennent_en_choix(bassens: Collectivite, savoyarde: Collectivite) -> None:
    formulaire = Formulaire({"commune": "Bassens"})
    assert formulaire.errors == {"commune": ["Choisissez la vôtre parmi les collectivités proposées."]}
    html = formulaire["commune"].as_widget()
    assert 'type="radio" name="commune_choix" value="33032"' in html
    assert 'type="radio" name="commune_choix" value="73031"' in html
    assert '<input type="hidden" name="commune_pour" value="Bassens">' in html
    assert "checked" not in html
    suite = Formulaire({"commune": "Bassens", "commune_choix": "73031", "commune_pour": "Bassens"})
    assert suite.is_valid()
    assert suite.cleaned_data["commune"] == savoyarde


def test_un_debut_de_nom_demande_confirmation(bassens: Collectivite) -> None:
    formulaire = Formulaire({"commune": "bass"})
    assert not formulaire.is_valid()
    assert 'value="33032"' in formulaire["commune"].as_widget()


def test_un_choix_ne_vaut_plus_quand_le_texte_a_change(bassens: Collectivite, bram: Collectivite) -> None:
    formulaire = Formulaire({"commune": "Bram", "commune_choix": "33032", "commune_pour": "Bassens (Gironde, 33)"})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["commune"] == bram


def test_rien_ne_correspond(bassens: Collectivite) -> None:
    formulaire = Formulaire({"commune": "Bassenx"})
    assert "Aucune collectivité ne correspond à « Bassenx »" in formulaire.errors["commune"][0]


def test_un_choix_force_d_un_autre_type_est_refuse(bassens: Collectivite) -> None:
    formulaire = FormulaireFacultatif({"commune": "x", "commune_choix": "33032", "commune_pour": "x"})
    assert formulaire.errors == {"commune": ["Cette collectivité ne peut pas être choisie ici."]}


def test_vide_selon_que_le_champ_est_obligatoire() -> None:
    assert Formulaire({}).errors == {"commune": ["Indiquez une collectivité."]}
    facultatif = FormulaireFacultatif({"commune": ""})
    assert facultatif.is_valid()
    assert facultatif.cleaned_data["commune"] is None


def test_une_valeur_initiale_s_affiche_et_revient_telle_quelle(bassens: Collectivite) -> None:
    for initiale in (bassens, bassens.pk, Saisie("Bassens (Gironde, 33)", "33032", "Bassens (Gironde, 33)")):
        html = Formulaire(initial={"commune": initiale})["commune"].as_widget()
        assert 'value="Bassens (Gironde, 33)"' in html
        assert 'name="commune_choix" value="33032"' in html
    envoye = {"commune": "Bassens (Gironde, 33)", "commune_choix": "33032", "commune_pour": "Bassens (Gironde, 33)"}
    formulaire = Formulaire(envoye, initial={"commune": bassens.pk})
    assert formulaire.is_valid()
    assert not formulaire.has_changed()
    assert Formulaire({"commune": "Bram"}, initial={"commune": bassens}).has_changed()
    assert ChampCollectivite().clean(bassens) == bassens


def test_le_gabarit_porte_les_attributs_et_le_script(bassens: Collectivite) -> None:
    formulaire = Formulaire()
    html = formulaire["commune"].as_widget(attrs={"class": "form-control", "data-faux": False, "autofocus": True})
    assert 'class="form-control"' in html
    assert " required" in html
    assert " autofocus" in html
    assert "data-faux" not in html
    assert 'id="id_commune"' in html
    assert '<script src="/static/js/combobox.js" type="module"></script>' in str(formulaire.media)
    assert formulaire.fields["commune"].widget.value_omitted_from_data({}, {}, "commune")


def test_le_texte_hostile_est_echappe(bassens: Collectivite) -> None:
    formulaire = Formulaire({"commune": "\x00\"><script>alert('x')</script>"})
    assert not formulaire.is_valid()
    assert "<script>" not in formulaire["commune"].as_widget()
