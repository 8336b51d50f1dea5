from django.urls import path

from atlaas.fiches.views import (
    changer,
    confirmer,
    demandes,
    doublons,
    ecrire,
    fusion,
    historique,
    image,
    invitee,
    liste,
    partenaires,
)

urlpatterns = [
    path("atlaas/fiches/<int:pk>/modifier/", ecrire.modifier, name="modifier"),
    path("atlaas/fiches/<int:pk>/etat/", changer.changer_etat, name="changer_etat"),
    path("atlaas/fiches/<int:pk>/image/<slug:nom>.webp", image.image, name="image"),
    path("atlaas/fiches/<int:pk>/fusionner/", fusion.fusionner, name="fusionner"),
    path("atlaas/fiches/<int:pk>/historique/", historique.historique, name="historique"),
    path("atlaas/fiches/<int:pk>/historique/<int:numero>/retablir/", historique.retablir, name="retablir_version"),
    path("atlaas/fiches/<int:pk>/partenaires/", partenaires.partenaires, name="partenaires"),
    path("atlaas/fiches/<int:pk>/relire/", demandes.relire, name="relire_fiche"),
    path("ecrire/<str:jeton>/", invitee.ecrire, name="ecrire_par_lien"),
    path("espace/<str:code>/fiches/demander/", demandes.demander, name="demander_fiche"),
    path("espace/<str:code>/fiches/demander/<int:pk>/revoquer/", demandes.revoquer, name="revoquer_demande"),
    path("atlaas/confirmer/<str:signe>/", confirmer.confirmer_par_lien, name="confirmer_par_lien"),
    path("espace/<str:code>/fiches/confirmer/", confirmer.tout_confirmer, name="tout_confirmer"),
    path("espace/<str:code>/fiches/doublons/", doublons.doublons, name="doublons"),
    path("espace/<str:code>/fiches/", liste.mes_fiches, name="mes_fiches"),
    path("espace/<str:code>/fiches/inspirer/<int:pk>/", ecrire.inspirer, name="inspirer"),
    path("espace/<str:code>/fiches/creer/", ecrire.creer, name="creer"),
]
