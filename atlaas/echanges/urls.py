from django.urls import path

from atlaas.echanges import views

urlpatterns = [
    path("atlaas/fiches/<int:pk>/ecrire/", views.ecrire, name="ecrire"),
    path("atlaas/fiches/<int:pk>/contact/", views.regler_contact_fiche, name="regler_contact_fiche"),
    path("espace/<str:code>/contact/", views.regler_contact, name="regler_contact"),
    path("messages/", views.conversations, name="conversations"),
    path("messages/<int:pk>/", views.conversation, name="conversation"),
]
