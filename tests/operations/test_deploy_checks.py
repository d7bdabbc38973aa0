"""What should be known before readers come, without stopping the start."""

import pytest

from operations.deploy_checks import check_shape

REDIS = {"default": {"BACKEND": "base.redis_cache.RedisCache"}}
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, set()),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}, {"operations.W001"}),
        ({"TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}}, {"operations.W002"}),
        ({"AWS_STORAGE_BUCKET_NAME": "uploads"}, {"operations.W003"}),
        ({"EMAIL_HOST_PASSWORD": "secret"}, {"operations.W004"}),
        ({"EMAIL_HOST_PASSWORD": "secret", "EMAIL_USE_TLS": True}, set()),
    ],
)
def test_what_fits_one_process_only_is_told(monkeypatch, changed, told):
    from operations import deploy_checks

    class Settings:
        CACHES, TASKS, SEARCH_URL = REDIS, QUEUE, ""
        EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = "", False, False

    for name, value in changed.items():
        setattr(Settings, name, value)
    monkeypatch.setattr(deploy_checks, "settings", Settings)
    assert {warning.id for warning in check_shape()} == told
