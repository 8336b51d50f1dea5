from typing import Any

from django.http import HttpRequest

from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import a_un_role_national


class DroitsParRole:
    """Open a ModelAdmin (or an inline) by national role, never by Django groups; what is not named is closed.

    Put it first among the bases. Whoever may change may also see. A subclass that must also look at the object
    overrides the method and calls ``super()``.
    """

    roles_voir: frozenset[Role] = frozenset()
    roles_ajouter: frozenset[Role] = frozenset()
    roles_modifier: frozenset[Role] = frozenset()
    roles_supprimer: frozenset[Role] = frozenset()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_voir | self.roles_modifier))  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_ajouter))  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_modifier))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(a_un_role_national(request.user, self.roles_supprimer))  # type: ignore[arg-type]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or self.has_add_permission(request)
