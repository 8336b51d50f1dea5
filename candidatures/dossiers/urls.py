from django.urls import path

from candidatures.dossiers.views import dossier, espace, etape, gestes, niveaux, pieces

app_name = "dossiers"
urlpatterns = [
    path("espace/<str:code>/", espace.espace_collectivite, name="espace"),
    path("espace/<str:code>/dossier/", espace.creer, name="creer"),
    path("espace/<str:code>/niveaux/<int:millesime>/", niveaux.niveaux, name="niveaux"),
    path("dossiers/<int:pk>/", dossier.dossier, name="dossier"),
    path("dossiers/<int:pk>/gestes/<slug:geste>/", gestes.geste, name="geste"),
    path("dossiers/<int:pk>/pieces/<int:piece_pk>/", pieces.piece, name="piece"),
    path("dossiers/<int:pk>/pieces/<int:piece_pk>/retirer/", pieces.retirer_piece, name="retirer_piece"),
    path("dossiers/<int:pk>/recepisses/<int:numero>.pdf", dossier.recepisse, name="recepisse"),
    path("dossiers/<int:pk>/<slug:etape>/", etape.etape, name="etape"),
]
