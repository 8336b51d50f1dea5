"""Who is on the page of an enjeu, right now. Nothing of it is kept: no journal, a row that each visit writes over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from mosaique.models import Mosaique, Presence
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu

EXPIRATION = timedelta(seconds=45)
ANNONCER = """
INSERT INTO mosaique_presence AS p (mosaique_id, enjeu_id, utilisateur_id, depuis, vue_le)
VALUES (%(mosaique)s, %(enjeu)s, %(utilisateur)s, %(a)s, %(a)s)
ON CONFLICT ON CONSTRAINT presence_unique DO UPDATE SET vue_le = EXCLUDED.vue_le
"""


@transaction.atomic
def annoncer(mosaique: Mosaique, enjeu: EnjeuLu, personne: Utilisateur, a: datetime) -> list[Presence]:
    """Say that ``personne`` is there, and give the others, the first come first; rows that nobody renews go."""
    ici = Presence.objects.filter(mosaique=mosaique, enjeu=enjeu.pk)
    ici.filter(vue_le__lt=a - EXPIRATION).delete()
    valeurs: dict[str, Any] = {"mosaique": mosaique.pk, "enjeu": enjeu.pk, "utilisateur": personne.pk, "a": a}
    with connection.cursor() as curseur:
        curseur.execute(ANNONCER, valeurs)
    return list(ici.exclude(utilisateur=personne).select_related("utilisateur").order_by("depuis", "pk"))
