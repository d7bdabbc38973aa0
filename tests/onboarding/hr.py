"""What the tests of HR's side share."""

from bs4 import BeautifulSoup
from django.utils import translation


def preview(client, url: str, data: dict):
    """What would happen; a response whose ``outlook`` is in its context."""
    response = client.post(url, data)
    assert response.status_code == 200 and response.context.get("outlook"), errors_of(response)
    return response


def confirm(client, url: str, data: dict):
    """Look first, then confirm exactly what was seen."""
    outlook = preview(client, url, data).context["outlook"]
    assert outlook.may_confirm, outlook
    return client.post(url, {**data, "seen": outlook.fingerprint})


def errors_of(response) -> dict[str, str]:
    """What is said beside each field of a refused form, in the language the answer was in."""
    assert response.status_code == 422
    language = BeautifulSoup(response.content, "html.parser").html["lang"]
    with translation.override(language):
        return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def words_of(outlook) -> str:
    """Everything an outlook says."""
    cells = [cell for table in outlook.tables for row in table.rows for cell in row]
    return " ".join([*outlook.sentences, *outlook.warnings, *cells])
