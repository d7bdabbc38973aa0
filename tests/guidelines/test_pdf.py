"""A whole manual as a PDF: what is in it, for whom, and that nothing an editor writes breaks it."""

import io
import json

import pytest
from pypdf import PdfReader
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from base.models import PortalImage
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from guidelines.pdf.glyphs import showable
from guidelines.pdf.paragraphs import Grid, paragraphs_of
from tests.factories import ChapterFactory, ImageFactory, ManualFactory

RICH = (
    '<p>Bel <b>eerst</b> de <a href="https://example.org/x">meldkamer</a>.</p><ul><li>Straat</li><li>Nummer</li></ul>'
)


def heading(text: str, level: str = "2") -> tuple[str, dict]:
    return "heading", {"text": text, "level": level}


def everything(image) -> list:
    """Every kind of block that needs nothing else in the database."""
    return [
        heading("Zo meld je het"),
        ("rich_text", RICH),
        (
            "tip",
            {"title": "Bel snel", **{part: f"<p>{part}!</p>" for part in ("text", "do", "dont", "why", "example")}},
        ),
        ("callout", {"tone": "bad", "title": "Let op", "text": "<p>Gas ruik je.</p>"}),
        ("steps", {"title": "Stappen", "steps": [{"title": "Sluit af", "text": "<p>Rechtsom.</p>"}]}),
        ("quote", {"text": "Het was nat", "who": "Kevin"}),
        ("code", {"language": "", "code": "pomp start --veilig"}),
        ("image", {"image": image, "caption": "Een put"}),
        ("formatted", "<details><summary>Meer</summary><ol><li>Een<ul><li>Dieper</li></ul></li></ol></details>"),
    ]


@pytest.fixture
def manual(trunk):
    return ManualFactory(parent=trunk(ManualIndexPage), title="Storingen én lekken", summary="Wat je doet bij een lek.")


def pdf(client, manual, **headers) -> PdfReader:
    response = client.get(f"{manual.url}?pdf=1", **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "private" in response["Cache-Control"]
    assert f'filename="{manual.slug}.pdf"' in response["Content-Disposition"]
    return PdfReader(io.BytesIO(response.content))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def outline(reader: PdfReader, entries=None) -> list[str]:
    found = []
    for entry in reader.outline if entries is None else entries:
        found += outline(reader, entry) if isinstance(entry, list) else [entry.title]
    return found


def restrict(page, member):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())


def test_a_manual_is_one_file_with_cover_contents_and_outline(as_user, make_user, manual):
    owner = make_user(first_name="Łukasz", last_name="Gülşen")
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=owner, applies_to="Alle monteurs")
    ChapterFactory(parent=manual, title="Melden", body=everything(ImageFactory()))
    ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title="Herstellen", body=[heading("Graven")])
    reader = pdf(as_user(make_user()), manual)
    text = words(reader)
    for part in ("Storingen én lekken", "Wat je doet bij een lek.", "Alle monteurs", "Łukasz Gülşen", "Nederlands"):
        assert part in words_of_page(reader, 0), part
    assert "1. Melden" in words_of_page(reader, 1) and "2. Herstellen" in words_of_page(reader, 1)
    for part in (
        "Bel snel",
        "do!",
        "dont!",
        "why!",
        "example!",
        "Gas ruik je",
        "Rechtsom",
        "Het was nat",
        "pomp start",
    ):
        assert part in text, part
    for part in ("Een put", "Dieper", "Straat"):
        assert part in text, part
    assert outline(reader) == ["1. Melden", "Zo meld je het", "Bel snel", "2. Herstellen", "Graven"]
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    assert reader.metadata.title == "Storingen én lekken"
    assert len(reader.pages[2].images) + len(reader.pages[3].images) == 1


def words_of_page(reader: PdfReader, number: int) -> str:
    return " ".join(reader.pages[number].extract_text().split())


def test_the_contents_say_on_which_page_a_chapter_is(as_user, user, manual):
    for number in range(60):
        parent = ManualPage.objects.get(pk=manual.pk)
        ChapterFactory(parent=parent, title=f"Hoofdstuk {number}", body=[("rich_text", RICH * 20)])
    reader = pdf(as_user(user), manual)
    contents = [line for page in reader.pages[1:3] for line in page.extract_text().splitlines()]
    said = {line.rsplit(" ", 1)[0].strip(): line.rsplit(" ", 1)[-1] for line in contents if "Hoofdstuk" in line}
    assert len(said) == 60
    for name, page in said.items():
        assert name in reader.pages[int(page) - 1].extract_text(), name


def links(reader: PdfReader) -> list[str]:
    found = [annotation.get_object() for page in reader.pages for annotation in page.get("/Annots", [])]
    return [link["/A"]["/URI"] if "/A" in link and "/URI" in link["/A"] else "inside" for link in found]


def test_links_lead_into_the_file_or_to_the_portal(as_user, user, manual, trunk):
    other = ManualFactory(parent=trunk(ManualIndexPage), title="Elders")
    second = ChapterFactory(parent=manual, title="Twee", body=[heading("Graven")])
    source = (
        f'<p><a linktype="page" id="{second.pk}" anchor="graven">hier</a> <a linktype="page" id="{other.pk}">daar</a> '
        '<a href="https://example.org/x">ver</a> <a href="#graven">op deze bladzijde</a></p>'
    )
    ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title="Drie", body=[("rich_text", source)])
    found = links(pdf(as_user(user), manual))
    assert f"http://testserver{other.url}" in found
    assert "https://example.org/x" in found
    assert len([link for link in found if link == "inside"]) >= 4


def destinations(reader: PdfReader, page: int) -> list[int]:
    """The pages that the links on this page lead to, within the file."""
    found = [annotation.get_object() for annotation in reader.pages[page].get("/Annots", [])]
    numbers = {item.indirect_reference.idnum: number for number, item in enumerate(reader.pages)}
    return [numbers[link["/Dest"][0].idnum] for link in found if "/Dest" in link]


def test_a_link_may_lead_further_on(as_user, user, manual):
    first = ChapterFactory(parent=manual, title="Een")
    second = ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title="Twee", body=[heading("Graven")])
    link = f'<p><a linktype="page" id="{second.pk}" anchor="graven">verder</a></p>'
    columns, rows = [{"type": "text", "heading": "Waar"}], [{"values": [link]}]
    first.body = json.dumps(
        [
            {"type": "rich_text", "value": link},
            {"type": "table", "value": {"columns": columns, "rows": rows, "caption": ""}},
        ]
    )
    first.save()
    reader = pdf(as_user(user), manual)
    assert destinations(reader, 2) == [3, 3]
    assert set(destinations(reader, 1)) == {2, 3}


def test_no_script_address_gets_into_it(as_user, user, manual):
    source = (
        '<p><a href="javascript:alert(1)">klik</a> <a href="file:///etc/passwd">en</a> <a href="http://[x">stuk</a> '
        '<a href="//example.org/y">los</a></p>'
    )
    ChapterFactory(parent=manual, body=[("rich_text", source), ("formatted", source)])
    found = links(pdf(as_user(user), manual))
    assert not [link for link in found if link.startswith(("javascript", "file"))]
    assert not [link for link in found if "example.org" in link and not link.startswith("https://example.org/")]


def test_only_what_this_reader_may_read_is_in_it_also_after_somebody_else(as_user, make_user, manual):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    secret = ChapterFactory(parent=manual, title="Geheim", body=[heading("Kluis")])
    ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title="Kladje", live=False)
    ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title="Open", body=[heading("Deur")])
    restrict(secret, member)
    for _round in range(2):
        inside, outside = words(pdf(as_user(member), manual)), words(pdf(as_user(outsider), manual))
        assert "Kluis" in inside and "Deur" in inside and "Kladje" not in inside
        assert "Deur" in outside and "Geheim" not in outside and "Kluis" not in outside
    restrict(manual, member)
    assert as_user(outsider).get(f"{manual.url}?pdf=1").status_code == 403


def test_who_is_not_signed_in_gets_nothing(client, manual):
    assert client.get(f"{manual.url}?pdf=1").status_code == 302


@pytest.mark.parametrize("query", ["pdf=0", "pdf=", "pdf=yes", "pdf=1%00"])
def test_only_pdf_1_makes_one(as_user, user, manual, query):
    assert as_user(user).get(f"{manual.url}?{query}")["Content-Type"].startswith("text/html")


def test_pictures_that_not_everybody_may_see_stay_in_the_portal(as_user, user, manual):
    closed = Collection.get_first_root_node().add_child(name="Besloten")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="groups")
    hidden = ImageFactory()
    PortalImage.objects.filter(pk=hidden.pk).update(hidden_at="2026-01-01T00:00:00Z")
    pictures = [("image", {"image": image, "caption": ""}) for image in (ImageFactory(collection=closed), hidden)]
    ChapterFactory(parent=manual, body=pictures)
    reader = pdf(as_user(user), manual)
    assert [image for page in reader.pages for image in page.images] == []
    assert words(reader).count("portaal") >= 2 or words(reader).count("portal") >= 2


def test_a_picture_whose_file_is_gone_is_left_out(as_user, user, manual):
    image = ImageFactory()
    image.file.storage.delete(image.file.name)
    ChapterFactory(parent=manual, body=[("image", {"image": image, "caption": "Weg"})])
    assert "Weg" in words(pdf(as_user(user), manual))


@pytest.mark.parametrize(
    "text",
    [
        "Emoji 👩‍🔧🚰 en ✅ en →",
        "שלום عليكم 水",
        "e\u0301e\u0301n \u202eomgekeerd",
        "x" * 3000,
        "\u2028\u2029\u200b\ufeff",
        "ĳ Ĳ ﬁ ½ € “aanhaling” – —",
    ],
    ids=["emoji", "scripts", "combining", "long-word", "invisible", "typography"],
)
def test_no_letters_break_it(as_user, user, manual, text):
    cell = {
        "columns": [{"type": "text", "heading": text[:80]}],
        "rows": [{"values": [f"<p>{text}</p>"]}],
        "caption": text,
    }
    body = [
        {"type": "heading", "value": {"text": text[:180], "level": "4"}},
        {"type": "rich_text", "value": f"<p>{text} <i>{text}</i> <b>{text}</b></p><pre>{text}</pre>"},
        {"type": "tip", "value": {"title": text[:110], "text": f"<p>{text}</p>", "why": ""}},
        {"type": "table", "value": cell},
    ]
    ManualPage.objects.filter(pk=manual.pk).update(title=text[:200], summary=text[:390])
    ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title=text[:200], slug="x", body=json.dumps(body))
    assert len(pdf(as_user(user), manual).pages) >= 3


def table(columns: int, rows: int, cell: str) -> dict:
    return {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": f"Kolom {number}"} for number in range(columns)],
            "rows": [{"values": [f"<p>{cell}</p>"] * columns} for _row in range(rows)],
            "caption": "",
        },
    }


@pytest.mark.parametrize(
    "block", [table(3, 90, "Leiding"), table(12, 3, "Leiding"), table(2, 2, "Veel woorden " * 600), table(1, 1, "")]
)
def test_tables_of_every_size_are_readable(as_user, user, manual, block):
    ChapterFactory(parent=manual, title="Tabel", body=json.dumps([block]))
    assert "Kolom 0" in words(pdf(as_user(user), manual))


def test_a_table_in_a_text_with_its_own_layout_is_a_table(as_user, user, manual):
    source = "<table><tbody><tr><th>Wat</th><th>Wie</th></tr><tr><td>Lek</td><td>Meldkamer</td></tr></tbody></table>"
    ChapterFactory(parent=manual, body=[("formatted", source)])
    text = words(pdf(as_user(user), manual))
    assert "Lek" in text and "Meldkamer" in text
    [grid] = paragraphs_of(source)
    assert isinstance(grid, Grid) and grid.has_headings and len(grid.rows) == 2


@pytest.mark.parametrize(
    "source", ["</p></ul>", "<ul><li>", "<table><td>x", "<p>a<table></p></table>", "<ol start='99999999999'>"]
)
def test_broken_html_is_read_as_far_as_it_goes(source):
    assert isinstance(paragraphs_of(f"{source}woord"), list)


def test_an_empty_manual_is_a_cover(as_user, user, manual):
    assert len(pdf(as_user(user), manual).pages) == 1


def test_a_short_manual_without_chapters_has_no_contents(as_user, user, trunk):
    short = ManualFactory(parent=trunk(ManualIndexPage), title="Kort", body=[heading("Alles"), ("rich_text", RICH)])
    assert outline(pdf(as_user(user), short)) == ["Kort", "Alles"]


def test_a_translation_says_which_language_it_is_in(as_user, user, manual):
    manual.save_revision().publish()
    english = manual.get_translations().get()
    reader = pdf(as_user(user), english.specific)
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    assert "The latest version" in words(reader)


def test_letters_outside_the_fonts_are_replaced():
    assert showable("Łukasz → Gülşen 👩 水") == "Łukasz -> Gülşen  ?"


def test_the_page_offers_it(as_user, user, manual):
    chapter = ChapterFactory(parent=manual)
    for url in (manual.url, ChapterPage.objects.get(pk=chapter.pk).url):
        assert f'href="{manual.url}?pdf=1"' in as_user(user).get(url).content.decode()


def test_it_costs_the_same_with_ten_times_the_chapters_and_nothing_when_it_is_kept(
    as_user, user, manual, django_assert_num_queries, django_assert_max_num_queries
):
    image = ImageFactory()
    client = as_user(user)

    def add(count: int):
        for _number in range(count):
            body = [heading("Kop"), ("image", {"image": image, "caption": ""}), ("rich_text", RICH)]
            ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), body=body)

    add(2)
    url = f"{manual.url}?pdf=1"
    client.get(url)
    # The first one made what there was nothing of yet: a house style, the pictures in their size on paper.
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
    add(20)
    # Streams look up their pictures text by text: one query a chapter that has any.
    with django_assert_max_num_queries(22 + 18):
        client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
