from candidatures.campagnes.models import Campagne


def campagne_ouverte() -> Campagne | None:
    """The campaign that takes dossiers, the most recent if there are several."""
    return Campagne.objects.ouvertes().order_by("-annee").first()


def campagne_courante() -> Campagne | None:
    """The most recent campaign that has been announced, whatever its state."""
    return Campagne.objects.exclude(etat__in=["brouillon", "annulee"]).order_by("-annee").first()


def derniere_publiee() -> Campagne | None:
    return Campagne.objects.publiees().order_by("-annee").first()
