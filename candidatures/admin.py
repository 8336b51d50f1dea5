"""Each slice registers its own pages and models."""

from importlib import import_module
from importlib.util import find_spec

for tranche in ("campagnes", "dossiers", "jury", "palmares", "pilotage"):
    if find_spec(f"candidatures.{tranche}.admin"):
        import_module(f"candidatures.{tranche}.admin")
