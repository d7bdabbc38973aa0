"""What the demo holds."""

import re
from collections import Counter

import pytest
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from base.models import HouseStyle, PortalImage, PortalMedia
from base.translation import fallback_language
from demo.building.content import CONTENT, FOLDER, load
from demo.building.registry import key_of
from demo.building.specs import TRUNK, all_specs, trunk_specs
from guidelines.models import ChapterPage, ManualPage
from home.models import NewsPage, StoryChapterPage
from onboarding.models import Enrolment, PathPage, PhasePage, StepPage
from onboarding.periods import day_of_date
from onboarding.reading import standings_of
from onboarding.reading_outlines import path_outline
from people.models import Team, User
from stories.models import StoryPage
from tests.demo.standing import TODAY

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]

SPECS = [*trunk_specs(), *all_specs()]
# Names that are Dutch in English, too.
DUTCH_NAMES = ("het Veld", "het-veld", "Mijn Uren", "Declaraties", "Stationsweg")
DUTCH_WORDS = re.compile(
    r"\b(het|een|niet|jij|wij|voor|maar|ook|naar|zijn|wordt|collega’s|jouw|als|dan|nog|moet)\b", re.IGNORECASE
)


def own_pages(model, language="nl"):
    return model.objects.live().filter(locale__language_code=language, alias_of__isnull=True)


def trunk_page(model):
    """The page that stood before the demo came; it may have made more of its type."""
    return own_pages(model).earliest("pk")


def bodies(language):
    for spec in SPECS:
        if "body" in spec.content:
            key = key_of(spec.name) if spec.parent else trunk_page(spec.model).translation_key
            yield spec, spec.model.objects.get(translation_key=key, locale__language_code=language).body


def blocks_of(language, kind):
    return [block.value for _, body in bodies(language) for block in body if block.block_type == kind]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_company_story_news_manuals_and_path_are_as_large_as_promised(language):
    assert own_pages(StoryChapterPage, language).count() >= 6
    news = own_pages(NewsPage, language)
    assert news.count() == 8
    assert sum(any(block.block_type == "video" for block in page.body) for page in news) == 2
    assert own_pages(ManualPage, language).count() == 3
    for manual in own_pages(ManualPage, language):
        assert own_pages(ChapterPage, language).child_of(manual).count() >= 4, manual
    assert own_pages(PathPage, language).count() == 1
    assert own_pages(PhasePage, language).count() == 4
    assert own_pages(StepPage, language).count() >= 14


def test_six_stories_are_by_six_colleagues_and_stay_in_their_own_language():
    keys = [key_of(spec.name) for spec in SPECS if spec.model is StoryPage]
    stories = list(
        StoryPage.objects.live()
        .filter(alias_of__isnull=True, translation_key__in=keys)
        .select_related("author", "locale")
    )
    by_key = Counter(story.translation_key for story in stories)
    assert len(by_key) == 6
    assert len({story.author_id for story in stories}) == 6
    only = Counter(story.locale.language_code for story in stories if by_key[story.translation_key] == 1)
    assert only == {"nl": 4, "en": 1}
    assert all(story.image_id and story.image_alt for story in stories)


@pytest.mark.parametrize(("there", "shown_in"), [("nl", "en"), ("en", "nl")])
def test_a_story_in_one_language_is_shown_in_the_other_with_its_own_language_named(there, shown_in):
    keys = [key_of(spec.name) for spec in SPECS if spec.model is StoryPage]
    written = StoryPage.objects.filter(locale__language_code=there, alias_of__isnull=True, translation_key__in=keys)
    shown = [
        alias
        for alias in StoryPage.objects.filter(locale__language_code=shown_in, alias_of__in=written)
        if fallback_language(alias) == there
    ]
    assert len(shown) == (4 if there == "nl" else 1)


def test_the_colleagues_work_in_four_teams_below_one():
    assert User.objects.filter(is_preboarder=False).count() == 35
    [root] = Team.objects.filter(parent=None)
    assert root.name == "Veldbron"
    assert root.children.count() == 4
    assert all(team.leads.exists() and team.members.exists() and team.name_en for team in root.children.all())
    assert {"Łukasz Wójcik", "Aïsha Şahin", "Fatima Öztürk"} <= {str(user) for user in User.objects.all()}
    colleagues = User.objects.filter(is_preboarder=False)
    assert all(user.job_title and user.job_title_en and user.phone and user.start_date for user in colleagues)
    assert User.objects.filter(manager=None).get().first_name == "Marlies"


def test_photos_are_everybodys_own_and_newcomers_show_their_initials():
    with_photo = User.objects.exclude(photo="")
    assert with_photo.count() == 13
    assert len({user.photo.read() for user in with_photo}) == 13
    assert {"LJ", "AŞ", "HB"} <= {user.initials for user in User.objects.filter(photo="")}


def test_the_house_style_is_veldbrons():
    style = HouseStyle.objects.get()
    assert (style.name, style.accent, style.contact_phone) == ("Veldbron", "#00655b", "088 000 40 40")
    assert style.logo.is_svg()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_guideline_has_twelve_tips_with_do_dont_why_and_example(language):
    manual = ManualPage.objects.get(translation_key=key_of("manual/social"), locale__language_code=language)
    tips = [
        block.value
        for chapter in ChapterPage.objects.child_of(manual)
        for block in chapter.body
        if block.block_type == "tip"
    ]
    assert len(tips) >= 12
    for tip in tips:
        assert all(tip[part].source for part in ("text", "do", "dont", "why", "example")), tip["title"]
    assert len({tip.anchor_id for tip in tips}) == len(tips)


def test_every_type_of_block_is_used():
    used = {block.block_type for _, body in bodies("nl") for block in body}
    assert used == set(StoryChapterPage.body.field.stream_block.child_blocks)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_editor_could_save_every_body_as_it_is(language):
    for _, body in bodies(language):
        body.stream_block.clean(body)


def test_manuals_have_owners_deputies_and_review_dates_and_one_chapter_is_overdue():
    for manual in own_pages(ManualPage):
        assert manual.owner_colleague and manual.deputy and manual.reviewed_on < TODAY
    chapters = own_pages(ChapterPage)
    # The day of the next check follows from the last one where nobody chose it.
    assert not chapters.filter(reviewed_on=None).exists()
    assert chapters.filter(review_by__lt=TODAY).exists()
    assert chapters.filter(review_by__gt=TODAY).exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_picture_is_described(language):
    for model in {spec.model for spec in SPECS}:
        for page in model.objects.filter(locale__language_code=language, image__isnull=False):
            assert page.image_alt, page
    figures = blocks_of(language, "image")
    assert figures
    for figure in figures:
        assert figure["image"].contextual_alt_text and not figure["image"].decorative
    for story in StoryPage.objects.filter(locale__language_code=language):
        assert all(photo.alt_text for photo in story.photos.all())
    assert not PortalImage.objects.filter(description="").exists()


def test_every_drawing_is_used_by_a_page():
    drawn = {path.stem for path in (FOLDER / "pictures").glob("*.svg") if not path.stem.startswith("p-")}
    assert drawn == set(load("pictures"))
    text = "".join(path.read_text() for path in CONTENT.rglob("*.yaml") if path.stem != "pictures")
    assert {name for name in drawn if not re.search(rf"(picture|logo): {name}\b", text)} == set()


def test_videos_have_captions_that_say_what_their_written_text_says():
    assert PortalMedia.objects.count() == 3
    for media in PortalMedia.objects.all():
        assert media.file and media.thumbnail and media.duration
        name = next(name for name in load("media") if name in media.file.name)
        for language in ("nl", "en"):
            captions = getattr(media, f"captions_{language}").read().decode()
            shown = " ".join(line for line in captions.splitlines()[1:] if line and "-->" not in line)
            assert shown == " ".join(load("media")[name]["transcript"][language].split())


def translations():
    english = Locale.objects.get(language_code="en")
    for spec in SPECS:
        if spec.languages == ("nl", "en"):
            key = key_of(spec.name) if spec.parent else trunk_page(spec.model).translation_key
            yield spec, Translation.objects.get(source__object_id=key, target_locale=english)


def test_every_page_that_was_promised_in_english_is_there_as_a_complete_translation():
    found = list(translations())
    assert len(found) >= 65
    for spec, translation in found:
        page = translation.get_target_instance()
        assert page.live and page.alias_of_id is None, spec.name
        total, done = translation.get_progress()
        assert total == done > 0, spec.name
        source = translation.source
        assert source.last_updated_at >= source.get_source_instance().latest_revision_created_at, spec.name


def test_no_dutch_is_left_in_the_english():
    left = []
    for row in StringTranslation.objects.select_related("translation_of"):
        text = row.data
        for name in DUTCH_NAMES:
            text = text.replace(name, "")
        same = row.data == row.translation_of.data and len(row.data.split()) > 3
        if same or DUTCH_WORDS.search(text):
            left.append(row.data)
    assert left == []


def test_no_english_is_left_in_the_dutch():
    words = re.compile(r"\b(the|and|you|your|with|for|that|this|have|from)\b", re.IGNORECASE)
    left = [
        row.translation_of.data
        for row in StringTranslation.objects.select_related("translation_of")
        if words.search(re.sub(r"<[^>]+>", "", row.translation_of.data))
    ]
    assert left == []


def test_the_newcomer_is_in_her_second_week_with_social_media_up_next():
    noor = User.objects.get(email="newcomer@demo.example")
    enrolment = Enrolment.objects.get(user=noor)
    assert enrolment.start_date == noor.start_date
    assert enrolment.start_date.weekday() == 0
    assert 8 <= day_of_date(enrolment.start_date, TODAY) <= 14
    [standing] = standings_of(noor, "nl")
    assert (standing.done, standing.total, len(standing.extra)) == (10, 21, 2)
    assert standing.next_step.title.startswith("Sociale media")
    assert standing.next_step.reads.title == "Vertellen over je werk"
    assert [(row.colleague.email, row.role) for row in enrolment.supporters.order_by("role")] == [
        ("buddy@demo.example", "buddy"),
        ("hr@demo.example", "hr"),
    ]
    assert noor.manager.email == "manager@demo.example"
    assert Enrolment.objects.filter(user__last_name="Jansen").exists()


def test_english_readers_get_the_same_steps_with_pages_to_read_in_english():
    noor = User.objects.get(email="newcomer@demo.example")
    path = Enrolment.objects.get(user=noor).path_key
    dutch, english = (path_outline(noor, path, language) for language in ("nl", "en"))
    assert [step.key for step in dutch.steps] == [step.key for step in english.steps]
    assert sum(step.reads is not None for step in english.steps) >= 8
    assert english.step(key_of("path/sociale-media")).reads.url.startswith("/en/handbook/")
    assert not any(step.reads_is_missing for step in english.steps)


def test_steps_use_every_kind_and_say_how_long_they_take():
    steps = own_pages(StepPage)
    assert set(steps.values_list("kind", flat=True)) == set(StepPage.Kind.values)
    assert not steps.filter(minutes=0).exists()
    assert steps.filter(is_required=False).count() == 2
    assert all(step.summary and len(step.body) for step in steps)


def test_the_pages_of_the_trunk_say_what_they_are_for_in_both_languages():
    for model in TRUNK.values():
        summaries = {page.locale.language_code: page.summary for page in model.objects.filter(alias_of__isnull=True)}
        assert len(set(summaries.values()) - {""}) == 2, model


def test_links_in_texts_lead_to_pages_that_are_there():
    ids = {
        int(pk)
        for language in ("nl", "en")
        for _, body in bodies(language)
        for pk in re.findall(r'linktype=\\?"page\\?" id=\\?"(\d+)', str(list(body.raw_data)))
    }
    assert len(ids) >= 8
    assert Page.objects.live().filter(pk__in=ids).count() == len(ids)
