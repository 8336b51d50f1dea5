from django.urls import path

from atlaas.integration.views import cadres, code, oembed

urlpatterns = [
    path("integrer/", code.code, name="integrer"),
    path("integrer/oembed.json", oembed.oembed, name="oembed"),
    path("integrer/fiches/<int:pk>/", cadres.fiche, name="integrer_fiche"),
    path("integrer/collectivites/<str:code>/", cadres.collectivite, name="integrer_collectivite"),
    path("integrer/carte/", cadres.carte, name="integrer_carte"),
    path("integrer/<path:reste>", cadres.inconnu, name="integrer_inconnu"),
]
