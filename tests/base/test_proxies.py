"""Limits count by who asks, and nobody chooses what that is."""

import pytest
from django.core.cache import cache
from django.test import Client

from base.proxies import NOWHERE, address_of


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "wanted"),
    [
        ([], "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.9", "10.0.0.9"),
        (["10.0.0.0/8"], "1.2.3.4", "10.0.0.1", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, '; DROP", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "[2001:db8::1]:5678", "2001:db8::1"),
        (["unix"], "", "1.2.3.4", "1.2.3.4"),
        ([], "", "1.2.3.4", NOWHERE),
        ([], "unix:", "", NOWHERE),
    ],
)
def test_the_address_is_the_last_that_is_no_proxy_of_ours(rf, settings, proxies, remote, forwarded, wanted):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(rf.get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "limited"), [([], True), (["127.0.0.1"], False)])
def test_another_forwarded_address_is_another_person_only_by_our_own_proxy(settings, proxies, limited):
    settings.TRUSTED_PROXIES = proxies
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    cache.clear()
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": "x"}, headers={"X-Forwarded-For": f"6.6.6.{number}"}).status_code
        for number in range(5)
    ]
    assert (429 in answers) is limited


@pytest.mark.django_db
def test_who_writes_addresses_before_the_proxys_own_is_limited_all_the_same(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    cache.clear()
    client = Client()
    for number in range(5):
        forwarded = {"X-Forwarded-For": f"6.6.6.{number}, 1.2.3.4"}
        response = client.post("/accounts/login/", {"login": "x"}, headers=forwarded)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
