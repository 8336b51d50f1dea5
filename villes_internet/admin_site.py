"""The admin panel of the association and of the jury: who enters, what the first page shows, where the menu leads.

The panel knows no product: each room adds its pages, its panels and its menu entries from its ``admin.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from villes_internet.socle.verdict import exiger


class AdministrationConfig(AdminConfig):
    default_site = "villes_internet.admin_site.Administration"


@dataclass(frozen=True, slots=True)
class Panneau:
    """A part of the first page: a template and its context."""

    gabarit: str
    contexte: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entree:
    """A line of the menu; ``page`` is a URL name of the panel, without its namespace."""

    titre: str
    page: str


FabriqueDePanneau = Callable[[HttpRequest], Panneau | None]
FabriqueDeMenu = Callable[[HttpRequest], Sequence[Entree]]


class Administration(AdminSite):
    site_title = "Villes Internet"
    site_header = "Administration du label"
    index_title = "Tableau de bord"
    index_template = "admin/accueil.html"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: list[tuple[str, Callable[..., HttpResponse], str]] = []
        self._panneaux: list[FabriqueDePanneau] = []
        self._menus: list[FabriqueDeMenu] = []

    def ajouter_page(self, route: str, vue: Callable[..., HttpResponse], nom: str) -> None:
        """A page of ours under ``/admin/``; the view checks its own rule, the panel only the door."""
        self._pages.append((route, vue, nom))

    def ajouter_panneau(self, panneau: FabriqueDePanneau) -> FabriqueDePanneau:
        """``panneau(request)`` gives a part of the first page, or None for a role that it does not concern."""
        self._panneaux.append(panneau)
        return panneau

    def ajouter_menu(self, menu: FabriqueDeMenu) -> FabriqueDeMenu:
        self._menus.append(menu)
        return menu

    def get_urls(self) -> list[URLPattern]:  # type: ignore[override]
        pages = [path(route, self.admin_view(vue), name=nom) for route, vue, nom in self._pages]
        return [*pages, *super().get_urls()]  # type: ignore[list-item]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a national role today; a Django flag alone opens nothing but for the technical superuser."""
        from villes_internet.comptes.permissions import roles_nationaux

        personne: Any = request.user
        return bool(personne.is_active and (personne.is_superuser or roles_nationaux(personne)))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return _entrer(self, request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        contexte: dict[str, Any] = super().each_context(request)
        return {**contexte, "menu": self.menu(request) if contexte["has_permission"] else []}

    def menu(self, request: HttpRequest) -> list[dict[str, Any]]:
        entrees = [(e.titre, reverse(f"admin:{e.page}")) for m in self._menus for e in m(request)]
        return [{"titre": t, "url": u, "est_courante": request.path.startswith(u)} for t, u in entrees]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The registers are the association's affair; a juror sees the dossiers to read and nothing else."""
        from villes_internet.comptes.permissions import est_association

        personne: Any = request.user
        if not (personne.is_superuser or est_association(personne)):
            return []
        return super().get_app_list(request, app_label)

    @method_decorator(never_cache)
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        panneaux = [p for panneau in self._panneaux if (p := panneau(request)) is not None]
        return super().index(request, {**(extra_context or {}), "panneaux": panneaux})


def rendre(request: HttpRequest, gabarit: str, contexte: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of ours under ``/admin/``, with the panel's menu."""
    assert isinstance(admin.site, Administration)
    return render(request, gabarit, {**contexte, "menu": admin.site.menu(request)}, status=status)


def _entrer(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The site's own sign-in, where the rate limits and the second factor hold."""
    from villes_internet.comptes.permissions import refus_national

    suite = request.GET.get("next") or reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': suite})}")
    if not site.has_permission(request):
        exiger(refus_national("L’administration est réservée au jury et à l’association."))
    return redirect("admin:index")
