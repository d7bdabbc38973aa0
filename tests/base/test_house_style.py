"""The house style: any colour in, readable colours out."""

import random
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override

from base.house_style import SURFACES, accent_tint, contrast, from_oklch, pairs, shift, theme_css, to_oklch
from base.models import HouseStyle
from base.panels import sentence
from tests.factories import ImageFactory

CORNERS = ["#ffffff", "#000000", "#ffff00", "#ff0000", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#808080", "#00655b"]
_random = random.Random(20261122)  # noqa: S311 the same colours in every run
COLOURS = [*CORNERS, *(f"#{_random.randrange(0x1000000):06x}" for _ in range(120))]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_pair_keeps_its_promise_for_any_colour(colour, mode):
    made = pairs(colour, mode)
    grounds = (*SURFACES[mode], accent_tint(colour, mode), accent_tint(made["accent"], mode))
    parts = 4.5 if mode == "dark" else 3
    assert min(contrast(made["accent"], ground) for ground in grounds[:-1]) >= parts
    assert min(contrast(made["accent-text"], ground) for ground in grounds) >= 4.45
    assert min(contrast(made["accent-text"], ground) for ground in grounds[:-1]) >= 4.5
    assert contrast(made["on-accent"], made["accent"]) >= 4.5
    assert contrast(made["on-block"], made["block"]) >= 7


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_survives_the_way_to_oklch_and_back(colour):
    there = from_oklch(*to_oklch(colour))
    assert all(abs(int(there[i : i + 2], 16) - int(colour[i : i + 2], 16)) <= 1 for i in (1, 3, 5))


def test_a_colour_that_can_be_read_as_it_is_is_left_alone():
    assert pairs("#00655b", "light")["accent"] == "#00655b"
    assert shift("#00655b", "light") == 0
    with override("en"):
        assert "just as it is" in sentence("#00655b", "light")


def test_the_hue_stays_the_editors():
    for colour in ("#ffff00", "#ff7f50", "#9ad0f5"):
        before, after = to_oklch(colour)[2], to_oklch(pairs(colour, "light")["accent"])[2]
        assert abs(before - after) < 0.12


def test_words_say_how_far_a_colour_was_moved():
    assert shift("#ffff00", "light") < 0 < shift("#000044", "dark")
    darker, lighter = -shift("#ffff00", "light"), shift("#000044", "dark")
    for language, words in (("en", ("darker", "lighter")), ("nl", ("donkerder", "lichter"))):
        with override(language):
            assert f"{darker}% {words[0]}" in sentence("#ffff00", "light")
            assert f"{lighter}% {words[1]}" in sentence("#000044", "dark")


@pytest.fixture
def style(db):
    """The house style, saved."""
    return HouseStyle.objects.create(name="Veldbron", accent="#8a2be2")


def theme_address(client) -> str:
    """Where the sign-in page says the colours are."""
    return re.search(rb"/theme-[0-9a-f]{12}\.css", client.get("/accounts/login/").content).group().decode()


def test_the_sign_in_page_gets_its_colours_without_signing_in(client, style):
    response = client.get(theme_address(client))
    assert response.status_code == 200 and response["Content-Type"].startswith("text/css")
    assert response.content.decode() == theme_css("#8a2be2")
    assert "immutable" in response["Cache-Control"]


def test_other_colours_have_another_address(client, style):
    before = theme_address(client)
    style.accent = "#ffcc00"
    style.save()
    assert theme_address(client) != before
    old = client.get(before)
    assert old.content.decode() == theme_css("#ffcc00") and "immutable" not in old["Cache-Control"]


@pytest.mark.parametrize("wrong", ["red", "#12", "#00655b;}body{", "00655b", "#gggggg"])
def test_only_a_colour_is_taken_for_one(style, wrong):
    style.accent = wrong
    with pytest.raises(ValidationError) as caught:
        style.full_clean()
    assert "accent" in caught.value.message_dict


def test_a_logo_is_shown_before_sign_in_and_no_other_picture_is(client, style):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40"/>'
    style.logo = ImageFactory(file=ContentFile(drawing, "logo.svg"))
    style.save()
    page = client.get("/accounts/login/").content.decode()
    address = re.search(r'src="(/logo-[0-9a-f]{12})"', page).group(1)
    response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response["Content-Security-Policy"] and response["X-Content-Type-Options"] == "nosniff"
    assert "image" not in client.get("/logo-000000000000", follow=True)["Content-Type"]
    assert client.get(ImageFactory().file.url).status_code == 302


def test_a_photo_as_logo_is_made_small(client, style):
    style.logo = ImageFactory(file__width=2000, file__height=1000)
    style.save()
    address = re.search(r'src="(/logo-[0-9a-f]{12})"', client.get("/accounts/login/").content.decode()).group(1)
    response = client.get(address)
    assert response["Content-Type"] == "image/png" and len(response.getvalue()) < 20_000


def test_the_settings_form_shows_both_modes_and_says_what_was_changed(as_user, make_user, style):
    style.accent = "#ffff00"
    style.save()
    admin = as_user(make_user(is_superuser=True, locale="en"))
    page = admin.get(f"/admin/settings/base/housestyle/{style.pk}/").content.decode()
    assert page.count("<figcaption>") == 2
    assert pairs("#ffff00", "light")["accent"] in page and pairs("#ffff00", "dark")["accent"] in page
