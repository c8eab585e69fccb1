"""The settings of the stand-in, in code. Chosen are where its database is, the throttle, and the resource."""

import logging
import secrets
from pathlib import Path

import django
from django.conf import settings

from sync.contract.resource import Resource

DATABASE = "sandbox.sqlite3"


def configure(directory: Path, throttle: str, resource: Resource) -> None:
    """Set Django up with the database in `directory`; once in a process."""
    settings.configure(
        CAMPFIRE_RESOURCE=resource,
        SECRET_KEY=secrets.token_hex(),
        ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
        ROOT_URLCONF="sync.sandbox.urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "knox",
            "drf_spectacular",
            "sync.sandbox",
        ],
        MIDDLEWARE=["sync.sandbox.hosts.only_loopback"],
        DATABASES={"default": _database(directory / DATABASE)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LOGGING_CONFIG=None,
        REST_FRAMEWORK=_rest_framework(throttle),
        REST_KNOX={"AUTH_HEADER_PREFIX": "Token", "TOKEN_TTL": None},
        SPECTACULAR_SETTINGS={"TITLE": "Stand-in of the customers API", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False},
    )
    # One line for each 4xx and each moment with more requests than threads would be noise; a traceback is not.
    for name in ("django.request", "django.security.DisallowedHost", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.CRITICAL if name.startswith("django.security") else logging.ERROR)
    django.setup()


def _database(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A PUT reads and then writes: it takes the write lock at once, or two of them could lock each other out.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }


def _rest_framework(throttle: str) -> dict[str, object]:
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": [
            "rest_framework.permissions.IsAuthenticated",
            "sync.sandbox.permissions.KeysDoWhatTheirRoleMay",
        ],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": throttle},
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "COERCE_DECIMAL_TO_STRING": False,
        "LIST_SERIALIZER_ERRORS_AS_DICT": False,  # `[{}, {"email": [...]}]`, as servers up to 3.17 all have it
    }
