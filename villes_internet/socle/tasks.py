from smtplib import SMTPException

from celery import shared_task

from villes_internet.socle import courriel


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=30, retry_backoff_max=3600, max_retries=5)
def expedier_courriel(pk: int) -> None:
    courriel.expedier(pk)


@shared_task
def relancer_courriels() -> None:
    courriel.relancer()
