"""The sizes of the journeys: an office and a phone."""

TAILLE = {"width": 1280, "height": 800}
TAILLE_MOBILE = {"width": 390, "height": 844}
