from django.db import models


class Vitrine(models.Model):
    """What a collectivité chose for its public pages; without a row, the defaults hold.

    ``montre_mosaique`` is written downward by the mosaïque; the journal of what changed it keeps who did.
    """

    collectivite = models.OneToOneField("territoires.Collectivite", models.CASCADE, related_name="vitrine")
    montre_mosaique = models.BooleanField("montre sa mosaïque", default=False)
    accepte_contact = models.BooleanField("accepte les messages", default=True)

    class Meta:
        verbose_name = "vitrine"

    def __str__(self) -> str:
        return f"Vitrine {self.collectivite_id}"
