"""Thin Celery wrappers; safe to run twice."""

from celery import shared_task
from django.core.files.base import ContentFile
from django.db import transaction

from candidatures.dossiers import courriels, pdf
from candidatures.dossiers.models import Instantane


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def envoyer_recepisse(instantane_pk: int) -> bool:
    """Set the receipt of a deposit and send it; does nothing when it exists already."""
    with transaction.atomic():
        instantane = (
            Instantane.objects.select_for_update(of=("self",))
            .select_related("dossier__collectivite", "dossier__campagne", "depose_par")
            .get(pk=instantane_pk)
        )
        if instantane.recepisse:
            return False
        contenu = pdf.recepisse(instantane)
        instantane.recepisse.save("recepisse.pdf", ContentFile(contenu), save=False)
        instantane.save(update_fields=["recepisse"])
        courriels.depose(instantane, contenu)
    return True
