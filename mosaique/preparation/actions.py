"""From a filled workbook to the answers: kept aside, shown, then saved once its sender says so."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from mosaique.actions import enregistrer_reponses
from mosaique.models import ImportPrepare, Mosaique
from mosaique.preparation.lecture import ClasseurLu
from mosaique.preparation.queries import apercu
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee

DUREE = timedelta(days=1)
DEJA_ENREGISTRE = "Cet import est déjà enregistré."
EXPIRE = "Cet aperçu a plus d’un jour : envoyez le classeur à nouveau."
RIEN = "Choisissez au moins un enjeu à reprendre."
PLUS_RIEN = "Rien ne change : les réponses en ligne disent déjà ce que dit le classeur."


class EnjeuxPerimes(Exception):
    """Somebody saved since the preview; ``codes`` are the enjeux concerned. Nothing was written."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__("Des réponses ont changé depuis l’aperçu.")
        self.codes = codes


@transaction.atomic
def preparer(mosaique: Mosaique, lu: ClasseurLu, nom: str, *, par: Utilisateur, a: datetime) -> ImportPrepare:
    """Keep what the workbook proposes for a day."""
    return ImportPrepare.objects.create(
        mosaique=mosaique, par=par, nom=nom[-120:], contenu=lu.en_json(), expire_le=a + DUREE
    )


def oublier(a: datetime) -> int:
    """Erase the imports that are too old to be confirmed; how many."""
    nombre, _ = ImportPrepare.objects.all().expires(a).delete()
    return nombre


@transaction.atomic
def confirmer(prepare: ImportPrepare, choisis: Mapping[str, int], *, par: Utilisateur, a: datetime) -> list[str]:
    """Save the chosen enjeux, {code: version that the preview saw}, all or none; their names.

    Raises ``TransitionRefusee`` (already done, too old, frozen, nothing chosen), ``EnjeuxPerimes`` when somebody saved
    one of them since the preview.
    """
    verrouille = ImportPrepare.objects.select_for_update().get(pk=prepare.pk)
    if verrouille.confirme_le is not None:
        raise TransitionRefusee(DEJA_ENREGISTRE)
    if a >= verrouille.expire_le:
        raise TransitionRefusee(EXPIRE)
    mosaique = Mosaique.objects.select_for_update(of=("self",)).select_related("version", "collectivite")
    tenue = mosaique.get(pk=verrouille.mosaique_id)
    montre = apercu(tenue, ClasseurLu.depuis(verrouille.contenu))
    perimes = [e.code for e in montre.enjeux if e.code in choisis and choisis[e.code] != e.saisie.numero_version]
    if perimes:
        raise EnjeuxPerimes(perimes)
    repris = [enjeu for enjeu in montre.reprenables if enjeu.code in choisis]
    if not repris:
        raise TransitionRefusee(PLUS_RIEN if choisis else RIEN)
    cles = {enjeu.code: enjeu.pk for enjeu in arbre(tenue.version).enjeux}
    try:
        enregistrer_reponses(tenue, {cles[e.code]: e.saisie for e in repris}, par=par, a=a)
    except VersionPerimee as perimee:  # a save that does not lock the mosaïque: none today
        raise EnjeuxPerimes([e.code for e in repris if cles[e.code] == perimee.actuel.enjeu_id]) from perimee
    verrouille.confirme_le = a
    verrouille.save(update_fields=["confirme_le"])
    donnees = {"fichier": prepare.nom, "enjeux": [enjeu.code for enjeu in repris]}
    consigner(tenue, "importer un classeur", par=par, donnees=donnees)
    return [enjeu.nom for enjeu in repris]
