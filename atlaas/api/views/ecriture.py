"""What a town's program does with the town's own fiches, by token."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from atlaas.api import actions, queries
from atlaas.api.forms import lire_fiche
from atlaas.api.permissions import (
    peut_creer_par_jeton,
    peut_lire_par_jeton,
    peut_modifier_par_jeton,
    peut_publier_par_jeton,
)
from atlaas.api.problemes import Probleme
from atlaas.api.schemas import Changement, MaFiche, MesFiches, Modification, Saisie
from atlaas.api.views.lecture import NUMERO
from atlaas.etats import EtatAction
from atlaas.models import Action, Jeton
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger


class ParJeton(HttpBearer):
    """« Authorization: Bearer vi_… »; no session opens this door, so that no other site can use it."""

    def authenticate(self, request: HttpRequest, token: str) -> Jeton | None:
        valables = Jeton.objects.valables().select_related("collectivite", "cree_par")
        return valables.filter(empreinte=actions.empreinte(token), cree_par__is_active=True).first()


class Ecritures(AuthRateThrottle):
    scope = "api-jeton"


LIMITE = Ecritures("60/m")
routeur = Router(tags=["Tenir à jour ses fiches"], auth=ParJeton(), throttle=LIMITE)
REFUS = {400: Probleme, 401: Probleme, 403: Probleme, 429: Probleme}
REFUS_SAISIE = {**REFUS, 404: Probleme, 409: Probleme, 422: Probleme}


def _jeton(request: HttpRequest) -> Jeton:
    jeton: Jeton = request.auth  # type: ignore[attr-defined]
    return jeton


@routeur.get("/mes-fiches", response={200: MesFiches, **REFUS}, summary="Mes fiches", operation_id="mes_fiches")
@regle(peut_lire_par_jeton)
def mes_fiches(
    request: HttpRequest,
    etat: str = Query("", max_length=20, description=f"L’un de : {', '.join(EtatAction.values)}."),
    apres: int = Query(0, ge=0, le=2**62, description="Le curseur reçu."),
) -> Any:
    """Les fiches de la collectivité, brouillons et archives compris."""
    exiger(peut_lire_par_jeton(_jeton(request)))
    lues, suite = queries.mes_fiches(_jeton(request), etat=etat.replace("\x00", ""), apres=apres)
    return {"resultats": lues, "suivante": queries.adresse(request.GET, request.path, apres=suite)}


@routeur.get(
    "/mes-fiches/{int:pk}",
    response={200: MaFiche, 404: Probleme, **REFUS},
    summary="Une de mes fiches",
    operation_id="une_de_mes_fiches",
)
@regle(peut_lire_par_jeton)
def ma_fiche(request: HttpRequest, pk: int = NUMERO) -> Any:
    """Avec son numéro de version, à renvoyer pour la modifier, et ce qui manque pour la publier."""
    exiger(peut_lire_par_jeton(_jeton(request)))
    return queries.ma_fiche(queries.une_de_mes_fiches(_jeton(request), pk))


@routeur.post(
    "/mes-fiches", response={201: MaFiche, **REFUS_SAISIE}, summary="Créer un brouillon", operation_id="creer_fiche"
)
@regle(peut_creer_par_jeton)
def creer(request: HttpRequest, saisie: Saisie) -> Any:
    """Un brouillon : il n’est public qu’une fois publié."""
    jeton = _jeton(request)
    exiger(peut_creer_par_jeton(jeton))
    envoye = saisie.dict(exclude_unset=True)
    services, champs = lire_fiche(envoye, queries.arbre_courant(), Action(collectivite=jeton.collectivite))
    return Status(201, queries.ma_fiche(actions.creer_fiche(jeton, services=services, champs=champs)))


@routeur.patch(
    "/mes-fiches/{int:pk}",
    response={200: MaFiche, **REFUS_SAISIE},
    summary="Modifier une fiche",
    operation_id="modifier_fiche",
)
@regle(peut_modifier_par_jeton)
def modifier(request: HttpRequest, saisie: Modification, pk: int = NUMERO) -> Any:
    """Les champs envoyés changent, les autres restent. Une autre version que celle que vous avez lue est un conflit."""
    jeton = _jeton(request)
    trouvee = queries.une_de_mes_fiches(jeton, pk)
    exiger(peut_modifier_par_jeton(jeton, trouvee))
    envoye = saisie.dict(exclude_unset=True)
    services, champs = lire_fiche(envoye, queries.arbre_courant(), trouvee)
    modifiee = actions.modifier_fiche(
        jeton, trouvee, numero_version=envoye["numero_version"], services=services, champs=champs
    )
    return queries.ma_fiche(modifiee)


@routeur.post(
    "/mes-fiches/{int:pk}/etat",
    response={200: MaFiche, **REFUS_SAISIE},
    summary="Publier, reprendre, archiver",
    operation_id="changer_etat_fiche",
)
@regle(peut_publier_par_jeton)
def changer_etat(request: HttpRequest, changement: Changement, pk: int = NUMERO) -> Any:
    """« publier » ouvre la fiche à tous ; « reprendre » en refait un brouillon ; « archiver » la range."""
    jeton = _jeton(request)
    trouvee = queries.une_de_mes_fiches(jeton, pk)
    exiger(peut_publier_par_jeton(jeton, trouvee))
    return queries.ma_fiche(actions.changer_etat(jeton, trouvee, changement.vers))
