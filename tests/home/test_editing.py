"""What editors fill in: help beside the fields, and colleagues picked by name."""

import pytest
from django.urls import reverse

from guidelines.models import ManualIndexPage
from home.models import NewsIndexPage
from stories.models import StoryIndexPage
from tests.factories import StoryFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("index", "name", "fields"),
    [
        (NewsIndexPage, "home.newspage", ["author"]),
        (StoryIndexPage, "stories.storypage", ["author"]),
        (ManualIndexPage, "guidelines.manualpage", ["owner_colleague", "deputy"]),
    ],
)
def test_colleagues_are_chosen_by_name_from_those_who_work_here(as_user, make_user, trunk, index, name, fields):
    make_user(first_name="Aanwezig")
    make_user(first_name="Vertrokken", is_active=False)
    client = as_user(make_user(is_superuser=True))
    form = client.get(reverse("wagtailadmin_pages:add", args=[*name.split("."), trunk(index).pk]))
    assert form.status_code == 200
    for field in fields:
        widget = form.context["form"].fields[field].widget
        choices = client.get(reverse(widget.chooser_modal_url_name)).json()["html"]
        assert "Aanwezig" in choices
        assert "Vertrokken" not in choices
    assert "Vertrokken" not in form.content.decode()


@pytest.mark.django_db
def test_a_story_whose_author_is_gone_can_still_be_edited(as_user, make_user, trunk):
    author = make_user(first_name="Piet")
    story = StoryFactory(parent=trunk(StoryIndexPage), author=author)
    author.delete()
    story.refresh_from_db()
    client = as_user(make_user(is_superuser=True))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).context["form"]
    assert form.fields["author"].required is False
