# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Django's settings, read from the environment (see `configuration.SETTINGS`)."""

import secrets
from importlib.metadata import entry_points
from typing import Any

from csp.constants import NONE, SELF

from kodeks.database import cluster
from kodeks.database.errors import DatabaseError
from kodeks.workbench import configuration, database_url, logs


def _secret_key() -> str:
    """The key in its file; without one, a key of this process, so sessions end with it."""
    file = configuration.path("KODEKS_SECRET_KEY_FILE", within_home="keys/django-secret")
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    if configuration.text("KODEKS_SECRET_KEY_FILE"):
        raise configuration.ConfigurationError(f"Nøglefilen {file} findes ikke. Kør: kodeks init")
    return secrets.token_urlsafe(64)


def _database() -> dict[str, Any]:
    """The role's database; an unreachable one before `kodeks init`, as --help must still work."""
    role = configuration.text("KODEKS_DATABASE_ROLE")
    name = "KODEKS_DATABASE_OWNER_URL" if role == "owner" else "KODEKS_DATABASE_URL"
    url = configuration.text(name)
    if not url:
        try:
            urls = cluster.connection_urls(home=configuration.home())
        except DatabaseError:
            return database_url.parse(database_url.UNREACHABLE)
        url = urls.owner if role == "owner" else urls.application
    return database_url.parse(url)


def _solutions() -> list[str]:
    """The Django apps of installed solutions, in the order of their names."""
    found = entry_points(group="kodeks.solutions")
    return [entry.value for entry in sorted(found, key=lambda entry: entry.name)]


KODEKS_HOME = configuration.home()
KODEKS_DEMO = configuration.switch("KODEKS_DEMO")
KODEKS_MUNICIPALITY = configuration.text("KODEKS_MUNICIPALITY")
KODEKS_WAS_URL = configuration.text("KODEKS_WAS_URL")
KODEKS_JOURNAL_SYSTEM = configuration.text("KODEKS_JOURNAL_SYSTEM")
KODEKS_JOURNAL_FOLDER = configuration.path("KODEKS_JOURNAL_FOLDER", within_home="journal")
KODEKS_LETTER_FOLDER = (
    configuration.path("KODEKS_LETTER_FOLDER", within_home="letters")
    if configuration.text("KODEKS_LETTER_FOLDER")
    else None
)
KODEKS_LETTER_LIX = configuration.number("KODEKS_LETTER_LIX")
KODEKS_LETTER_DISPATCH = configuration.text("KODEKS_LETTER_DISPATCH")
KODEKS_OUTBOX_FOLDER = configuration.path("KODEKS_OUTBOX_FOLDER", within_home="outbox")
KODEKS_LETTER_FALLBACK = configuration.text("KODEKS_LETTER_FALLBACK")
KODEKS_CASE_DISTRIBUTION = configuration.text("KODEKS_CASE_DISTRIBUTION")
KODEKS_OPEN311_DISTRIBUTION = configuration.text("KODEKS_OPEN311_DISTRIBUTION")
KODEKS_DISTRIBUTION_URL = configuration.text("KODEKS_DISTRIBUTION_URL")
KODEKS_DISTRIBUTION_SYSTEM = configuration.text("KODEKS_DISTRIBUTION_SYSTEM")
KODEKS_DISTRIBUTION_SCHEMAS = configuration.text("KODEKS_DISTRIBUTION_SCHEMAS")
KODEKS_MUNICIPALITY_CVR = configuration.text("KODEKS_MUNICIPALITY_CVR")
KODEKS_CLIENT_CERTIFICATE = configuration.text("KODEKS_CLIENT_CERTIFICATE")
KODEKS_SERVICEPLATFORM_URL = configuration.text("KODEKS_SERVICEPLATFORM_URL")
KODEKS_TOKEN_URL = configuration.text("KODEKS_TOKEN_URL")
KODEKS_DIGITAL_POST_CONTACT_POINT = configuration.text("KODEKS_DIGITAL_POST_CONTACT_POINT")
KODEKS_IMAP_HOST = configuration.text("KODEKS_IMAP_HOST")
KODEKS_IMAP_PORT = configuration.number("KODEKS_IMAP_PORT")
KODEKS_IMAP_USER = configuration.text("KODEKS_IMAP_USER")
KODEKS_DROP_FOLDER = configuration.text("KODEKS_DROP_FOLDER")
KODEKS_OPEN311_JURISDICTION = configuration.text("KODEKS_OPEN311_JURISDICTION")
KODEKS_SMTP_HOST = configuration.text("KODEKS_SMTP_HOST")
KODEKS_SMTP_PORT = configuration.number("KODEKS_SMTP_PORT")
KODEKS_SMTP_USER = configuration.text("KODEKS_SMTP_USER")
KODEKS_SITE_URL = configuration.text("KODEKS_SITE_URL")
KODEKS_MAIL_FROM = configuration.text("KODEKS_MAIL_FROM")
KODEKS_ESDH_URL = configuration.text("KODEKS_ESDH_URL")
KODEKS_ESDH_TOKEN_URL = configuration.text("KODEKS_ESDH_TOKEN_URL")
KODEKS_ESDH_CLIENT = configuration.text("KODEKS_ESDH_CLIENT")
KODEKS_ESDH_TEMPLATE = configuration.text("KODEKS_ESDH_TEMPLATE")
KODEKS_ESDH_MARK_FIELD = configuration.text("KODEKS_ESDH_MARK_FIELD")
KODEKS_ESDH_DEPARTMENTS = configuration.text("KODEKS_ESDH_DEPARTMENTS")
KODEKS_ESDH_SECONDS = configuration.number("KODEKS_ESDH_SECONDS")
KODEKS_DOCUMENT_SOURCES = configuration.listing("KODEKS_DOCUMENT_SOURCES")
KODEKS_REQUEST_ORIGINS = configuration.listing("KODEKS_REQUEST_ORIGINS")
KODEKS_INQUIRY_OFFERS = configuration.listing("KODEKS_INQUIRY_OFFERS")
KODEKS_INQUIRY_MAIL = configuration.text("KODEKS_INQUIRY_MAIL")
KODEKS_URGENT_MAIL_HOURS = configuration.number("KODEKS_URGENT_MAIL_HOURS")
KODEKS_WASTE_MQTT_HOST = configuration.text("KODEKS_WASTE_MQTT_HOST")
KODEKS_WASTE_MQTT_PORT = configuration.number("KODEKS_WASTE_MQTT_PORT")
KODEKS_WASTE_MQTT_TLS = configuration.switch("KODEKS_WASTE_MQTT_TLS")
KODEKS_WASTE_MQTT_CA = configuration.text("KODEKS_WASTE_MQTT_CA")
KODEKS_WASTE_MQTT_USER = configuration.text("KODEKS_WASTE_MQTT_USER")
KODEKS_WASTE_MQTT_CLIENT = configuration.text("KODEKS_WASTE_MQTT_CLIENT")
KODEKS_WASTE_MQTT_TOPICS = configuration.listing("KODEKS_WASTE_MQTT_TOPICS")
KODEKS_WASTE_SENSORS = configuration.text("KODEKS_WASTE_SENSORS")
KODEKS_WASTE_SILENT_HOURS = configuration.number("KODEKS_WASTE_SILENT_HOURS")
KODEKS_WASTE_HOT_DAYS = configuration.number("KODEKS_WASTE_HOT_DAYS")
KODEKS_WASTE_ARCHIVE_FOLDER = configuration.path(
    "KODEKS_WASTE_ARCHIVE_FOLDER", within_home="waste-archive"
)
KODEKS_WASTE_ARCHIVE_MONTHS = configuration.number("KODEKS_WASTE_ARCHIVE_MONTHS")
KODEKS_WASTE_QUARANTINE_DAYS = configuration.number("KODEKS_WASTE_QUARANTINE_DAYS")
KODEKS_WASTE_UNIT = configuration.text("KODEKS_WASTE_UNIT")
KODEKS_WASTE_DAYS = configuration.text("KODEKS_WASTE_DAYS")
KODEKS_WASTE_KNOWN_DAYS = configuration.listing("KODEKS_WASTE_KNOWN_DAYS")
KODEKS_WASTE_LOW_BATTERY = configuration.number("KODEKS_WASTE_LOW_BATTERY")
KODEKS_WASTE_LOW_BATTERY_MV = configuration.number("KODEKS_WASTE_LOW_BATTERY_MV")
KODEKS_WASTE_FORECAST_DAYS = configuration.number("KODEKS_WASTE_FORECAST_DAYS")
KODEKS_SOLUTIONS = _solutions()
KODEKS_RECEIPT_WAIT = configuration.number("KODEKS_RECEIPT_WAIT")
KODEKS_UNHEARD_HOURS = configuration.number("KODEKS_UNHEARD_HOURS")
KODEKS_RETRAINING_DAYS = configuration.number("KODEKS_RETRAINING_DAYS")
KODEKS_RETRAINING_LEAST = configuration.number("KODEKS_RETRAINING_LEAST")
KODEKS_RETRAINING_LEAST_GROUP = configuration.number("KODEKS_RETRAINING_LEAST_GROUP")
KODEKS_RETRAINING_BOUND = configuration.number("KODEKS_RETRAINING_BOUND")
KODEKS_RETRAINING_RELEASES = configuration.number("KODEKS_RETRAINING_RELEASES")
KODEKS_RETRAINING_GROUP_BOUND = configuration.number("KODEKS_RETRAINING_GROUP_BOUND")
KODEKS_WITNESS_CLIENT = "kodeks.connectors.witnesses.submit"
KODEKS_BEHIND_PROXY = configuration.switch("KODEKS_BEHIND_PROXY")
_INSECURE = configuration.switch("KODEKS_INSECURE_HTTP")

DEBUG = False
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = configuration.listing("KODEKS_ALLOWED_HOSTS")
ROOT_URLCONF = "kodeks.workbench.urls"
WSGI_APPLICATION = "kodeks.workbench.wsgi.application"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "kodeks.kernel",
    "kodeks.casework",
    "kodeks.robots",
    *KODEKS_SOLUTIONS,
    "kodeks.connectors",
    "kodeks.workbench",
    *(["kodeks.demo"] if KODEKS_DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kodeks.workbench.middleware.SeesNothingYet",
    "kodeks.workbench.middleware.AsksOnce",
    "kodeks.workbench.middleware.DatabaseUnavailable",
    "kodeks.workbench.middleware.NoCprInAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kodeks.workbench.context.site",
            ],
        },
    }
]

# Language and time
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
TIME_ZONE = "Europe/Copenhagen"
FORMAT_MODULE_PATH = "kodeks.workbench.formats"
USE_I18N = True
USE_TZ = True

# Access
AUTH_USER_MODEL = "kernel.User"
LOGIN_URL = "workbench:sign-in"
LOGIN_REDIRECT_URL = "workbench:front-page"
LOGOUT_REDIRECT_URL = "workbench:front-page"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sessions and cookies
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_NAME = "kodeks_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not _INSECURE
CSRF_COOKIE_NAME = "kodeks_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not _INSECURE
CSRF_FAILURE_VIEW = "kodeks.workbench.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KODEKS_BEHIND_PROXY else None
SECURE_SSL_REDIRECT = KODEKS_BEHIND_PROXY and not _INSECURE
SECURE_REDIRECT_EXEMPT = [r"^sundhed/$"]
SECURE_HSTS_SECONDS = 0 if _INSECURE else 365 * 24 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],  # htmx asks our own pages
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Forms: bytes and fields. No page takes files, so none is stored, not even before sign-in
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["kodeks.workbench.uploads.NoFiles"]

# Static files: `collectstatic` puts them below the home folder under hashed names; until then
# they are served from the packages
STATIC_URL = "statisk/"
STATIC_ROOT = KODEKS_HOME / "static"
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").is_file()
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kodeks.workbench.assets.Assets"},
}

# Logging
LOGGING = logs.logging_settings(level=configuration.text("KODEKS_LOG_LEVEL"))
logs.configure_structlog()
