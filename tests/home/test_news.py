"""News: the list, an item, and whose name is under it."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import PageViewRestriction

from home.models import NewsIndexPage, NewsPage
from tests.factories import NewsFactory

TEXT = [("rich_text", "<p>Woorden die ertoe doen.</p>")]
VIDEO = [("video", {"title": "Vlog", "url": "https://vimeo.com/123456", "transcript": "<p>Goedemorgen allemaal.</p>"})]


@pytest.fixture
def news(trunk):
    """``news(title=..., ...)``: a live item."""

    def make(**fields):
        return NewsFactory(parent=trunk(NewsIndexPage), **{"body": TEXT, **fields})

    return make


def soup(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text(strip=True) for heading in page.select(".stories h3")]


def publish(page, **changes):
    """As an editor does: a draft is saved and published."""
    page = NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object() if page.latest_revision_id else page
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return NewsPage.objects.get(pk=page.pk)


def test_the_list_shows_twelve_a_page_newest_first(as_user, user, news):
    for number in range(14):
        news(title=f"Bericht {number:02}")
    client = as_user(user)
    url = NewsIndexPage.objects.get(locale__language_code="nl").url
    assert titles(soup(client, url)) == [f"Bericht {n:02}" for n in range(13, 1, -1)]
    assert titles(soup(client, f"{url}?page=2")) == ["Bericht 01", "Bericht 00"]


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "1.5", "9" * 5000, "%00", "१", "2; drop"])
def test_a_bad_page_number_shows_a_page_of_the_list(as_user, user, news, number):
    for _ in range(13):
        news()
    page = soup(as_user(user), f"/nl/nieuws/?page={number}")
    assert len(titles(page)) in (1, 12)


def test_an_empty_list_says_so(as_user, user, trunk):
    assert "No news yet" in soup(as_user(user), "/en/news/").get_text()


def test_page_links_keep_no_strangers_parameters(as_user, make_user, news):
    for _ in range(13):
        news()
    as_user(make_user()).get("/nl/nieuws/?from=somebody")
    assert "somebody" not in str(soup(as_user(make_user()), "/nl/nieuws/"))


def test_a_video_message_is_marked_in_the_list_and_on_its_page(as_user, user, news):
    item = news(title="Wat we bespraken", body=VIDEO, author=user)
    client = as_user(user)
    for url in ("/nl/nieuws/", item.url):
        kicker = soup(client, url).select_one(".kicker")
        assert user.first_name in kicker.get_text()
        assert "#i-play" in str(kicker)
    assert news(body=TEXT).has_video is False


def test_an_item_lists_other_news_but_not_itself(as_user, user, news):
    items = [news(title=f"Bericht {number}") for number in range(5)]
    page = soup(as_user(user), items[4].url)
    more = [heading.get_text() for heading in page.select("aside .row__title a")]
    assert more == ["Bericht 3", "Bericht 2", "Bericht 1"]


def test_drafts_and_restricted_items_are_in_no_list_and_no_count(as_user, make_user, news):
    for _ in range(12):
        news()
    draft, secret = news(title="Kanarie een"), news(title="Kanarie twee")
    draft.unpublish()
    member = make_user(groups=["Insiders"])
    restriction = PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())
    outsider = make_user()
    page = soup(as_user(outsider), "/nl/nieuws/")
    assert "Kanarie" not in page.get_text()
    assert page.select_one(".pagination") is None
    assert as_user(outsider).get(draft.url).status_code == 404
    assert as_user(outsider).get(secret.url).status_code == 403
    inside = soup(as_user(member), "/nl/nieuws/")
    assert "Kanarie twee" in inside.get_text()
    assert "Kanarie een" not in inside.get_text()
    assert inside.select_one(".pagination") is not None


def test_a_draft_follows_its_author(make_user, news):
    first, second = make_user(first_name="Joost", job_title="adviseur"), make_user(first_name="Yara")
    item = news(author=first, live=False)
    item.save_revision()
    first.job_title = "hoofdredacteur"
    first.save()
    item = publish(item)
    assert (item.author_name, item.author_role) == (first.get_full_name(), "hoofdredacteur")

    other = news(author=first, live=False)
    other.save_revision()
    other = publish(other, author=second)
    assert other.author_name == second.get_full_name()


def test_the_byline_stays_as_it_was_when_it_appeared(make_user, news):
    author = make_user(first_name="Joost", last_name="van Leeuwen", job_title="adviseur")
    item = publish(news(author=author, live=False))
    author.last_name, author.job_title = "de Boer", "directeur"
    author.save()
    item = publish(item, title="Nieuwe titel")
    item.unpublish()
    item = publish(item)
    assert (item.author_name, item.author_role) == ("Joost van Leeuwen", "adviseur")


def test_a_revision_from_before_publication_doesnt_bring_its_byline_back(make_user, news):
    author = make_user(first_name="Joost", last_name="van Leeuwen", job_title="stagiair")
    item = news(author=author, live=False)
    early = item.save_revision()
    author.job_title = "adviseur"
    author.save()
    item = publish(item)
    assert item.author_role == "adviseur"
    assert early.content["author_role"] == "stagiair"
    early.publish()
    assert NewsPage.objects.get(pk=item.pk).author_role == "adviseur"


def test_naming_another_author_after_publication_corrects_the_byline(make_user, news):
    item = publish(news(author=make_user(first_name="Joost"), live=False))
    right = make_user(first_name="Marlies", job_title="directeur")
    item = publish(item, author=right)
    assert (item.author_name, item.author_role) == (right.get_full_name(), "directeur")


def test_the_name_stays_when_the_author_leaves(as_user, make_user, user, news):
    author = make_user(first_name="Piet", last_name="Oudman", job_title="meteropnemer")
    item = publish(news(author=author, live=False))
    author.is_active = False
    author.save()
    page = soup(as_user(user), item.url).get_text()
    assert "Piet Oudman, meteropnemer" in page
    author.delete()
    item = publish(item)
    assert (item.author_id, item.author_name) == (None, "Piet Oudman")
    assert item.author_has_left
    assert as_user(user).get(item.url).status_code == 200


def test_the_english_page_names_the_role_in_english(make_user, news):
    author = make_user(job_title="storingsmonteur", job_title_en="fault engineer")
    item = publish(news(author=author, live=False))
    assert item.get_translations().get().specific.author_role == "fault engineer"


def test_an_item_without_an_author_opens(as_user, user, news):
    assert as_user(user).get(news().url).status_code == 200


# Session, reader and content stamp.
QUERIES = 3


def test_the_news_list_costs_the_same_with_ten_times_the_data(as_user, user, news, django_assert_num_queries):
    client = as_user(user)
    for _ in range(3):
        news()
    client.get("/nl/nieuws/")
    with django_assert_num_queries(QUERIES):
        client.get("/nl/nieuws/")
    for _ in range(30):
        news()
    client.get("/nl/nieuws/?page=2")
    with django_assert_num_queries(QUERIES):
        client.get("/nl/nieuws/?page=2")


def test_a_news_item_costs_the_same_whatever_is_in_it(as_user, user, news, django_assert_num_queries):
    client = as_user(user)
    short, long = news(), news(body=TEXT * 50, author=user)
    for item in (short, long):
        client.get(item.url)
        with django_assert_num_queries(QUERIES):
            client.get(item.url)
