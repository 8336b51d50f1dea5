"""How allauth writes, redirects and keeps secrets here."""

import base64
import hashlib
import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.template import Context, loader

from villes_internet.comptes.permissions import doit_avoir_second_facteur
from villes_internet.socle import courriel


class Adaptateur(DefaultAccountAdapter):
    """Messages take the same road and the same look as ours: written first, sent by a worker, tried again."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou "
        "demandez un nouveau mot de passe.",
        "too_many_login_attempts": "Trop d’essais manqués : par sécurité, attendez cinq minutes avant de recommencer.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_password": "Ce n’est pas le bon mot de passe.",
        "incorrect_code": "Ce code n’est pas le bon. Il change toutes les trente secondes : recopiez celui du moment.",
        "same_as_current": "C’est déjà votre adresse : indiquez la nouvelle.",
        "rate_limited": "Trop de demandes à la suite : attendez quelques minutes.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        contexte = {"email": email, "adresse_publique": settings.ADRESSE_PUBLIQUE, **context}
        sujet = _rendre_texte(f"{template_prefix}_subject.txt", contexte).strip()
        texte = re.sub(r"\n{3,}", "\n\n", _rendre_texte(f"{template_prefix}_message.txt", contexte).strip()) + "\n"
        courriel.poster(sujet, texte, courriel.mettre_en_page(sujet, texte), [email])


def _rendre_texte(gabarit: str, contexte: dict[str, Any]) -> str:
    texte: Any = loader.get_template(gabarit)
    rendu: str = texte.template.render(Context(contexte, autoescape=False))
    return rendu


def _coffre() -> MultiFernet:
    secrets: list[str] = [str(s) for s in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"mfa:{s}".encode()).digest())) for s in secrets]
    )


class AdaptateurSecondFacteur(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": Adaptateur.error_messages["incorrect_code"],
        "cannot_delete_authenticator": "Votre rôle demande une double authentification : elle ne peut pas être "
        "désactivée.",
    }

    def encrypt(self, text: str) -> str:
        """Secrets of the second factor are never in clear in the database nor in its dumps."""
        chiffre: bytes = _coffre().encrypt(text.encode())
        return chiffre.decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _coffre().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return settings.MODE_DEMONSTRATION or not doit_avoir_second_facteur(authenticator.user)
