"""What steps ask, as editors see it while choosing."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from onboarding.models import StepPage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stream", "name"), [("checklist", "item"), ("questions", "question"), ("form_fields", "field")]
)
def test_what_steps_ask_can_be_looked_at_while_choosing(as_user, make_user, stream, name):
    block = StepPage._meta.get_field(stream).stream_block.child_blocks[name]
    admin = as_user(make_user(is_superuser=True))
    response = admin.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    shown = BeautifulSoup(response.content, "html.parser").find(class_="article")
    value = block.get_preview_value()
    assert (value.get("text") or value["label"]) in shown.get_text()
    assert block.meta.icon != "placeholder" and str(block.get_description())
