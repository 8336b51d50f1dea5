"""The admin panel of the association and of the jury."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "villes_internet.admin_site.Administration"


class Administration(AdminSite):
    site_title = "Villes Internet"
    site_header = "Administration du label"
    index_title = "Tableau de bord"
