"""Settings, read from the environment; the defaults serve development on one machine.

``docs/operations.md`` lists every variable. ``MODE_DEMONSTRATION`` opens the development
mailbox and the component page, and relaxes the obligation of a second factor.
"""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def drapeau(nom: str, *, defaut: bool) -> bool:
    """Read a yes/no environment variable ("1", "true", "oui")."""
    return os.environ.get(nom, "1" if defaut else "0").lower() in {"1", "true", "oui"}


PRODUCTION = drapeau("PRODUCTION", defaut=False)
MODE_DEMONSTRATION = drapeau("MODE_DEMONSTRATION", defaut=not PRODUCTION)
DEBUG = drapeau("DEBUG", defaut=False)
SECRET_KEY = os.environ.get("SECRET_KEY", "" if PRODUCTION else "cle-de-developpement-sans-valeur-ailleurs")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY doit compter au moins 50 caractères en production.")

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
ADRESSE_PUBLIQUE = os.environ.get("ADRESSE_PUBLIQUE", "http://localhost:8000")
DONNEES = Path(os.environ.get("DONNEES", BASE_DIR / "donnees"))

INSTALLED_APPS = [
    "villes_internet.comptes",
    "candidatures",
    "mosaique",
    "atlaas",
    "villes_internet.referentiel",
    "villes_internet.territoires",
    "villes_internet.socle",
    "villes_internet.admin_site.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "villes_internet.socle.adresses.SansCaractereNul",
    "villes_internet.socle.acces.SansSession",
    "villes_internet.socle.saisie.SessionExpiree",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "villes_internet.comptes.middleware.SecondFacteurObligatoire",
]

ROOT_URLCONF = "villes_internet.urls"
WSGI_APPLICATION = "villes_internet.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "villes_internet.socle.contexte.application",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.static",
                "villes_internet.socle.templatetags.icones",
                "villes_internet.socle.templatetags.typographie",
                "villes_internet.referentiel.templatetags.arobases",
            ],
        },
    }
]
COTTON_DIR = "composants"
COTTON_SNAKE_CASED_NAMES = True
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": dj_database_url.config(
        default="postgresql://postgres@127.0.0.1:5432/villes_internet",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
# Statements here are short: compiling one (jit) costs more than running it. The search ands large sets in memory.
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = f"-c jit=off -c work_mem=32MB {_options.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "espace"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "villes_internet.comptes.validators.RegleCnil"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
]
ACCOUNT_ADAPTER = "villes_internet.comptes.adapter.Adaptateur"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_REDIRECT_URL = "comptes:rattachement"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that has just signed up
ACCOUNT_CHANGE_EMAIL = True  # one address: the new one replaces the old once verified
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"repondre_par_lien": "300/10m/ip"}  # the others keep allauth's own; an autosave is a request
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_FORMS = {
    "login": "villes_internet.comptes.forms.FormulaireConnexion",
    "signup": "villes_internet.comptes.forms.FormulaireInscription",
    "add_email": "villes_internet.comptes.forms.FormulaireAdresse",
    "change_password": "villes_internet.comptes.forms.FormulaireMotDePasse",
    "reset_password": "villes_internet.comptes.forms.FormulaireMotDePasseOublie",
    "reset_password_from_key": "villes_internet.comptes.forms.FormulaireNouveauMotDePasse",
    "reauthenticate": "villes_internet.comptes.forms.FormulaireConfirmation",
}
USERSESSIONS_TRACK_ACTIVITY = False
MFA_ADAPTER = "villes_internet.comptes.adapter.AdaptateurSecondFacteur"
MFA_TOTP_ISSUER = "Villes Internet"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else a new address could not be asked for while the second factor is on
MFA_FORMS = {
    "authenticate": "villes_internet.comptes.forms.FormulaireCode",
    "reauthenticate": "villes_internet.comptes.forms.FormulaireCodeConfirmation",
    "activate_totp": "villes_internet.comptes.forms.FormulaireActivation",
}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DONNEES / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DONNEES / "fichiers", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

NINJA_NUM_PROXIES = 1 if PRODUCTION else 0  # whose address a rate limit counts
REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"  # without a host, kombu warns at each process
if not REDIS_URL:
    _file = DONNEES / "celery"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_file / "messages"),
        "data_folder_out": str(_file / "messages"),
        "processed_folder": str(_file / "traites"),
        "control_folder": str(_file / "controle"),
        "store_processed": False,
        "polling_interval": 0.1,  # seconds between two looks; one message a look
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DONNEES / "calendrier")
CELERY_BEAT_SCHEDULE = {
    "suivre-le-calendrier": {"task": "candidatures.campagnes.tasks.suivre_le_calendrier", "schedule": 60},
    "reprendre-lots": {"task": "candidatures.palmares.tasks.reprendre_lots", "schedule": 60},
    "publier-comparaisons": {"task": "mosaique.comparaison.tasks.publier_partages", "schedule": 10 * 60},
    "recalculer-mosaiques": {
        "task": "mosaique.recalcul.tasks.recalculer_les_annees_en_cours",
        "schedule": crontab(hour=3, minute=20),
    },
    "deposer-donnees-ouvertes": {
        "task": "atlaas.donnees.tasks.deposer_les_fichiers",
        "schedule": crontab(hour=4, minute=10),
    },
    "reprendre-recalculs": {"task": "mosaique.recalcul.tasks.reprendre_recalculs", "schedule": 60},
    "oublier-imports": {
        "task": "mosaique.preparation.tasks.oublier_imports",
        "schedule": crontab(hour=4, minute=10),
    },
    "reprendre-imports-fiches": {"task": "atlaas.imports.tasks.reprendre_imports", "schedule": 60},
    "oublier-imports-fiches": {
        "task": "atlaas.imports.tasks.oublier_imports",
        "schedule": crontab(hour=4, minute=15),
    },
    "reprendre-diagnostics": {"task": "mosaique.restitution.tasks.reprendre_diagnostics", "schedule": 60},
    "compter-les-choix": {"task": "atlaas.recherche.tasks.compter_les_choix", "schedule": 10 * 60},
    "raconter-les-recherches": {
        "task": "atlaas.recherche.tasks.raconter_les_recherches",
        "schedule": crontab(day_of_week=1, hour=7, minute=30),
    },
    "reindexer-atlaas": {"task": "atlaas.recherche.tasks.tout_reindexer", "schedule": crontab(hour=3, minute=50)},
    "confirmer-fiches": {"task": "atlaas.fiches.tasks.demander_confirmations", "schedule": crontab(hour=4, minute=10)},
    "recueillir-liens": {
        "task": "atlaas.liens.tasks.recueillir_les_liens",
        "schedule": crontab(day_of_week=6, hour=22, minute=0),
    },
    "visiter-liens": {"task": "atlaas.liens.tasks.visiter_les_liens", "schedule": 5 * 60},
    "annoncer-liens": {
        "task": "atlaas.liens.tasks.annoncer_les_liens",
        "schedule": crontab(day_of_week=1, hour=7, minute=45),
    },
    "relancer-courriels": {"task": "villes_internet.socle.tasks.relancer_courriels", "schedule": 5 * 60},
}

EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND",
    "villes_internet.socle.console.EmailBackend"
    if MODE_DEMONSTRATION
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = drapeau("EMAIL_USE_TLS", defaut=False)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "label@villes-internet.example")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Each week the links of published fiches are visited; a demonstration, whose fiches are examples, asks nobody.
VERIFIER_LIENS = drapeau("VERIFIER_LIENS", defaut=not MODE_DEMONSTRATION)
# The map's ground: our own outlines, or the IGN's public tiles, which the browser asks of the IGN (ADR 0016).
CARTE_TUILES_IGN = drapeau("CARTE_TUILES_IGN", defaut=False)
CARTE_TUILES_HOTE = "https://data.geopf.fr"
CARTE_TUILES_URL = (
    f"{CARTE_TUILES_HOTE}/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
