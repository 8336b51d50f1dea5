"""Pages of the demonstration mode: every component of the interface, at every state, on one page."""

import re
from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from villes_internet.socle.acces import public
from villes_internet.socle.cles import PageDeCles
from villes_internet.socle.verdict import OUI, refus

SPRITE = settings.BASE_DIR / "static/img/icones.svg"
ETAPES = [
    {"libelle": "Ma collectivité", "etat": "fait", "phrase": "Complète", "url": "#etapes", "est_courante": False},
    {
        "libelle": "Équipe",
        "etat": "attention",
        "phrase": "Manque le signataire",
        "url": "#etapes",
        "est_courante": False,
    },
    {"libelle": "Stratégie", "etat": "encours", "phrase": "En cours", "url": "#etapes", "est_courante": True},
    {"libelle": "Mosaïque", "etat": "vide", "phrase": "À commencer", "url": "#etapes", "est_courante": False},
]


def refuser(valeur: str) -> None:
    raise ValidationError(f"« {valeur} » ne convient pas : écrivez une année entre 1990 et 2027.")


class FormulaireTemoin(forms.Form):
    """One field of each kind, the second one always refused."""

    nom = forms.CharField(label="Nom de l’action", help_text="80 caractères au plus.", max_length=80)
    annee = forms.CharField(label="Année de début", validators=[refuser], help_text="Quatre chiffres.")
    resume = forms.CharField(label="Résumé", widget=forms.Textarea({"rows": 3}), max_length=300, required=False)
    enjeu = forms.ChoiceField(
        label="Enjeu principal", choices=[("A1", "Démocratie locale"), ("A2", "Services publics")]
    )
    public_vise = forms.MultipleChoiceField(
        label="Publics visés",
        choices=[("tous", "Tous les habitants"), ("seniors", "Personnes âgées"), ("jeunes", "Jeunes")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    portage = forms.ChoiceField(
        label="Qui porte l’action ?",
        choices=[("commune", "La commune"), ("epci", "L’intercommunalité")],
        widget=forms.RadioSelect,
        required=False,
    )
    piece = forms.FileField(label="Délibération", required=False, help_text="PDF, 20 Mo au plus.")
    accord = forms.BooleanField(label="J’accepte que cette fiche soit publique", required=False)


@public
def composants(request: HttpRequest) -> HttpResponse:
    """The showcase; nothing of it touches the database."""
    formulaire = FormulaireTemoin({"nom": "Budget participatif", "annee": "20 24", "enjeu": "A1"})
    return render(
        request,
        "developpement/composants.html",
        {
            "etapes": ETAPES,
            "formulaire": formulaire,
            "accord": OUI,
            "empeche": refus("Le maire n’a pas encore approuvé le dossier.", "#boutons"),
            "page": Paginator(range(240), 10).page(12),
            "suite": PageDeCles([], "12", est_premiere=False),
            "fin": timezone.now() + timedelta(days=37),
            "passe": timezone.now() - timedelta(days=3),
            "onglets": [
                {"libelle": "Liste", "url": "#onglets", "est_courant": True},
                {"libelle": "Carte", "url": "#onglets", "est_courant": False},
            ],
            "familles": [
                ("A", "Démocratie et services publics"),
                ("B", "Vivre ensemble"),
                ("C", "Partage des connaissances"),
                ("D", "Création de richesses"),
                ("E", "Socle transversal"),
            ],
            "icones": re.findall(r'id="([^"]+)"', SPRITE.read_text()),
        },
    )
