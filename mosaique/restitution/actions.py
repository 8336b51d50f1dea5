"""What asks for the documents of a mosaïque, and what makes them."""

import logging
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from mosaique.models import Diagnostic, Mosaique
from mosaique.restitution import pdf, tasks
from mosaique.restitution.queries import contenu, courant, empreinte
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner

logger = logging.getLogger(__name__)


@transaction.atomic
def demander(mosaique: Mosaique, *, par: Utilisateur | None) -> Diagnostic:
    """The diagnostic of the mosaïque's present state, its row made and a worker set to work when there is none yet.

    A frozen mosaïque has one, made once. A diagnostic that was given up is written anew, from what the mosaïque kept,
    and tried again.
    """
    mosaique = (
        Mosaique.objects.select_for_update(of=("self",)).select_related("collectivite", "version").get(pk=mosaique.pk)
    )
    diagnostic = courant(mosaique)
    if diagnostic is None:
        dit = contenu(mosaique)
        diagnostic = Diagnostic.objects.create(
            mosaique=mosaique,
            contenu=dit,
            empreinte=empreinte(dit),
            figee_le=mosaique.calculee_le if mosaique.est_figee else None,
        )
        consigner(mosaique, "demander le diagnostic", par=par, donnees={"empreinte": diagnostic.empreinte})
    elif diagnostic.est_en_echec:
        diagnostic.contenu = contenu(mosaique)
        diagnostic.save(update_fields=["contenu"])
    if not diagnostic.est_pret:
        Diagnostic.objects.filter(pk=diagnostic.pk).update(nb_echecs=0, erreur="")
        transaction.on_commit(partial(tasks.produire_diagnostic.delay, diagnostic.pk), robust=True)
    return diagnostic


@transaction.atomic
def produire(diagnostic_pk: int) -> bool:
    """Make the three files of a diagnostic, then write its row; False when it has them or another worker makes them.

    A worker killed in between leaves a row to be taken again, and its files are overwritten.
    """
    a_faire = Diagnostic.objects.a_produire().filter(pk=diagnostic_pk)
    diagnostic = a_faire.select_for_update(of=("self",), skip_locked=True).first()
    if diagnostic is None:
        return False
    try:
        planche = pdf.planche(diagnostic)
        _ecrire(diagnostic, "document", "diagnostic.pdf", pdf.document(diagnostic))
        _ecrire(diagnostic, "planche", "planche.pdf", planche)
        _ecrire(diagnostic, "image", "planche.png", pdf.image(planche))
    except Exception as erreur:
        logger.exception("Diagnostic %s non produit", diagnostic.pk)
        Diagnostic.objects.filter(pk=diagnostic.pk).update(
            nb_echecs=diagnostic.nb_echecs + 1, erreur=str(erreur)[:300] or type(erreur).__name__
        )
        return True
    diagnostic.erreur = ""
    diagnostic.save(update_fields=["document", "planche", "image", "erreur"])
    _oublier_les_anciens(diagnostic)
    return True


def _ecrire(diagnostic: Diagnostic, champ: str, nom: str, octets: bytes) -> None:
    """Under the same name each time."""
    fichier: Any = getattr(diagnostic, champ)
    fichier.storage.delete(fichier.field.generate_filename(diagnostic, nom))
    fichier.save(nom, ContentFile(octets), save=False)


def _oublier_les_anciens(diagnostic: Diagnostic) -> None:
    """Those of earlier states leave with their files: only the latest is served."""
    anciens = list(Diagnostic.objects.filter(mosaique=diagnostic.mosaique_id, pk__lt=diagnostic.pk).order_by("pk"))
    for ancien in anciens:
        for fichier in (ancien.document, ancien.planche, ancien.image):
            if fichier.name:
                transaction.on_commit(partial(fichier.storage.delete, fichier.name), robust=True)
    Diagnostic.objects.filter(pk__in=[ancien.pk for ancien in anciens]).delete()
