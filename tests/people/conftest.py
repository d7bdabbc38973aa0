"""What the tests of signing in share."""

import pytest

from tests.issuer import running_issuer
from tests.people.sso import use_issuer


@pytest.fixture(scope="session")
def _issuer_server():
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(_issuer_server, settings):
    """The one issuer of this portal."""
    _issuer_server.here = _issuer_server.refuses = None
    _issuer_server.is_down, _issuer_server.says = False, {}
    _issuer_server.asked.clear()
    use_issuer(settings, _issuer_server)
    return _issuer_server


@pytest.fixture
def noor(make_user, issuer):
    """Noor, whom HR knows by 100, and who has an account at the issuer."""
    issuer.knows("subject-noor", employee_id="100", email="noor@elsewhere.example", groups=["schrijvers"])
    return make_user(email="noor@example.org", staff_number="100", locale="en")
