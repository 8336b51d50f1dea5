from django.urls import path

from villes_internet.comptes import views

app_name = "comptes"
urlpatterns = [
    path("compte/profil/", views.profil, name="profil"),
    path("compte/rattachement/", views.rattachement, name="rattachement"),
    path("compte/rattachement/<int:pk>/", views.demande, name="demande"),
    path("compte/rattachement/<int:pk>/retirer/", views.retirer, name="retirer"),
    path("espace/<str:code>/equipe/", views.equipe, name="equipe"),
    path("espace/<str:code>/equipe/demandes/<int:pk>/", views.decider, name="decider"),
    path("espace/<str:code>/equipe/membres/<int:pk>/", views.membre, name="membre"),
    path("espace/<str:code>/equipe/membres/<int:pk>/fin/", views.fin, name="fin"),
    path("espace/<str:code>/equipe/membres/<int:pk>/revoquer/", views.revoquer, name="revoquer"),
    path("espace/<str:code>/equipe/invitations/<int:pk>/annuler/", views.annuler_invitation, name="annuler_invitation"),
    path("invitation/<str:jeton>/", views.invitation, name="invitation"),
]
