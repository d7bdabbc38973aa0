"""What every way of running the portal shares. No secret and no default secret lives here."""

from datetime import time
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

from .sign_in import *  # noqa: E402, F403 - reads the environment, which has the file in it from here on

DEMO = env.bool("DEMO", default=False)

OWN_APPS = [
    "portal",
    "demo",
    "operations",
    "home",
    "search",
    "insight",
    "onboarding",
    "stories",
    "competencies",
    "guidelines",
    "conversations",
    "notifications",
    "people",
    "base",
]
INSTALLED_APPS = [
    *OWN_APPS,
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtailmedia",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "people.apps.AccountsAdminConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    # Its table is there in every set-up, so that moving to workers is a setting and no migration.
    "django_tasks_db",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "operations.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stories.middleware.OutsideMiddleware",
    "base.middleware.PrivateResponseMiddleware",
    "base.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stories.middleware.OwnLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "onboarding.middleware.PreboardingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.SessionRulesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "search.middleware.AdminQueryMiddleware",
    "base.middleware.ChosenKeyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "operations.audit.exports.ExportMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "base.context_processors.chrome",
                "onboarding.context_processors.came_from_step",
                "onboarding.context_processors.onboarding_waiting",
                "notifications.context_processors.bell",
                "stories.context_processors.review_queue",
            ]
        },
    }
]

# Data ------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
# A connection that died with the database server is replaced, instead of costing somebody an error page.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a
    # transaction, so that two writers wait for each other instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    # PostgreSQL would compile what it thinks is dear before it runs it: half a second, for lists that take twenty
    # milliseconds. `?options=-c%20jit%3Don` in DATABASE_URL says otherwise.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://portal")}
CACHES["default"].setdefault("OPTIONS", {})
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] = 5000
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Pages go on while Redis is away; see base.redis_cache.
    CACHES["default"] |= {"BACKEND": "base.redis_cache.RedisCache", "KEY_PREFIX": "portal"}
    CACHES["default"]["OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0} | CACHES["default"]["OPTIONS"]
    # Sessions are rows in the database, with a copy that is read first. It lives for a minute, so that a session that
    # was ended is over soon on every machine, even where Redis missed that it was.
    CACHES["sessions"] = CACHES["default"] | {"KEY_PREFIX": "session", "LONGEST": 60}
    SESSION_ENGINE, SESSION_CACHE_ALIAS = "django.contrib.sessions.backends.cached_db", "sessions"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Serving (portal.gunicorn) -----------------------------------------------------------------
WEB_BIND = env("WEB_BIND", default="127.0.0.1:8000")
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)

TASKS = {"default": {"BACKEND": env("TASKS_BACKEND", default="django_tasks.backends.immediate.ImmediateBackend")}}

# Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
# Whose public holidays are no working days: a code of the holidays library ("NL", "BE"), empty for none.
HOLIDAYS_COUNTRY = env("HOLIDAYS_COUNTRY", default="NL")
WAGTAIL_I18N_ENABLED = True
# A translation starts as a draft: a live one would show Dutch text on the English page.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# Before the work account: how long a link that was mailed opens, and how long who came in by it stays in.
PREBOARDING_LINK_DAYS = env.int("PREBOARDING_LINK_DAYS", default=7)
PREBOARDING_SESSION_HOURS = env.int("PREBOARDING_SESSION_HOURS", default=72)

# The file of HR's system with who works here, picked up every night; empty: there is none. See people.syncing.
COLLEAGUES_FILE = env("COLLEAGUES_FILE", default="")
COLLEAGUES_FILE_COMPLETE = env.bool("COLLEAGUES_FILE_COMPLETE", default=False)
COLLEAGUES_FILE_CREATE_TEAMS = env.bool("COLLEAGUES_FILE_CREATE_TEAMS", default=False)
COLLEAGUES_FILE_AT = time.fromisoformat(env("COLLEAGUES_FILE_AT", default="04:30"))

# Files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# "django_sendfile.backends.nginx" hands the file to nginx by X-Accel-Redirect after our check.
SENDFILE_BACKEND = env("SENDFILE_BACKEND", default="django_sendfile.backends.simple")
SENDFILE_ROOT = MEDIA_ROOT
SENDFILE_URL = "/protected"

# Mail ------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# From when until when people who chose no hours of their own get mail, by the clock of where they are.
MAIL_HOURS = tuple(time.fromisoformat(hour.strip()) for hour in env("MAIL_HOURS", default="08:00-18:00").split("-"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")
# A mail server that doesn't answer must not hold up everything else that is due.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
# What is due by the clock: in a thread of the web process (one machine), or by `manage.py run_due` (anywhere).
RUN_DUE_IN_PROCESS = env.bool("RUN_DUE_IN_PROCESS", default=False)

# Backup ----------------------------------------------------------------------------------
# Where backups go; with a folder one is made each night, without it only when somebody asks.
BACKUP_FOLDER = env("BACKUP_FOLDER", default="")
BACKUP_AT = time.fromisoformat(env("BACKUP_AT", default="01:30"))
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)
# The public key of age that backups are encrypted with, and the file with the secret one, which only a restore needs.
BACKUP_RECIPIENT = env("BACKUP_RECIPIENT", default="")
BACKUP_IDENTITY_FILE = env("BACKUP_IDENTITY_FILE", default="")

# Security --------------------------------------------------------------------------------
# No inline script or style, no foreign host: one policy for every page a reader sees.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # Loaded only after a click on the video's own "play there" button.
        "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    },
}
# Wagtail's page editor has inline scripts and styles; see base.middleware.ContentPolicyMiddleware.
ADMIN_CONTENT_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
CSRF_FAILURE_VIEW = "base.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Wagtail ---------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Portal"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAILIMAGES_IMAGE_MODEL = "base.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "base.PortalDocument"
WAGTAILMEDIA = {
    "MEDIA_MODEL": "base.PortalMedia",
    "MEDIA_FORM_BASE": "base.upload_forms.PortalMediaForm",
    "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
}
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "svg", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "base.upload_forms.PortalImageForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "odp", "ods", "odt", "pdf", "pptx", "txt", "vtt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "base.upload_forms.PortalDocumentForm"
MEDIA_MAX_UPLOAD_SIZE = 500 * 1024 * 1024
# Whether the check of links at night asks addresses outside: it tells them that somebody here links to them.
CHECK_OUTSIDE_LINKS = env.bool("CHECK_OUTSIDE_LINKS", default=False)
# What is uploaded is looked at by ClamAV's daemon, clamd://host:port; empty: by nobody. See base.scanning.
UPLOAD_SCANNER = env("UPLOAD_SCANNER", default="")
UPLOAD_SCANNER_TIMEOUT = env.float("UPLOAD_SCANNER_TIMEOUT", default=20)
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "stories.finishing.publish_judged"
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": [
                "h2",
                "h3",
                "h4",
                "bold",
                "italic",
                "ol",
                "ul",
                "link",
                "document-link",
                "code",
                "hr",
                "blockquote",
            ]
        },
    }
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS = []

# Search for readers: empty is the embedded engine, "elasticsearch://host:9200/prefix" the other.
SEARCH_URL = env("SEARCH_URL", default="")
SEARCH_INDEX_PATH = env("SEARCH_INDEX_PATH", default=str(VAR_DIR / "search"))
# A server that failed isn't asked for so long.
SEARCH_RETRY_SECONDS = env.float("SEARCH_RETRY_SECONDS", default=5.0)

# To where whoever runs it looks: the output of the process. Django's own default says nothing there without DEBUG.
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOG_FORMAT = env("LOG_FORMAT", default="line")
# Whose X-Request-ID and X-Forwarded-For are believed: addresses or networks, and "unix" for a socket on this machine.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# For who shows it as a bearer token there are figures at /metrics; empty: for nobody.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
# Where mistakes are told, scrubbed; empty: nowhere. See operations.error_reports.
SENTRY_DSN = env("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env("SENTRY_ENVIRONMENT", default="")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trail": {"()": "operations.logs.records.TrailFilter"}},
    "formatters": {
        "line": {"()": "operations.logs.formatters.LineFormatter"},
        "json": {"()": "operations.logs.formatters.JsonFormatter"},
    },
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["trail"]}},
    # What packages have to say is only worth hearing when something is wrong.
    "root": {"handlers": ["output"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["output"], "level": LOG_LEVEL, "propagate": False},
        **{app: {"level": LOG_LEVEL} for app in OWN_APPS},
    },
}
