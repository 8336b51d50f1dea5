"""One route a page, so that each has its name and a stray address is a 404."""

from django.urls import path

from villes_internet.socle.pages import page

app_name = "pages"
urlpatterns = [
    path(f"{nom}/", page, {"nom": nom}, name=nom)
    for nom in ("accessibilite", "mentions-legales", "donnees-personnelles", "ecoconception", "plan-du-site")
]
