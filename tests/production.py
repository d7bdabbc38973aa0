"""Settings with which production starts, and without a warning."""

PRODUCTION = {
    "SECRET_KEY": "not-for-you-7fR2mQ9xLw4ZtB8vKc1YpD6sHj3NgE5aUo0iTbVr",
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://portal:secret@db.example.org/portal",
    "CACHE_URL": "redis://cache.example.org:6379/0",
    "TASKS_BACKEND": "django_tasks_db.DatabaseBackend",
    "SEARCH_URL": "elasticsearch://search.example.org:9200/portal?tls=1",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Portal <portal@example.org>",
    "UPLOAD_SCANNER": "clamd://clamd",
    "DEMO": "0",
    "DEBUG": "0",
}
