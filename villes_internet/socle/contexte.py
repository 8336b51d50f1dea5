from django.conf import settings
from django.http import HttpRequest


def application(request: HttpRequest) -> dict[str, object]:
    """What every template may read; no query here."""
    return {"mode_demonstration": settings.MODE_DEMONSTRATION, "adresse_publique": settings.ADRESSE_PUBLIQUE}
