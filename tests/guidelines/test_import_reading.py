"""Files become blocks: front matter, Markdown, MDX, HTML, links; all without a database."""

import datetime

import pytest
from django.utils import translation

from guidelines.importing.anchors import Anchors, slug_of
from guidelines.importing.blocks import BlockMaker
from guidelines.importing.documents import read_document
from guidelines.importing.files import read_folder
from guidelines.importing.frontmatter import split_front_matter
from guidelines.importing.linking import Linker
from guidelines.importing.nodes import read_nodes
from guidelines.importing.outline import plan_pages
from guidelines.importing.report import ImportReport
from guidelines.importing.targets import Targets


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class NoMedia:
    """Every file is number 5."""

    def image(self, path, source, line, alt):
        return 5

    def document(self, path, source, line):
        return 5


@pytest.fixture
def convert(tmp_path):
    """``convert(text, **other_files)``: title, blocks and remarks of a file among others, with page ids by name."""

    def run(text: str, name: str = "page.md", **files: str):
        (tmp_path / name).write_text(text)
        for other, content in files.items():
            path = tmp_path / other.replace("__", "/").replace("_md", ".md").replace("_png", ".png").replace(
                "_pdf", ".pdf"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        report = ImportReport()
        folder = read_folder(tmp_path, report)
        documents = {path: read_document(file, report, name=file.stem) for path, file in folder.texts.items()}
        ids = {path: number for number, path in enumerate(sorted(documents), 1)}
        targets = Targets(folder, set(ids), {}, lambda path: documents[path].anchors)
        nodes = read_nodes(documents[name].html)
        Linker(targets, NoMedia(), ids, report).link(nodes, name)
        blocks = BlockMaker(name, report).make(nodes)
        return documents[name], [(block["type"], block["value"]) for block in blocks], [str(p) for p in report.problems]

    return run


# Front matter ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Verlof\ntags: [vrij, vakantie]\nsidebar_position: 3\ndate: 2026-01-02\ndraft: true\n---\nTekst\n",
        "+++\ntitle = 'Verlof'\ntags = ['vrij', 'vakantie']\nweight = 3\ndate = 2026-01-02\ndraft = true\n+++\nTekst\n",
    ],
)
def test_yaml_and_toml_front_matter_say_the_same(text):
    report = ImportReport()
    facts, rest = split_front_matter(text, "a.md", report)
    assert (facts.title, facts.words, facts.position, facts.draft) == ("Verlof", ["vrij", "vakantie"], 3, True)
    assert facts.date == datetime.date(2026, 1, 2)
    assert rest == "Tekst\n"
    assert facts.lines == text.count("\n") - 1
    assert report.problems == []


def test_broken_front_matter_is_noted_with_its_line_and_read_as_far_as_it_goes():
    report = ImportReport()
    facts, rest = split_front_matter("---\ntitle: Verlof\ntags: [a, b\n---\nTekst\n", "a.md", report)
    assert facts.title == "Verlof"
    assert rest == "Tekst\n"
    assert str(report.problems[0]).startswith("a.md:")
    assert "front matter is broken" in report.problems[0].message


def test_front_matter_without_an_end_stays_in_the_text():
    report = ImportReport()
    facts, rest = split_front_matter("---\ntitle: Verlof\n\nTekst\n", "a.md", report)
    assert "Tekst" in rest
    assert "no end" in report.problems[0].message


def test_a_rule_and_a_line_of_prose_are_no_front_matter():
    report = ImportReport()
    facts, rest = split_front_matter("---\nGewoon een zin.\n---\nTekst\n", "a.md", report)
    assert "Gewoon een zin." in rest
    assert report.problems == []


def test_what_front_matter_says_and_nobody_uses_is_noted():
    report = ImportReport()
    split_front_matter("---\nauthors: [Sem]\nlayout: wide\n---\n", "a.md", report)
    assert [p.message for p in report.problems] == ["front matter not used: authors = ['Sem']"]


# Titles and headings ---------------------------------------------------------------------------------------------
def test_the_first_heading_is_the_title(convert):
    document, blocks, problems = convert("# Verlof & *vrij*\n\n## Aanvragen\n\nDoe het zo.\n")
    assert document.title == "Verlof & vrij"
    assert blocks == [
        ("heading", {"text": "Aanvragen", "level": "2", "anchor": "aanvragen"}),
        ("rich_text", "<p>Doe het zo.</p>"),
    ]
    assert problems == []


def test_a_heading_that_says_something_else_than_the_title_stays(convert):
    document, blocks, _problems = convert("---\ntitle: 3. Open\n---\n# Werk open\n\n## Waarom\n")
    assert document.title == "3. Open"
    assert [(value["text"], value["level"]) for _type, value in blocks] == [("Werk open", "2"), ("Waarom", "3")]


def test_without_any_title_the_name_of_the_file_is_the_title(convert):
    document, _blocks, _problems = convert("Tekst\n", name="02-vrij_en-verlof.md")
    assert document.title == "Vrij en verlof"


def test_levels_of_headings_never_skip_one(convert):
    _document, blocks, _problems = convert("# T\n\n#### Diep\n\n###### Dieper\n\n## Hoog\n\n###### Laag\n")
    assert [value["level"] for _type, value in blocks] == ["2", "3", "2", "3"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What's new in 2.0?", "whats-new-in-20"),
        ("C++ & C#", "c--c"),
        ("Één café", "één-café"),
        ("Проверка связи", "проверка-связи"),
        ("日本語 の 見出し", "日本語-の-見出し"),
        ("snake_case word", "snake_case-word"),
    ],
)
def test_anchors_are_made_as_where_markdown_lives(heading, anchor):
    assert slug_of(heading) == anchor


def test_equal_headings_get_anchors_of_their_own_and_frame_ids_stay_free():
    anchors = Anchors()
    assert [anchors.add("Tips"), anchors.add("Tips"), anchors.add("Tips")] == ["tips", "tips-1", "tips-2"]
    assert anchors.add("Menu") == "menu-1"
    assert anchors.find("menu") == "menu-1"
    assert anchors.add("🎉 Feest") == "feest"
    assert anchors.find("-feest") == "feest"
    assert anchors.find("TIPS-1") == "tips-1"
    assert anchors.find("weg") is None


def test_an_explicit_anchor_wins_and_the_one_of_the_words_still_works(convert):
    document, blocks, problems = convert("# T\n\n## Lange kop {#kort}\n\n[een](#kort) [twee](#lange-kop)\n")
    assert blocks[0][1] == {"text": "Lange kop", "level": "2", "anchor": "kort"}
    assert blocks[1][1] == '<p><a href="#kort">een</a> <a href="#kort">twee</a></p>'
    assert problems == []


# Text ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Een **twee** _drie_ `vier` ~~vijf~~", "<p>Een <b>twee</b> <i>drie</i> <code>vier</code> <s>vijf</s></p>"),
        ("H<sub>2</sub>O m<sup>3</sup> <kbd>Esc</kbd>", "<p>H<sub>2</sub>O m<sup>3</sup> <kbd>Esc</kbd></p>"),
        ("een\ntwee  \ndrie", "<p>een twee<br/>drie</p>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("1. a\n\n   nog\n2. b", "<ol><li>a<br/><br/>nog</li><li>b</li></ol>"),
        ("- [ ] doen\n- [x] gedaan", "<ul><li>☐ doen</li><li>☑ gedaan</li></ul>"),
        ("> gezegd\n>\n> en nog", "<blockquote>gezegd<br/><br/>en nog</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p><hr/><p>b</p>"),
        ("<u>onder</u> <span style='color:red'>rood</span>", "<p>onder rood</p>"),
        ("https://example.org/a", '<p><a href="https://example.org/a">https://example.org/a</a></p>'),
        ("vul <naam> in & klaar", "<p>vul &lt;naam&gt; in &amp; klaar</p>"),
    ],
)
def test_running_text_becomes_rich_text(convert, markdown, html):
    _document, blocks, problems = convert(f"# T\n\n{markdown}\n")
    assert blocks == [("rich_text", html)]
    assert problems == []


def test_code_keeps_its_lines_and_language(convert):
    _document, blocks, _problems = convert("# T\n\n```python title='x'\nif a < b:\n    <b>\n```\n")
    assert blocks == [("code", {"language": "python", "code": "if a < b:\n    <b>"})]


def test_a_table_keeps_its_header_and_its_cells(convert):
    _document, blocks, _problems = convert(
        "# T\n\n| Wie | Wat |\n|---|---|\n| **Sem** | [x](https://e.org) |\n| Daan |\n"
    )
    assert blocks == [
        (
            "table",
            {
                "columns": [{"type": "text", "heading": "Wie"}, {"type": "text", "heading": "Wat"}],
                "rows": [
                    {"values": ["<p><b>Sem</b></p>", '<p><a href="https://e.org">x</a></p>']},
                    {"values": ["<p>Daan</p>", ""]},
                ],
                "caption": "",
            },
        )
    ]


def test_a_table_with_merged_cells_keeps_its_shape(convert):
    table = "<table><tr><td colspan='2' onclick='x()'>A</td></tr><tr><td>B</td><td>C</td></tr></table>"
    _document, blocks, _problems = convert(f"# T\n\n{table}\n")
    assert blocks == [
        ("formatted", '<table><tbody><tr><td colspan="2">A</td></tr><tr><td>B</td><td>C</td></tr></tbody></table>')
    ]


def test_code_inside_a_numbered_list_leaves_the_numbers_whole(convert):
    _document, blocks, _problems = convert("# T\n\n3. Open\n\n   ```sh\n   kraan <open>\n   ```\n\n4. Wacht\n")
    assert blocks == [
        (
            "formatted",
            '<ol start="3"><li><p>Open</p><pre tabindex="0"><code>kraan &lt;open&gt;</code></pre></li>'
            "<li><p>Wacht</p></li></ol>",
        )
    ]


@pytest.mark.parametrize(
    ("markdown", "callout"),
    [
        (":::tip Eerst oefenen\n\nZet het klaar.\n\n:::", {"tone": "tip", "title": "Eerst oefenen"}),
        (":::warning[Pas **op**]\nZet het klaar.\n:::", {"tone": "bad", "title": "Pas op"}),
        ("> [!IMPORTANT]\n> Zet het klaar.", {"tone": "sun", "title": ""}),
        ("> [!NOTE] Zet het klaar.", {"tone": "tip", "title": ""}),
        ('!!! danger "Let op"\n    Zet het klaar.', {"tone": "bad", "title": "Let op"}),
    ],
)
def test_remarks_of_every_dialect_become_callouts(convert, markdown, callout):
    _document, blocks, _problems = convert(f"# T\n\n{markdown}\n")
    assert blocks == [("callout", {**callout, "text": "<p>Zet het klaar.</p>"})]


def test_a_second_mark_in_one_remark_becomes_a_word(convert):
    _document, blocks, _problems = convert("# T\n\n> [!WARNING] Pas op.\n>\n> [!NOTE] En dit.\n")
    assert blocks == [("callout", {"tone": "bad", "title": "", "text": "<p>Pas op.</p><p>Note: En dit.</p>"})]


def test_a_fold_keeps_its_summary_and_the_markdown_inside(convert):
    _document, blocks, _problems = convert(
        "# T\n\n<details><summary>Meer</summary>\n\n**Vet** en meer.\n\n</details>\n"
    )
    assert blocks == [("formatted", "<details><summary>Meer</summary><p><b>Vet</b> en meer.</p></details>")]


def test_footnotes_stand_below_the_text_and_are_linked(convert):
    _document, blocks, problems = convert("# T\n\nWater[^a] is nat.\n\n[^a]: Zegt men.\n")
    assert blocks[0] == ("rich_text", '<p>Water<sup><a href="#fn-1">1</a></sup> is nat.</p>')
    assert blocks[1] == (
        "formatted",
        '<section class="footnotes"><ol><li id="fn-1"><p>Zegt men.</p></li></ol></section>',
    )
    assert problems == []


# MDX, HTML and what may not come in ------------------------------------------------------------------------------
def test_components_go_and_their_text_stays(convert):
    text = (
        "import { Card } from '@x/y'; import Tabs from \"@theme/Tabs\";\n\n# T\n\nexport const a = {\n  b: 1,\n};\n\n"
        '<Tabs>\n    <TabItem label="npm">\n\n    npm install\n\n    </TabItem>\n</Tabs>\n\n'
        '<Card\n  heading="Kop"\n  description="Uitleg"\n  href="https://e.org"\n  linkLabel="Lees"\n/>\n\n{/* stil */}\nKlaar.\n'
    )
    _document, blocks, problems = convert(text, name="page.mdx")
    html = "".join(value for _type, value in blocks)
    for words in ("<b>npm</b>", "npm install", "<b>Kop</b> Uitleg", '<a href="https://e.org">Lees</a>', "Klaar."):
        assert words in html
    for words in ("import", "export", "stil", "TabItem"):
        assert words not in html
    assert "page.mdx:5: code left out: export const a = { b: 1, };" in problems
    assert "page.mdx:17: component left out, its text is kept: Card" in problems


def test_a_quotation_component_becomes_a_quotation(convert):
    text = '# T\n\n<Blockquote\n  attribution="— Sem"\n>\nWater is **leven**.\n</Blockquote>\n'
    _document, blocks, _problems = convert(text, name="page.mdx")
    assert blocks == [("rich_text", "<blockquote>Water is <b>leven</b>. — Sem</blockquote>")]


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>\n\nTekst",
        "Tekst <img src=x onerror=alert(1)>",
        "[Tekst](javascript:alert(1))",
        "<a href='javascript:alert(1)'>Tekst</a>",
        "Tekst <svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe src='javascript:alert(1)'></iframe> Tekst",
        "<div onclick='alert(1)' style='x:expression(alert(1))'>Tekst</div>",
        "<details ontoggle=alert(1) open><summary>Tekst</summary></details>",
        "Tekst <math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    ],
)
def test_nothing_that_could_run_comes_in(convert, markdown):
    _document, blocks, _problems = convert(f"# T\n\n{markdown}\n")
    text = str(blocks)
    assert "Tekst" in text
    for bad in (
        "<script",
        "onerror",
        "onload",
        "onclick",
        "ontoggle",
        'href="javascript',
        "href='javascript",
        "style=",
    ):
        assert bad not in text


def test_scripts_are_noted_with_their_line(convert):
    _document, _blocks, problems = convert("# T\n\nTekst\n\n<script>\nalert(1)\n</script>\n")
    assert problems == ["page.md:5: left out: <script>"]


def test_a_film_from_elsewhere_becomes_a_link(convert):
    _document, blocks, problems = convert('# T\n\n<iframe src="https://video.example/1" title="Uitleg"></iframe>\n')
    assert blocks == [("rich_text", '<p><a href="https://video.example/1">Uitleg</a></p>')]
    assert problems == ["page.md:3: film or page from elsewhere, kept as a link: https://video.example/1"]


# Links and pictures ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("href", "attributes"),
    [
        ("other.md", 'linktype="page" id="1"'),
        ("./other", 'linktype="page" id="1"'),
        ("/other.md", 'linktype="page" id="1"'),
        ("other.html#twee-kop", 'linktype="page" id="1" anchor="twee-kop"'),
        ("other.md#Twee-Kop", 'linktype="page" id="1" anchor="twee-kop"'),
        ("sub/", 'linktype="page" id="3"'),
        ("sub/index.md#x", 'linktype="page" id="3"'),
        ("sub/deep%20one.md", 'linktype="page" id="2"'),
        ("/sub/deep one", 'linktype="page" id="2"'),
        ("mailto:a@example.org", 'href="mailto:a@example.org"'),
        ("//example.org/x", 'href="https://example.org/x"'),
    ],
)
def test_links_between_files_become_links_between_pages(tmp_path, convert, href, attributes):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep one.md").write_text("# Deep")
    (tmp_path / "other.md").write_text("# Other\n\n## Twee kop\n")
    (tmp_path / "sub" / "index.md").write_text("# Sub")
    _document, blocks, _problems = convert(f"# T\n\n[x](<{href}>)\n", name="zz.md")
    # In order of path: other.md 1, sub/deep one.md 2, sub/index.md 3, zz.md 4.
    assert blocks == [("rich_text", f"<p><a {attributes}>x</a></p>")]


@pytest.mark.parametrize("href", ["gone.md", "../../etc/passwd", "sub/gone/", "%00", "http://["])
def test_a_link_that_leads_nowhere_keeps_its_text_and_is_noted(convert, href):
    _document, blocks, problems = convert(f"# T\n\n\n[kijk hier]({href}) dan\n")
    assert blocks == [("rich_text", "<p>kijk hier dan</p>")] or href == "http://["
    if href != "http://[":
        assert problems == [f"page.md:4: link to a file that isn't there: {href}"]


def test_a_link_around_a_paragraph_keeps_its_words(convert):
    _document, blocks, _problems = convert('# T\n\n<a class="b" href="https://e.org">\n  <p>Doe mee</p>\n</a>\n')
    assert blocks == [("rich_text", '<p><a href="https://e.org">Doe mee</a></p>')]


def test_an_anchor_that_is_not_there_is_noted_and_the_page_still_linked(convert):
    _document, blocks, problems = convert("# T\n\n[x](other.md#weg)\n", other_md="# Other")
    assert blocks == [("rich_text", '<p><a linktype="page" id="1">x</a></p>')]
    assert problems == ["page.md:3: link to a place that isn't on that page: other.md#weg"]


def test_pictures_and_attachments_beside_the_text_are_taken_along(convert):
    text = "# T\n\n![Een kraan](img/kraan.png 'Bijschrift')\n\nZie ![klein](img/kraan.png) en [de lijst](lijst.pdf).\n"
    _document, blocks, problems = convert(text, img__kraan_png="x", lijst_pdf="x")
    assert blocks[0] == (
        "image",
        {"image": {"image": 5, "decorative": False, "alt_text": "Een kraan"}, "caption": "Bijschrift"},
    )
    assert blocks[1][0] == "formatted"
    assert '<embed alt="klein" embedtype="image" format="fullwidth" id="5"/>' in blocks[1][1]
    assert '<a linktype="document" id="5">de lijst</a>' in blocks[1][1]
    assert problems == []


def test_a_missing_picture_leaves_its_description_and_is_noted(convert):
    _document, blocks, problems = convert("# T\n\n![Een kraan](kraan.png)\n\n![](https://e.org/a.png)\n")
    assert blocks == [("rich_text", '<p><i>Een kraan</i></p><p><a href="https://e.org/a.png">a.png</a></p>')]
    assert problems == [
        "page.md:3: picture that isn't there: kraan.png",
        "page.md:5: picture on another site, kept as a link: https://e.org/a.png",
    ]


def test_the_same_text_makes_the_same_block_ids(tmp_path):
    def ids():
        report = ImportReport()
        file = read_folder(tmp_path, report).texts["a.md"]
        nodes = read_nodes(read_document(file, report, name="a").html)
        return [block["id"] for block in BlockMaker("a.md", report).make(nodes)]

    (tmp_path / "a.md").write_text("# A\n\nEen\n\n## Kop\n\nTwee\n\n## Kop\n\nTwee\n")
    first = ids()
    (tmp_path / "a.md").write_text("# A\n\nAnders\n\n## Kop\n\nTwee\n\n## Kop\n\nTwee\n")
    second = ids()
    assert first[1:] == second[1:]
    assert first[0] != second[0]
    assert len(set(first)) == len(first)


# The tree --------------------------------------------------------------------------------------------------------
def write(root, **files):
    """Files by name, ``__`` for a slash."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_folders_and_index_files_make_the_tree_in_the_order_given(tmp_path):
    write(
        tmp_path,
        README="# Boek",
        b__index="---\nsidebar_position: 2\n---\n# B",
        a__een="# Een",
        c="---\nsidebar_position: 1\n---\n# C",
        **{"b__10-tien": "# T", "b__2-twee": "# T"},
    )
    root = plan_pages(read_folder(tmp_path, ImportReport()), "boek", ImportReport())
    assert root.key == "README.md"
    assert [child.key for child in root.children] == ["c.md", "b/index.md", "a"]
    assert [child.slug for child in root.children[1].children] == ["twee", "tien"]
    assert root.children[2].file is None


def test_a_file_beside_a_folder_of_its_name_introduces_it(tmp_path):
    write(tmp_path, index="# Boek", verlof="# Verlof", verlof__ouders="# Ouders")
    root = plan_pages(read_folder(tmp_path, ImportReport()), "boek", ImportReport())
    assert [child.key for child in root.children] == ["verlof.md"]
    assert [child.key for child in root.children[0].children] == ["verlof/ouders.md"]


def test_two_files_with_one_address_get_one_each_and_a_remark(tmp_path):
    write(tmp_path, **{"Verlof": "# A", "verlof!": "# B", "01-verlof": "# C"})
    report = ImportReport()
    root = plan_pages(read_folder(tmp_path, report), "boek", report)
    assert sorted(child.slug for child in root.children) == ["verlof", "verlof-2", "verlof-3"]
    assert len(report.problems) == 2
    assert "same address as" in report.problems[0].message


def test_a_category_file_names_and_places_its_folder(tmp_path):
    write(tmp_path, a__x="# X", b__y="# Y")
    (tmp_path / "b" / "_category_.json").write_text('{"label": "Vooraan", "position": 1}')
    (tmp_path / "a" / "_category_.yml").write_text("label: [kapot")
    report = ImportReport()
    root = plan_pages(read_folder(tmp_path, report), "boek", report)
    assert [child.key for child in root.children] == ["b", "a"]
    assert root.children[0].title == "Vooraan"
    assert [p.file for p in report.problems] == ["a/_category_.yml"]
