from django.urls import path

from candidatures.dossiers import views

app_name = "dossiers"
urlpatterns = [
    path("espace/<str:code>/", views.espace_collectivite, name="espace"),
    path("espace/<str:code>/dossier/", views.creer, name="creer"),
    path("dossiers/<int:pk>/", views.dossier, name="dossier"),
    path("dossiers/<int:pk>/gestes/<slug:geste>/", views.geste, name="geste"),
    path("dossiers/<int:pk>/pieces/<int:piece_pk>/", views.piece, name="piece"),
    path("dossiers/<int:pk>/pieces/<int:piece_pk>/retirer/", views.retirer_piece, name="retirer_piece"),
    path("dossiers/<int:pk>/recepisses/<int:numero>.pdf", views.recepisse, name="recepisse"),
    path("dossiers/<int:pk>/<slug:etape>/", views.etape, name="etape"),
]
