"""What search engines are told of: public pages only, in files of ten thousand addresses."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from atlaas.models import Action, Distinction, Selection
from villes_internet.territoires.models import Collectivite

PAR_FICHIER = 10_000


class Pages(Sitemap):
    """The doors of the site."""

    def items(self) -> list[str]:
        return [
            "accueil",
            "palmares:index",
            "territoires:recherche",
            "atlaas:liste",
            "atlaas:selections",
            "atlaas:donnees",
            "atlaas:api",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Fiches(Sitemap):
    limit = PAR_FICHIER

    def items(self) -> QuerySet[Action]:
        return Action.objects.publiees().only("pk", "slug", "modifie_le").order_by("pk")

    def lastmod(self, item: Action) -> datetime:
        return item.modifie_le

    def get_latest_lastmod(self) -> datetime | None:
        """By the database: the library would read every fiche to write the index."""
        latest: datetime | None = Action.objects.publiees().aggregate(le=Max("modifie_le"))["le"]
        return latest


class Selections(Sitemap):
    def items(self) -> QuerySet[Selection]:
        return Selection.objects.publiees()

    def lastmod(self, item: Selection) -> datetime:
        return item.modifiee_le


class Collectivites(Sitemap):
    """Those that have something to show: a public fiche, or a label."""

    limit = PAR_FICHIER

    def items(self) -> QuerySet[Collectivite]:
        fiches = Action.objects.publiees().filter(collectivite=OuterRef("pk"))
        labels = Distinction.objects.filter(collectivite=OuterRef("pk"))
        montrables = Collectivite.objects.candidates().filter(Q(Exists(fiches)) | Q(Exists(labels)))
        return montrables.only("code").order_by("pk")


PLANS: dict[str, Any] = {"pages": Pages, "fiches": Fiches, "selections": Selections, "collectivites": Collectivites}
