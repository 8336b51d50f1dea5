from django.urls import path

from atlaas.referencement import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.plan, name="plan"),
    path("sitemap-<slug:section>.xml", views.partie, name="plan_partie"),
]
