"""What is written to the team of a dossier."""

from django.conf import settings
from django.urls import reverse

from candidatures.dossiers.models import Dossier, Instantane
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.socle import courriel


def _adresses(dossier: Dossier, *roles: Role) -> list[str]:
    return sorted(
        Habilitation.objects.actives()
        .filter(collectivite=dossier.collectivite_id, role__in=roles)
        .values_list("utilisateur__email", flat=True)
        .distinct()
    )


def _ecrire(modele: str, dossier: Dossier, *roles: Role, **contexte: object) -> None:
    lien = settings.ADRESSE_PUBLIQUE + reverse("dossiers:etape", args=[dossier.pk, "depot"])
    courriel.envoyer(modele, _adresses(dossier, *roles), {"dossier": dossier, "lien": lien, **contexte})


def a_approuver(dossier: Dossier, par: Utilisateur | None) -> None:
    _ecrire("dossier_a_approuver", dossier, Role.SIGNATAIRE, par=par)


def renvoye(dossier: Dossier, par: Utilisateur | None, motif: str) -> None:
    _ecrire("dossier_renvoye", dossier, Role.REFERENT, par=par, motif=motif)


def approuve(dossier: Dossier, par: Utilisateur | None) -> None:
    _ecrire("dossier_approuve", dossier, Role.REFERENT, par=par)


def depose(instantane: Instantane, recepisse: bytes) -> None:
    dossier = instantane.dossier
    lien = settings.ADRESSE_PUBLIQUE + reverse("dossiers:dossier", args=[dossier.pk])
    courriel.envoyer(
        "dossier_depose",
        _adresses(dossier, Role.REFERENT, Role.SIGNATAIRE),
        {"dossier": dossier, "instantane": instantane, "lien": lien},
        pieces=[courriel.Piece(f"recepisse-{dossier.pk}-{instantane.numero}.pdf", "application/pdf", recepisse)],
    )
