"""What is written to people about their rights."""

from django.conf import settings
from django.urls import reverse

from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import ASSOCIATION
from villes_internet.socle.courriel import envoyer


def _adresse(nom: str, *args: object) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse(nom, args=args)


def _adresses(**filtres: object) -> list[str]:
    titulaires = Habilitation.objects.actives().filter(utilisateur__is_active=True, **filtres)
    return list(titulaires.order_by("utilisateur__email").values_list("utilisateur__email", flat=True).distinct())


def demande_recue(habilitation: Habilitation) -> None:
    """To the référents; to the association where there is none yet. One message each: addresses stay private."""
    referents = _adresses(collectivite=habilitation.collectivite, role=Role.REFERENT)
    if referents:
        url = _adresse("comptes:equipe", habilitation.collectivite.code)  # type: ignore[union-attr]
    else:
        url = _adresse("admin:comptes_habilitation_change", habilitation.pk)
    for adresse in referents or _adresses(role__in=ASSOCIATION):
        envoyer("rattachement_recu", [adresse], {"habilitation": habilitation, "url": url})


def demande_acceptee(habilitation: Habilitation) -> None:
    url = _adresse("dossiers:espace", habilitation.collectivite.code)  # type: ignore[union-attr]
    envoyer("rattachement_accepte", [habilitation.utilisateur.email], {"habilitation": habilitation, "url": url})


def demande_refusee(habilitation: Habilitation, motif: str) -> None:
    envoyer(
        "rattachement_refuse",
        [habilitation.utilisateur.email],
        {"habilitation": habilitation, "motif": motif, "url": _adresse("comptes:rattachement")},
    )


def role_change(habilitation: Habilitation) -> None:
    url = _adresse("dossiers:espace", habilitation.collectivite.code)  # type: ignore[union-attr]
    envoyer("role_change", [habilitation.utilisateur.email], {"habilitation": habilitation, "url": url})


def role_retire(habilitation: Habilitation, motif: str) -> None:
    envoyer("role_retire", [habilitation.utilisateur.email], {"habilitation": habilitation, "motif": motif})


def role_fin(habilitation: Habilitation, par: Utilisateur) -> None:
    envoyer("role_fin", [habilitation.utilisateur.email], {"habilitation": habilitation, "par": par})


def compte_desactive(personne: Utilisateur, motif: str) -> None:
    envoyer("compte_desactive", [personne.email], {"personne": personne, "motif": motif})


def compte_reactive(personne: Utilisateur) -> None:
    envoyer("compte_reactive", [personne.email], {"personne": personne, "url": _adresse("account_login")})


def role_national(habilitation: Habilitation) -> None:
    envoyer(
        "role_national",
        [habilitation.utilisateur.email],
        {"habilitation": habilitation, "url": _adresse("admin:index"), "url_mfa": _adresse("mfa_index")},
    )


def invitation(invitation: Invitation, url: str) -> None:
    invitee_par: Utilisateur = invitation.invitee_par
    envoyer("invitation", [invitation.courriel], {"invitation": invitation, "invitee_par": invitee_par, "url": url})
