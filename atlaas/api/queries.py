"""What the API reads."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, QueryDict
from django.urls import reverse

from atlaas.api.problemes import Refus
from atlaas.api.schemas import CHAMPS
from atlaas.completude import manques
from atlaas.donnees.queries.lignes import Ligne, lignes
from atlaas.etats import PUBLICS
from atlaas.models import Action, Jeton
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.criteres import cles_des_choix
from atlaas.recherche.queries.resultats import CurseurInvalide, Places, places
from villes_internet.referentiel.queries import Arbre, arbre, version_courante
from villes_internet.territoires.models import Collectivite

MES_PAR_PAGE = 50


def arbre_courant() -> Arbre:
    version = version_courante()
    if version is None:
        raise Http404
    return arbre(version)


def page_de_fiches(parametres: QueryDict, *, limite: int, apres: str, avant: str) -> tuple[list[Ligne], Places]:
    """In the order of the search. Raises ``Refus`` (400) with the sentences of the public page."""
    form = RechercheForm.lue(parametres)
    if not form.is_valid():
        erreurs = {nom: [str(e) for e in liste] for nom, liste in form.errors.items()}
        raise Refus(400, "Cette recherche n’a pas pu être faite telle quelle.", erreurs)
    criteres = form.criteres()
    try:
        page = places(criteres, cles_des_choix(criteres), apres=apres, avant=avant, nb=limite)
    except CurseurInvalide as invalide:
        raise Refus(400, str(invalide), {"avant" if avant else "apres": [str(invalide)]}) from invalide
    par_cle = {ligne["id"]: ligne for ligne in lignes(page.cles)}
    return [par_cle[cle] for cle in page.cles if cle in par_cle], page


def collectivite(code: str) -> dict[str, Any]:
    """Today's commune or intercommunalité; two queries."""
    lue = (
        Collectivite.objects.candidates()
        .select_related("departement", "region", "epci")
        .annotate(nb_fiches=Count("actions", filter=Q(actions__etat__in=PUBLICS)))
        .filter(code=code)
        .first()
    )
    if lue is None:
        raise Http404
    return {
        "code": lue.code,
        "siren": lue.siren or None,
        "nom": lue.nom,
        "type": lue.type,
        "population": lue.population,
        "departement": _etiquette(lue.departement),
        "region": _etiquette(lue.region),
        "intercommunalite": _etiquette(lue.epci),
        "latitude": lue.latitude,
        "longitude": lue.longitude,
        "labels": [
            {"annee": d.annee, "arobases": d.arobases, "verte": d.est_verte, "mentions": d.mentions}
            for d in lue.distinctions.order_by("-annee")
        ],
        "nb_fiches": lue.nb_fiches,
        "fiches": f"{settings.ADRESSE_PUBLIQUE}{reverse('atlaas:api_fiches_de', args=[lue.code])}",
        "url": settings.ADRESSE_PUBLIQUE + lue.get_absolute_url(),
    }


def _etiquette(objet: Any) -> dict[str, str] | None:
    return {"code": objet.code, "nom": objet.nom} if objet else None


def fiches_de(code: str, *, limite: int, apres: int) -> tuple[list[Ligne], str]:
    """The public fiches of a collectivité, by number, and the cursor of the next page; three queries."""
    trouvee = Collectivite.objects.candidates().filter(code=code).first()
    if trouvee is None:
        raise Http404
    fiches = Action.objects.publiees().filter(collectivite=trouvee, pk__gt=apres).order_by("pk")
    cles = list(fiches.values_list("pk", flat=True)[: limite + 1])
    suite = str(cles[limite - 1]) if len(cles) > limite else ""
    return lignes(cles[:limite]), suite


def mes_fiches(jeton: Jeton, *, etat: str, apres: int) -> tuple[list[dict[str, Any]], str]:
    """The fiches of the token's collectivité, drafts included, by number; two queries."""
    fiches = Action.objects.filter(collectivite=jeton.collectivite_id, pk__gt=apres).order_by("pk")
    if etat:
        fiches = fiches.filter(etat=etat)
    lues = list(fiches.prefetch_related("services")[: MES_PAR_PAGE + 1])
    suite = str(lues[MES_PAR_PAGE - 1].pk) if len(lues) > MES_PAR_PAGE else ""
    return [ma_fiche(fiche, avec_manques=False) for fiche in lues[:MES_PAR_PAGE]], suite


def une_de_mes_fiches(jeton: Jeton, pk: int) -> Action:
    """Another town's fiche is not found, were it public."""
    fiche = Action.objects.filter(pk=pk, collectivite=jeton.collectivite_id).select_related("collectivite").first()
    if fiche is None:
        raise Http404
    return fiche


def ma_fiche(fiche: Action, *, avec_manques: bool = True) -> dict[str, Any]:
    return {
        "id": fiche.pk,
        "etat": fiche.etat,
        "numero_version": fiche.version,
        "url": settings.ADRESSE_PUBLIQUE + fiche.get_absolute_url(),
        "manques": [manque.phrase for manque in manques(fiche)] if avec_manques else [],
        "services": sorted(service.code for service in fiche.services.all()),
        "champs": {nom: getattr(fiche, nom) for nom in CHAMPS},
    }


def referentiel() -> dict[str, Any]:
    lu = arbre_courant()
    return {
        "version": lu.version_code,
        "libelle": lu.libelle,
        "enjeux": [
            {
                "code": e.code,
                "nom": e.nom,
                "famille": {"code": e.famille_code, "nom": e.famille_nom},
                "services": [{"code": s.code, "nom": s.nom} for s in e.services],
            }
            for e in lu.enjeux
        ],
    }


def adresse(parametres: QueryDict, chemin: str, **curseur: str) -> str | None:
    """The same address with this cursor and no other; None where it is empty."""
    if not any(curseur.values()):
        return None
    suite = parametres.copy()
    for nom in ("apres", "avant"):
        suite.pop(nom, None)
    for nom, valeur in curseur.items():
        suite[nom] = valeur
    return f"{settings.ADRESSE_PUBLIQUE}{quote(chemin)}?{suite.urlencode()}"
