"""For real readers: what is missing or weak stops the start, all of it named at once (see ``judging``)."""

from .base import *  # noqa: F403
from .base import LOGGING, MIDDLEWARE, OIDC_SERVER_URL, STORAGES, env  # noqa: F401
from .judging import refuse_weak

DEBUG = False
# Never on here; that it was asked for says that somebody took these for other settings.
DEBUG_ASKED = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[]) if host.strip()]
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

# Off only where a proxy on the same machine speaks plain HTTP to readers (a trial, a benchmark).
HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
# What watches a process asks it directly, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # The prefix makes browsers refuse the cookie from a sub-domain or over plain HTTP.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Who can make themselves anybody has a second step, or doesn't come in with a password alone.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=bool(OIDC_SERVER_URL))

# Uploads in a private bucket: nothing in it has an address that opens without the portal's check (base.files).
if AWS_STORAGE_BUCKET_NAME := env("AWS_STORAGE_BUCKET_NAME", default=""):
    AWS_S3_ENDPOINT_URL = env("AWS_S3_ENDPOINT_URL", default=None)
    AWS_S3_REGION_NAME = env("AWS_S3_REGION_NAME", default=None)
    AWS_S3_ACCESS_KEY_ID = env("AWS_ACCESS_KEY_ID", default=None)
    AWS_S3_SECRET_ACCESS_KEY = env("AWS_SECRET_ACCESS_KEY", default=None)
    # "path" where the service has no host name for each bucket, as MinIO.
    AWS_S3_ADDRESSING_STYLE = env("AWS_S3_ADDRESSING_STYLE", default="auto")
    AWS_S3_SIGNATURE_VERSION = "s3v4"
    AWS_DEFAULT_ACL, AWS_QUERYSTRING_AUTH, AWS_QUERYSTRING_EXPIRE = None, True, 60
    # Two files of one name are two files, as on a disk.
    AWS_S3_FILE_OVERWRITE = False
    STORAGES["default"] = {"BACKEND": "base.buckets.BucketStorage"}

LOG_FORMAT = LOGGING["handlers"]["output"]["formatter"] = env("LOG_FORMAT", default="json")

refuse_weak(vars(), env.ENVIRON)
