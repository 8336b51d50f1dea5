from django.urls import path

from atlaas.questions.views import pages, suivi

urlpatterns = [
    path("atlaas/fiches/<int:pk>/questions/", pages.questions, name="questions"),
    path("atlaas/fiches/<int:pk>/questions/poser/", pages.poser, name="poser_question"),
    path("atlaas/fiches/<int:pk>/questions/regler/", suivi.regler, name="regler_questions"),
    path("atlaas/questions/", suivi.mes_questions, name="mes_questions"),
    path("atlaas/questions/<int:pk>/", pages.question, name="question"),
    path("atlaas/questions/<int:pk>/repondre/", pages.repondre, name="repondre_question"),
    path("atlaas/questions/<int:pk>/signaler/", pages.signaler, name="signaler"),
    path("atlaas/questions/<int:pk>/reprendre/", suivi.reprendre, name="reprendre_propos"),
    path("atlaas/questions/arret/<str:signe>/", pages.ne_plus_prevenir, name="ne_plus_prevenir"),
    path("espace/<str:code>/questions/", suivi.recues, name="questions_recues"),
]
