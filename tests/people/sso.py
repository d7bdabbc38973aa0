"""Signing in by the issuer of ``tests.issuer`` with Django's test client, step by step."""

from urllib.parse import parse_qs, urlsplit

import requests

PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}


def use_issuer(settings, issuer, **changes) -> None:
    """The settings as an organisation with this issuer has them."""
    app = {
        "provider_id": issuer.url,
        "name": "Veldbron",
        "client_id": "portal",
        "secret": "kept",
        "settings": {"server_url": issuer.url},
    }
    known = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**known, "APPS": [app]}}
    settings.OIDC_SERVER_URL, settings.OIDC_NAME = issuer.url, "Veldbron"
    settings.OIDC_LINK_CLAIM, settings.OIDC_LINK_FIELD = "employee_id", "staff_number"
    settings.OIDC_ROLES = "schrijvers=Editors, personeel=HR"
    for name, value in changes.items():
        setattr(settings, name, value)


def ask(client, path: str = "/nl/") -> str:
    """The address of the issuer that somebody is sent to who opens ``path``."""
    response = client.get(path, headers=PAGE)
    while response.status_code == 302 and response["Location"].startswith("/"):
        response = client.get(response["Location"], headers=PAGE)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def answer(address: str, subject: str | None) -> str:
    """What the issuer sends back for somebody who signs in as ``subject`` there, None for who refuses: path and query."""
    form = {"action": "deny"} if subject is None else {"sub": subject}
    back = requests.post(address, data=form, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text[:500]
    return back.headers["Location"].removeprefix("http://testserver")


def silent_answer(address: str) -> str:
    """What it sends back without asking anybody."""
    return requests.get(address, allow_redirects=False, timeout=5).headers["Location"].removeprefix("http://testserver")


def sign_in(client, subject: str, path: str = "/nl/"):
    """The response to the issuer's answer."""
    return client.get(answer(ask(client, path), subject), headers=PAGE)


def query_of(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def who(client) -> int | None:
    """The id of who is signed in."""
    key = client.session.get("_auth_user_id")
    return key and int(key)
