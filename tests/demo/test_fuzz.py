"""A few random requests to every address for readers, always the same ones: none of them breaks.

``bench/fuzz.py`` sends many more of them.
"""

import pytest

from people.models import User
from tests.fuzzing import ROLES, Standing, endpoints, fuzz

pytestmark = pytest.mark.usefixtures("demo")
REQUESTS = 3


def test_random_requests_break_nothing():
    users = {role: User.objects.get(email=f"{role}@demo.example") for role in ROLES}
    standing = Standing(users)
    failures, sent = [], 0
    own = [each for each in endpoints() if each.is_own and not each.route.startswith("/admin/")]
    for endpoint in own:
        count, broken = fuzz(endpoint, standing, REQUESTS, most=1)
        sent += count
        failures += [f"{failure.place}\n{failure.sent}\n{failure.trace}" for failure in broken]
    assert failures == []
    assert sent >= REQUESTS * len(own) * 0.9


def test_a_view_that_breaks_is_found_and_told_in_one_request(monkeypatch):
    endpoint = next(endpoint for endpoint in endpoints() if endpoint.name == "suggest")

    def crash(*args, **kwargs):
        raise RuntimeError("canary")

    monkeypatch.setattr("search.views._question", crash)
    standing = Standing({"employee": User.objects.get(email="employee@demo.example")})
    _count, failures = fuzz(endpoint, standing, 40, most=1)
    assert [failure.place.split()[0] for failure in failures] == ["RuntimeError"]
    # The smallest: nothing in it that isn't needed.
    assert str(failures[0].sent) == "employee: GET /nl/search/suggest/"
