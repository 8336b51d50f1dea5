"""Who may do what with accounts; the only door by which other rooms read roles."""

from django.contrib.auth.models import AnonymousUser

from villes_internet.comptes.models import ROLES_NATIONAUX, Habilitation, Role, Utilisateur
from villes_internet.territoires.models import Collectivite

Personne = Utilisateur | AnonymousUser


def _roles(utilisateur: Personne) -> dict[int | None, frozenset[Role]]:
    """{collectivité id (None for the national roles): roles}, one query a request, kept on the user object."""
    if not isinstance(utilisateur, Utilisateur):
        return {}
    connus: dict[int | None, frozenset[Role]] | None = getattr(utilisateur, "_roles", None)
    if connus is None:
        connus = {}
        for collectivite_id, role in (
            Habilitation.objects.actives().filter(utilisateur=utilisateur).values_list("collectivite_id", "role")
        ):
            connus[collectivite_id] = connus.get(collectivite_id, frozenset()) | {Role(role)}
        utilisateur._roles = connus  # type: ignore[attr-defined]
    return connus


def roles_de(utilisateur: Personne, collectivite: Collectivite | int) -> frozenset[Role]:
    """Roles held today for this collectivité (an instance or its primary key)."""
    cle = collectivite if isinstance(collectivite, int) else collectivite.pk
    return _roles(utilisateur).get(cle, frozenset())


def roles_nationaux(utilisateur: Personne) -> frozenset[Role]:
    return _roles(utilisateur).get(None, frozenset())


def est_association(utilisateur: Personne) -> bool:
    return bool(roles_nationaux(utilisateur) & {Role.CHARGE_DE_MISSION, Role.ADMINISTRATEUR})


def collectivites_de(utilisateur: Personne) -> list[int]:
    """Primary keys of the collectivités where the person holds a role today."""
    return [cle for cle in _roles(utilisateur) if cle is not None]


__all__ = ["ROLES_NATIONAUX", "Personne", "collectivites_de", "est_association", "roles_de", "roles_nationaux"]
