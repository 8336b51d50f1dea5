from django.urls import path

from atlaas.inspirations import views

urlpatterns = [path("atlaas/fiches/<int:pk>/inspirations/", views.inspirations, name="inspirations")]
