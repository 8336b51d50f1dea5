from datetime import date
from typing import Any

from allauth.account import forms as compte
from allauth.account.fields import PasswordField
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from villes_internet.comptes.models import ROLES_LOCAUX, ROLES_NATIONAUX, Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import collectivites_de, roles_nationaux
from villes_internet.comptes.validators import REGLE
from villes_internet.territoires.forms import ChampCollectivite
from villes_internet.territoires.models import Collectivite

CHOIX_ROLES = {
    Role.REFERENT: "Référent label : il anime l’équipe, remplit le dossier et le dépose",
    Role.CONTRIBUTEUR: "Contributeur : il écrit des fiches et remplit des parties du dossier",
    Role.SIGNATAIRE: "Signataire : maire, président ou délégataire ; il approuve le dossier",
    Role.LECTEUR: "Lecteur : il lit tout, sans modifier",
}
CHOIX_NATIONAUX = {
    Role.JURE: "Juré : il lit et note les dossiers qui lui sont confiés",
    Role.PRESIDENCE_JURY: "Présidence du jury : elle suit la notation et décide",
    Role.CHARGE_DE_MISSION: "Chargé de mission : il suit les collectivités et la recevabilité",
    Role.ADMINISTRATEUR: "Administrateur : campagnes, rôles nationaux, modération",
    Role.COMITE_ORIENTATION: "Comité d’orientation : il prépare le référentiel et lit les statistiques, sans dossier",
}

NOMS_DES_ROLES = [(role.value, role.label) for role in CHOIX_ROLES]

assert set(CHOIX_ROLES) == set(ROLES_LOCAUX)
assert set(CHOIX_NATIONAUX) == set(ROLES_NATIONAUX)


class _Epure:
    """Labels above the fields say everything: no placeholder, which vanishes while one types."""

    libelles: dict[str, str] = {}
    aides: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():  # type: ignore[attr-defined]
            champ.widget.attrs.pop("placeholder", None)
            champ.label = self.libelles.get(nom, champ.label)
            champ.help_text = self.aides.get(nom, champ.help_text)
            if nom == "password1":
                champ.help_text = REGLE
                champ.widget.attrs["data-regle-mot-de-passe"] = ""
            if isinstance(champ, PasswordField):
                champ.widget.attrs["data-mot-de-passe"] = ""


class FormulaireConnexion(_Epure, compte.LoginForm):
    libelles = {
        "login": "Adresse électronique",
        "password": "Mot de passe",
        "remember": "Rester connecté sur cet appareil",
    }
    aides = {"password": "", "remember": "À ne pas cocher sur un poste partagé."}


class Nom(forms.CharField):
    """A name goes into subjects and sentences of our messages: on one line, neither an address nor a link."""

    default_validators = [RegexValidator(r"^[^@/:<>]*$", "Écrivez un nom, sans adresse ni lien.")]

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class FormulaireInscription(_Epure, compte.SignupForm):
    first_name = Nom(label="Prénom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = Nom(label="Nom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    conditions = forms.BooleanField(
        label="J’accepte les conditions d’utilisation ; les fiches que je publierai seront sous Licence Ouverte 2.0",
        error_messages={"required": "Cochez cette case pour créer votre compte."},
    )
    field_order = ["first_name", "last_name", "email", "password1", "conditions"]
    libelles = {"email": "Adresse électronique professionnelle", "password1": "Mot de passe"}
    aides = {"email": "Un message y sera envoyé pour la vérifier. Exemple : prenom.nom@ville.fr"}


class FormulaireAdresse(_Epure, compte.AddEmailForm):
    libelles = {"email": "Nouvelle adresse électronique"}
    aides = {"email": "Elle remplacera l’ancienne quand vous aurez ouvert le message de vérification."}


class FormulaireMotDePasse(_Epure, compte.ChangePasswordForm):
    password2 = None
    libelles = {"oldpassword": "Mot de passe actuel", "password1": "Nouveau mot de passe"}
    aides = {"oldpassword": ""}


class FormulaireMotDePasseOublie(_Epure, compte.ResetPasswordForm):
    libelles = {"email": "Adresse électronique de votre compte"}


class FormulaireNouveauMotDePasse(_Epure, compte.ResetPasswordKeyForm):
    password2 = None
    libelles = {"password1": "Nouveau mot de passe"}


class FormulaireConfirmation(_Epure, compte.ReauthenticateForm):
    libelles = {"password": "Mot de passe"}


class FormulaireCode(_Epure, mfa.AuthenticateForm):
    libelles = {"code": "Code à six chiffres, ou code de secours"}


class FormulaireCodeConfirmation(_Epure, mfa.ReauthenticateForm):
    libelles = {"code": "Code à six chiffres, ou code de secours"}


class FormulaireActivation(_Epure, ActivateTOTPForm):
    libelles = {"code": "Code à six chiffres affiché par l’application"}


class FormulaireProfil(forms.ModelForm):
    first_name = Nom(label="Prénom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = Nom(label="Nom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    telephone = forms.CharField(
        label="Téléphone professionnel",
        required=False,
        max_length=20,
        help_text="Facultatif. Seules votre équipe et l’association le voient.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        validators=[RegexValidator(r"^\+?[\d .()-]{6,20}$", "Indiquez un numéro comme 05 57 80 81 57.")],
    )

    class Meta:
        model = Utilisateur
        fields = ["first_name", "last_name", "telephone"]


class AuNomDe(forms.Form):
    """For which collectivité one speaks; the choice is shown only when there are several."""

    pour = forms.ModelChoiceField(
        label="Au nom de", queryset=Collectivite.objects.none(), empty_label=None, required=False
    )

    def __init__(self, *args: Any, personne: Utilisateur, **options: Any) -> None:
        super().__init__(*args, **options)
        siennes = Collectivite.objects.filter(pk__in=collectivites_de(personne)).order_by("cle_alphabetique", "pk")
        champ = self.fields["pour"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = siennes
        self.villes = list(siennes)
        if len(self.villes) < 2:
            champ.widget = forms.HiddenInput()

    def ville(self) -> Collectivite | None:
        """None for somebody who represents nobody."""
        return self.cleaned_data["pour"] or next(iter(self.villes), None)


def champ_role(choix: dict[Role, str], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, texte) for role, texte in choix.items()],
        widget=forms.RadioSelect,
        **options,
    )


class FormulaireCollectivite(forms.Form):
    """The first step of a request: which collectivité?"""

    collectivite = ChampCollectivite(label="Votre commune ou votre intercommunalité")


class FormulaireRattachement(forms.ModelForm):
    role = champ_role(CHOIX_ROLES, initial=Role.REFERENT)
    site = forms.URLField(
        label="Site de la collectivité",
        required=False,
        assume_scheme="https",
        help_text="Facultatif ; il aide à vérifier votre demande. Exemple : https://www.ville-bassens.fr",
        error_messages={"invalid": "Indiquez une adresse comme https://www.ville-bassens.fr"},
    )
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=1000,
        help_text="Facultatif, 1 000 caractères au plus. Ce qui aide à vous reconnaître : nom, service, téléphone.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    class Meta:
        model = Habilitation
        fields = ["role", "fonction", "site", "message"]
        labels = {"fonction": "Votre fonction"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fonction"].required = True


class FormulaireInvitation(forms.ModelForm):
    """For a collectivité's team."""

    courriel = forms.EmailField(
        label="Adresse électronique",
        help_text="La personne recevra un lien qui vaut quatorze jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = champ_role(CHOIX_ROLES, initial=Role.CONTRIBUTEUR)

    class Meta:
        model = Invitation
        fields = ["courriel", "role"]


class FormulaireInvitationNationale(FormulaireInvitation):
    role = champ_role(CHOIX_NATIONAUX, initial=Role.JURE)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        personne = Utilisateur.objects.filter(email__iexact=donnees.get("courriel", "")).first()
        if personne and donnees.get("role") in roles_nationaux(personne):
            self.add_error("role", "Cette personne a déjà ce rôle.")
        return donnees


class FormulaireRole(forms.Form):
    role = champ_role(CHOIX_ROLES)


class FormulaireFin(forms.Form):
    """The last day of a role; empty: it has none."""

    fin = forms.DateField(
        label="Dernier jour",
        required=False,
        help_text="Le rôle vaut encore ce jour-là. Laissez vide pour un rôle sans date de fin.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Donnez une date, comme 31/03/2027."},
    )

    def clean_fin(self) -> date | None:
        fin: date | None = self.cleaned_data["fin"]
        if fin is not None and fin < timezone.localdate():
            raise forms.ValidationError("Ce jour est passé : choisissez aujourd’hui ou un jour à venir.")
        return fin


class FormulaireNomination(forms.ModelForm):
    """For the admin panel: a national role given to an existing account."""

    courriel = forms.EmailField(
        label="Adresse électronique du compte",
        help_text="Le compte doit exister. Sinon, envoyez plutôt une invitation.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "size": 40}),
    )
    role = champ_role(CHOIX_NATIONAUX)

    class Meta:
        model = Habilitation
        fields = ["role"]

    def clean_courriel(self) -> str:
        courriel: str = self.cleaned_data["courriel"]
        personne = Utilisateur.objects.filter(email__iexact=courriel, is_active=True).first()
        if personne is None:
            raise forms.ValidationError("Aucun compte à cette adresse : envoyez une invitation.")
        self.instance.utilisateur = personne
        return courriel

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        complet = "courriel" in donnees and "role" in donnees
        if complet and donnees["role"] in roles_nationaux(self.instance.utilisateur):
            self.add_error("role", "Cette personne a déjà ce rôle.")
        return donnees
