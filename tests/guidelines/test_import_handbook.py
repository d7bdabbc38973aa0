"""A folder becomes pages, once and again: the tree, the ids, the files, the report, two at once."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from PIL import Image
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex, Revision

from base.blocks import TEXT_FEATURES
from base.models import PortalDocument, PortalImage
from guidelines.importing import handbooks
from guidelines.importing.errors import ImportRefused
from guidelines.importing.handbooks import import_handbook
from guidelines.importing.media import COLLECTION
from guidelines.importing.records import Handbook, ImportedFile
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from tests.factories import ManualFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path):
    """A small handbook: two folders, one without an index, links to and fro, a picture and an attachment."""
    root = tmp_path / "gids"
    (root / "verlof").mkdir(parents=True)
    (root / "los").mkdir()
    (root / "index.md").write_text(
        "---\ndescription: Alles over werken hier.\ntags: [werk]\n---\n# De gids\n\nWelkom.\n"
    )
    (root / "verlof" / "index.md").write_text(
        "# Verlof\n\nZie [ouders](ouders.md#hoe-lang).\n\n![Een plaat](plaat.png)\n"
    )
    (root / "verlof" / "ouders.md").write_text(
        "# Ouders\n\nTerug naar [verlof](./).\n\n## Hoe lang\n\nLang. [Lijst](lijst.pdf)\n"
    )
    (root / "los" / "eind.md").write_text("# Eind\n\nWeg: [weg](../weg.md)\n")
    Image.new("RGB", (40, 30), "teal").save(root / "verlof" / "plaat.png")
    (root / "verlof" / "lijst.pdf").write_bytes(b"%PDF-1.4 lijst")
    return root


def run(folder, **options):
    """Import it in Dutch."""
    return import_handbook(**{"folder": folder, "locale": "nl", **options})


def chapter(path: str) -> ChapterPage:
    """The chapter with this source path."""
    return ChapterPage.objects.get(source_path=path, alias_of=None)


def rich_text(page) -> str:
    """The sources of the page's running text."""
    return "".join(block.value.source for block in page.body if block.block_type == "rich_text")


# The tree --------------------------------------------------------------------------------------------------------
def test_a_folder_becomes_a_manual_with_chapters(folder, trunk):
    report = run(folder)
    manual = ManualPage.objects.get(source_path="gids/index.md", alias_of=None)
    assert report.root_page_id == manual.pk
    assert manual.get_parent().specific == trunk(ManualIndexPage)
    assert (manual.title, manual.summary, manual.keywords, manual.slug) == (
        "De gids",
        "Alles over werken hier.",
        "werk",
        "gids",
    )
    tree = [(page.title, page.depth - manual.depth) for page in manual.get_descendants().order_by("path")]
    assert tree == [("Los", 1), ("Eind", 2), ("Verlof", 1), ("Ouders", 2)]
    assert report.created == ["index.md", "los", "los/eind.md", "verlof/index.md", "verlof/ouders.md"]
    assert all(page.live for page in manual.get_descendants(inclusive=True))
    assert Page.find_problems() == ([], [], [], [], [])


def test_every_page_it_makes_passes_the_editors_own_checks_and_can_be_read(folder, as_user, user):
    run(folder)
    client = as_user(user)
    for model in (ManualPage, ChapterPage):
        for page in model.objects.filter(source_path__startswith="gids", alias_of=None):
            page.full_clean()
            assert page.latest_revision_id == page.live_revision_id
            assert page.latest_revision.as_object().body.raw_data[:] == page.body.raw_data[:]
            assert client.get(page.url).status_code == 200


def test_pages_stand_in_the_other_language_too(folder):
    run(folder)
    original = chapter("gids/verlof/ouders.md")
    alias = Page.objects.get(alias_of=original)
    assert alias.locale.language_code == "en"
    assert alias.get_parent().alias_of.title == "Verlof"


@pytest.mark.parametrize("kind", [ManualIndexPage, ManualPage, ChapterPage])
def test_it_hangs_below_the_page_that_was_chosen(folder, trunk, kind):
    parent = trunk(ManualIndexPage)
    if kind is not ManualIndexPage:
        parent = ManualFactory(parent=parent)
    if kind is ChapterPage:
        parent = parent.add_child(instance=ChapterPage(title="Hoofdstuk"))
    report = run(folder, parent_id=parent.pk)
    page = Page.objects.get(pk=report.root_page_id)
    assert page.get_parent().pk == parent.pk
    assert page.specific_class is (ManualPage if kind is ManualIndexPage else ChapterPage)


def test_names_of_every_script_become_pages(tmp_path):
    names = ["проверка", "日本語", "हिन्दी", "العربية", "čaj & koffie", "emoji 🎉", "🎉", "con", "a" * 120, "Ünïcode"]
    for name in names:
        (tmp_path / f"{name}.md").write_text(f"# Over {name}\n\nTekst van {name}.")
    report = run(tmp_path, prefix="schriften")
    assert len(report.created) == len(names) + 1
    pages = ChapterPage.objects.filter(source_path__startswith="schriften/", alias_of=None)
    assert {page.title for page in pages} == {f"Over {name}" for name in names}
    assert len({page.slug for page in pages}) == len(names)
    for page in pages:
        page.full_clean()


def test_two_files_that_make_one_address_both_come_in(tmp_path):
    (tmp_path / "verlof!.md").write_text("# Een")
    (tmp_path / "Verlof.md").write_text("# Twee")
    report = run(tmp_path, prefix="adres")
    assert sorted(
        ChapterPage.objects.filter(source_path__startswith="adres/", alias_of=None).values_list("slug", flat=True)
    ) == [
        "verlof",
        "verlof-2",
    ]
    assert ["same address as" in problem.message for problem in report.problems] == [True]


def test_an_address_that_is_taken_by_another_page_is_left_alone(folder, trunk):
    ManualFactory(parent=trunk(ManualIndexPage), slug="gids", title="Van iemand anders")
    report = run(folder)
    assert Page.objects.get(pk=report.root_page_id).slug == "gids-2"


def test_a_draft_stays_a_draft_and_a_date_is_kept(tmp_path):
    (tmp_path / "a.md").write_text("---\ndraft: true\n---\n# Kanarie")
    (tmp_path / "b.md").write_text("---\ndate: 2020-05-06\n---\n# B")
    run(tmp_path, prefix="stand")
    assert not chapter("stand/a.md").live
    assert timezone.localtime(chapter("stand/b.md").first_published_at).date().isoformat() == "2020-05-06"


# Again -----------------------------------------------------------------------------------------------------------
def test_run_again_nothing_changes(folder, django_assert_max_num_queries):
    run(folder)
    revisions = Revision.objects.count()
    with django_assert_max_num_queries(25):
        report = run(folder)
    assert (report.created, report.updated, len(report.unchanged)) == ([], [], 5)
    assert Revision.objects.count() == revisions


def test_a_changed_file_changes_its_page_and_keeps_its_id(folder):
    run(folder)
    before = chapter("gids/verlof/ouders.md")
    (folder / "verlof" / "ouders.md").write_text("# Ouders en kinderen\n\nNieuw.\n")
    report = run(folder)
    after = chapter("gids/verlof/ouders.md")
    assert report.updated == ["verlof/ouders.md"]
    assert (after.pk, after.title, after.slug) == (before.pk, "Ouders en kinderen", before.slug)
    assert rich_text(after) == "<p>Nieuw.</p>"
    assert after.revisions.count() == 2
    assert Page.objects.get(alias_of=after).title == "Ouders en kinderen"


def test_a_page_an_editor_moved_stays_where_it_was_put(folder):
    run(folder)
    page, target = chapter("gids/verlof/ouders.md"), chapter("gids/los")
    page.move(target, pos="last-child")
    (folder / "verlof" / "ouders.md").write_text("# Ouders\n\nNieuw.\n")
    run(folder)
    assert chapter("gids/verlof/ouders.md").get_parent().pk == target.pk


def test_a_vanished_file_is_reported_and_its_page_stays(folder):
    run(folder)
    (folder / "los" / "eind.md").unlink()
    report = run(folder)
    assert "los/eind.md" in report.vanished
    assert chapter("gids/los/eind.md").live
    assert any(p.file == "los/eind.md" and "the file is gone" in p.message for p in report.problems)


def test_a_new_file_takes_its_place_among_the_others_and_links_to_it_come_alive(folder):
    run(folder)
    (folder / "los" / "begin.md").write_text("# Begin\n")
    (folder / "weg.md").write_text("# Weg\n")
    report = run(folder)
    manual = Page.objects.get(pk=report.root_page_id)
    assert report.created == ["los/begin.md", "weg.md"]
    assert report.updated == ["los/eind.md"]
    assert [page.title for page in manual.get_children().order_by("path")] == ["Los", "Verlof", "Weg"]
    assert [page.title for page in chapter("gids/los").get_children().order_by("path")] == ["Begin", "Eind"]
    assert f'<a linktype="page" id="{chapter("gids/weg.md").pk}">weg</a>' in rich_text(chapter("gids/los/eind.md"))
    assert Page.find_problems() == ([], [], [], [], [])


def test_text_an_editor_changed_is_replaced_with_a_remark_and_stays_in_the_history(folder):
    run(folder)
    page = chapter("gids/los/eind.md")
    page.title = "Door mij"
    page.save_revision().publish()
    (folder / "los" / "eind.md").write_text("# Eind\n\nUit het bestand.\n")
    report = run(folder)
    assert any("was edited in the portal" in problem.message for problem in report.problems)
    assert page.revisions.filter(object_str="Door mij").exists()


def test_a_dry_run_says_the_same_and_writes_nothing(folder):
    pages = Page.objects.count()
    planned = run(folder, dry_run=True)
    assert Page.objects.count() == pages
    assert not PortalImage.objects.filter(collection__name=COLLECTION).exists()
    assert not Handbook.objects.exists()
    done = run(folder)
    assert (planned.created, planned.updated) == (done.created, done.updated)
    assert sorted(map(str, planned.problems)) == sorted(map(str, done.problems))
    again = run(folder, dry_run=True)
    assert (again.created, again.updated) == ([], [])


# Links and files -------------------------------------------------------------------------------------------------
def test_a_link_to_a_place_survives_rendering_moving_and_the_editor(folder, as_user, user):
    run(folder)
    source, target = chapter("gids/verlof/index.md"), chapter("gids/verlof/ouders.md")
    stored = f'<a linktype="page" id="{target.pk}" anchor="hoe-lang">'
    assert stored in rich_text(source)
    target.move(chapter("gids/los"), pos="last-child")
    target.refresh_from_db()
    html = as_user(user).get(source.url).content.decode()
    assert f'href="{target.url}#hoe-lang"' in html
    assert 'id="hoe-lang"' in as_user(user).get(target.url).content.decode()
    converter = ContentstateConverter(TEXT_FEATURES)
    saved = converter.to_database_format(converter.from_database_format(rich_text(source)))
    assert 'anchor="hoe-lang"' in saved
    assert f'id="{target.pk}"' in saved
    assert ReferenceIndex.get_references_to(target).filter(base_content_type__model="page").exists()


def test_a_link_follows_the_readers_language(folder, as_user, user):
    run(folder)
    target = chapter("gids/verlof/ouders.md")
    alias = Page.objects.get(alias_of=chapter("gids/verlof/index.md"))
    html = as_user(user).get(alias.url).content.decode()
    assert f'href="{Page.objects.get(alias_of=target).url}#hoe-lang"' in html


def test_pictures_and_attachments_are_private_and_kept_once(folder, as_user, user, client):
    (folder / "los" / "zelfde.png").write_bytes((folder / "verlof" / "plaat.png").read_bytes())
    (folder / "los" / "eind.md").write_text("# Eind\n\n![Zelfde](zelfde.png)\n")
    report = run(folder)
    assert report.files_added == 2
    image, document = PortalImage.objects.get(), PortalDocument.objects.get()
    assert image.source_path.startswith("gids/verlof/plaat.png") or image.source_path.startswith("gids/los/zelfde.png")
    assert document.source_path == "gids/verlof/lijst.pdf"
    assert {image.collection.name, document.collection.name} == {COLLECTION}
    restriction = CollectionViewRestriction.objects.get(collection=image.collection)
    assert restriction.restriction_type == CollectionViewRestriction.LOGIN
    assert client.get(document.url).status_code == 302
    assert client.get(image.file.url).status_code in (302, 404)
    response = as_user(user).get(document.url)
    assert (response.status_code, b"".join(response)) == (200, b"%PDF-1.4 lijst")
    run(folder)
    assert (PortalImage.objects.count(), PortalDocument.objects.count()) == (1, 1)


def test_a_picture_that_is_no_picture_is_noted_and_stops_nothing(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\n![Stuk](stuk.png) ![Kwaad](kwaad.svg)\n\n[lijst](a.exe)\n\nKlaar\n")
    (tmp_path / "stuk.png").write_bytes(b"geen plaat")
    (tmp_path / "kwaad.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    (tmp_path / "a.exe").write_bytes(b"MZ")
    report = run(tmp_path, prefix="stuk")
    assert get_image_model().objects.count() == 0
    assert "Klaar" in rich_text(chapter("stuk/a.md"))
    assert [(p.line, p.message.partition(":")[0]) for p in sorted(report.problems)] == [
        (3, "file not taken over"),
        (3, "file not taken over"),
        (5, "file not taken over"),
    ]


def test_cycles_of_links_do_no_harm(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\n[b](b.md) [a](a.md) [kop](#kop)\n\n## Kop\n")
    (tmp_path / "b.md").write_text("# B\n\n[a](a.md#kop)\n")
    assert run(tmp_path, prefix="kring").problems == []


# What is wrong with files ----------------------------------------------------------------------------------------
def test_broken_files_are_noted_by_line_and_stop_nothing(tmp_path):
    (tmp_path / "goed.md").write_text("# Goed\n\nTekst\n")
    (tmp_path / "bytes.md").write_bytes(b"# Bytes\n\nEen\n\xff\xfe kapot\n")
    (tmp_path / "nul.md").write_bytes(b"\x89PNG\x00\xff\x00\x00")
    (tmp_path / "groot.md").write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    (tmp_path / "matter.md").write_text("---\ntitle: [x\n---\nTekst\n")
    (tmp_path / "leeg.md").write_text("")
    (tmp_path / "diep.md").write_text("# Diep\n\n" + ">" * 3000 + " x\n")
    (tmp_path / "kring").symlink_to(tmp_path)
    (tmp_path / "buiten.md").symlink_to("/etc/passwd")
    (tmp_path / "nergens.md").symlink_to(tmp_path / "weg.md")
    report = run(tmp_path, prefix="kapot")
    noted = {(p.file, p.line) for p in report.problems}
    assert {("bytes.md", 4), ("nul.md", 1), ("groot.md", 0), ("kring", 0), ("buiten.md", 0), ("nergens.md", 0)} <= noted
    assert any(file == "matter.md" and line > 0 for file, line in noted)
    assert rich_text(chapter("kapot/goed.md")) == "<p>Tekst</p>"
    assert "kapot" in rich_text(chapter("kapot/bytes.md"))
    assert "/etc" not in "".join(page.source_path for page in ChapterPage.objects.all())
    assert not chapter("kapot/nul.md").live


def test_a_file_that_may_not_be_read_is_noted(tmp_path, monkeypatch):
    read = Path.read_bytes

    def refuse_one(path):
        # By hand, because root may read every file.
        if path.name == "dicht.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse_one)
    (tmp_path / "goed.md").write_text("# Goed")
    (tmp_path / "dicht.md").write_text("# Dicht")
    report = run(tmp_path, prefix="dicht")
    assert [p.file for p in report.problems] == ["dicht.md"]


def test_an_import_that_breaks_off_is_finished_by_the_next(folder, monkeypatch):
    write, calls = handbooks.write_page, []

    def break_off(**options):
        calls.append(options["path"])
        if len(calls) == 3:
            raise OSError("de stroom valt uit")
        write(**options)

    monkeypatch.setattr(handbooks, "write_page", break_off)
    with pytest.raises(OSError, match="stroom"):
        run(folder)
    assert Page.find_problems() == ([], [], [], [], [])
    monkeypatch.undo()
    report = run(folder)
    assert len(report.created) == 3
    assert len(report.unchanged) == 2
    assert all(page.live for page in Page.objects.get(pk=report.root_page_id).get_descendants(inclusive=True))
    assert Page.objects.filter(alias_of__in=ImportedFile.objects.values("page")).count() == 5


def test_two_imports_of_the_same_name_do_not_mix(folder, trunk):
    handbook = Handbook.objects.create(
        prefix="gids", locale=trunk(ManualIndexPage).locale, busy_since=timezone.now(), busy_token="ander"
    )
    with pytest.raises(ImportRefused, match="gids is being imported at this moment"):
        run(folder)
    handbook.busy_since -= timezone.timedelta(minutes=10)
    handbook.save()
    assert len(run(folder).created) == 5


# The command -----------------------------------------------------------------------------------------------------
def command(*args, **options) -> str:
    out = io.StringIO()
    call_command("import_handbook", *map(str, args), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_the_command_lists_what_could_not_be_converted_and_counts(folder):
    out = command(folder, "--locale", "nl", "--source-prefix", "boek")
    assert "los/eind.md\n      3  link to a file that isn't there: ../weg.md\n" in out
    assert "5 pages made, 0 changed, 0 left as they were, 0 whose file is gone, 1 remarks." in out
    assert chapter("boek/los/eind.md")
    assert "Dry run" in command(folder, "--locale", "nl", "--dry-run")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["weg", "--locale", "nl"], "is not a folder"),
        ([".", "--locale", "fr"], "There is no language fr"),
        ([".", "--locale", "nl", "--parent", "999999"], "There is no page 999999"),
        ([".", "--locale", "nl", "--parent", "1"], "is no handbook, manual or chapter"),
    ],
)
def test_the_command_says_why_nothing_can_be_imported(folder, monkeypatch, args, message):
    monkeypatch.chdir(folder)
    with pytest.raises(CommandError, match=message):
        command(*args)


def test_a_parent_of_the_other_language_is_refused(folder, trunk):
    with pytest.raises(ImportRefused, match="is in language en"):
        run(folder, parent_id=trunk(ManualIndexPage, "en").pk)


def test_a_folder_without_markdown_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ImportRefused, match="no Markdown file"):
        run(tmp_path)
