"""What isn't translated stands in the other language's tree as an alias, wherever the original goes."""

import io

import pytest
from django.core.management import call_command
from wagtail.models import Locale, Page

from base.translation import defer_aliases, sync_languages
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from tests.factories import ChapterFactory, ManualFactory

pytestmark = pytest.mark.django_db


def manual(trunk, language="nl", title="Werkboek"):
    page = ManualPage(title=title, locale=Locale.objects.get(language_code=language))
    trunk(ManualIndexPage, language).add_child(instance=page)
    page.save_revision().publish()
    return ManualPage.objects.get(pk=page.pk)


def chapter(parent, title, publish=True):
    page = ChapterPage(title=title, locale=parent.locale, live=publish)
    parent.add_child(instance=page)
    revision = page.save_revision()
    if publish:
        revision.publish()
    return ChapterPage.objects.get(pk=page.pk)


def twin(page, language="en"):
    return type(page).objects.get(translation_key=page.translation_key, locale__language_code=language)


def titles(parent):
    return list(parent.get_children().values_list("title", flat=True))


@pytest.mark.parametrize(("language", "other"), [("nl", "en"), ("en", "nl")])
def test_publishing_makes_an_alias_in_the_other_language(trunk, language, other):
    page = manual(trunk, language)
    alias = twin(page, other)
    assert alias.alias_of_id == page.pk
    assert alias.live
    assert alias.get_parent().specific == trunk(ManualIndexPage, other)
    assert alias.get_parent().numchild == alias.get_parent().get_children().count()


def test_an_alias_follows_what_is_published_and_unpublished(trunk):
    page = manual(trunk)
    page.title = "Nieuw werkboek"
    page.save_revision().publish()
    assert twin(page).title == "Nieuw werkboek"
    page.unpublish()
    assert not twin(page).live


def test_a_draft_has_no_alias_until_it_is_published(trunk):
    page = manual(trunk)
    draft = chapter(page, "Klad", publish=False)
    assert not ChapterPage.objects.filter(translation_key=draft.translation_key, locale__language_code="en").exists()
    draft.save_revision().publish()
    assert twin(draft).live


def test_aliases_stand_in_the_order_of_the_original_whatever_is_published_first(trunk):
    page = manual(trunk)
    first, second = chapter(page, "Een", publish=False), chapter(page, "Twee")
    chapter(page, "Drie")
    first.save_revision().publish()
    assert titles(twin(page)) == ["Een", "Twee", "Drie"]
    assert twin(second).path.startswith(twin(page).path)


def test_moving_takes_the_subtree_along_in_the_other_language(trunk):
    here, there = manual(trunk, title="Hier"), manual(trunk, title="Daar")
    moved = chapter(here, "Verhuist")
    below = chapter(moved, "Gaat mee")
    moved.move(there, pos="last-child")
    assert twin(moved).get_parent().specific == twin(there)
    assert twin(below).get_parent().specific == twin(moved)
    assert twin(below).url_path.startswith(twin(there).url_path)


def test_reordering_reorders_the_other_language(trunk):
    page = manual(trunk)
    one, two, three = (chapter(page, title) for title in ("Een", "Twee", "Drie"))
    three.move(one, pos="left")
    assert titles(twin(page)) == ["Drie", "Een", "Twee"]
    Page.objects.get(pk=three.pk).move(Page.objects.get(pk=two.pk), pos="right")
    assert titles(twin(page)) == ["Een", "Twee", "Drie"]


def test_moving_the_alias_moves_the_original(trunk):
    here, there = manual(trunk, title="Hier"), manual(trunk, title="Daar")
    moved = chapter(here, "Verhuist")
    twin(moved).move(twin(there), pos="last-child")
    assert ChapterPage.objects.get(pk=moved.pk).get_parent().specific == there


def test_deleting_a_page_deletes_its_aliases_and_theirs_below(trunk):
    page = manual(trunk)
    below = chapter(page, "Onder")
    page.delete()
    assert not Page.objects.filter(translation_key__in=[page.translation_key, below.translation_key]).exists()


def test_deleting_keeps_what_was_written_below_an_alias(trunk):
    page = manual(trunk)
    english = chapter(twin(page), "Only in English")
    assert twin(english, "nl").get_parent().specific == page
    page.delete()
    assert ChapterPage.objects.filter(pk=english.pk, alias_of=None, live=True).exists()


def test_deleting_a_translation_brings_the_alias_back(trunk, django_capture_on_commit_callbacks):
    page = manual(trunk)
    translation = twin(page)
    Page.objects.filter(pk=translation.pk).update(alias_of=None)
    translation.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        translation.delete()
    assert twin(page).alias_of_id == page.pk


def test_an_import_is_mirrored_in_one_batch(trunk):
    with defer_aliases():
        page = manual(trunk)
        chapters = [chapter(page, f"Hoofdstuk {number}") for number in range(3)]
        chapters[2].move(chapters[0], pos="left")
        assert not ManualPage.objects.filter(translation_key=page.translation_key, locale__language_code="en").exists()
    assert titles(twin(page)) == ["Hoofdstuk 2", "Hoofdstuk 0", "Hoofdstuk 1"]


def test_a_failed_import_is_not_mirrored(trunk):
    with pytest.raises(RuntimeError), defer_aliases():
        page = manual(trunk)
        raise RuntimeError
    assert not ManualPage.objects.filter(translation_key=page.translation_key, locale__language_code="en").exists()
    sync_languages()
    assert twin(page).alias_of_id == page.pk


def test_two_pages_of_one_slug_get_addresses_of_their_own(trunk):
    page = manual(trunk, "nl", "Werkboek")
    other = manual(trunk, "en", "Werkboek")
    assert twin(page, "en").slug != other.slug
    assert twin(other, "nl").slug != page.slug


def test_repairing_makes_moves_and_hides_and_then_rests(trunk):
    index = trunk(ManualIndexPage)
    page = ManualFactory(parent=index, locale=index.locale, live=True)
    below = ChapterFactory(parent=page, locale=index.locale, live=True)
    assert sync_languages()["made"] == 2
    assert twin(below).get_parent().specific == twin(page)
    Page.objects.filter(pk=below.pk).update(live=False)
    assert sync_languages()["matched"] == 1
    assert not twin(below).live
    out = io.StringIO()
    call_command("sync_languages", stdout=out)
    assert out.getvalue().startswith("0 aliases made, 0 pages compared for their place, 0 aliases")


def test_repairing_puts_a_stray_page_back_in_its_place(trunk):
    here, there = manual(trunk, title="Hier"), manual(trunk, title="Daar")
    stray = chapter(here, "Verdwaald")
    with defer_aliases():
        stray.move(there, pos="last-child")
        from base.translation import tree

        tree._state.deferred.clear()
    assert twin(stray).get_parent().specific == twin(here)
    assert sync_languages()["placed"] == 1
    assert twin(stray).get_parent().specific == twin(there)


def test_a_night_with_nothing_to_repair_takes_as_many_queries_for_any_number(trunk, django_assert_max_num_queries):
    page = manual(trunk)
    for number in range(2, 14, 6):
        for each in range(6):
            chapter(page, f"Hoofdstuk {number + each}")
        with django_assert_max_num_queries(10):
            assert sync_languages() == {"made": 0, "placed": 0, "matched": 0}
