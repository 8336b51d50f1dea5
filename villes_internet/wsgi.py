"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "villes_internet.settings")

application = get_wsgi_application()
assert get_resolver().url_patterns  # routes and views are loaded now, not on the first visitor's time
