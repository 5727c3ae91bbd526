import re
import time

import nh3
import pytest

from media4sec.kit import markdown
from media4sec.kit.markdown import clean_line, clean_text, is_safe_link, plain, render

#: Half of the longest text: the worst patterns take one second.
N = 50_000


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        '<p style="position:fixed">x</p>',
        "<iframe src=//evil.example></iframe>",
        "<math><mtext></p><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<a href='javascript:alert(1)'>x</a>",
        "`</code><script>alert(1)</script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '```html"><script>alert(1)</script>\nx\n```',
        '[x](http://a.example "<script>alert(1)</script>")',
        '[x](http://a.example "\\" onmouseover=\\"alert(1)")',
        '[x](http://a.example/"onmouseover=alert(1))',
        'http://a.example/"onmouseover=alert(1)',
        "http://a.example/<script>alert(1)</script>",
        "| <script>alert(1)</script> |\n|---|\n| <b onclick=x>y</b> |",
        "@[<script>alert(1)</script>]",
        "![x](javascript:alert(1))",
        "![x](http://tracker.example/pixel.gif)",
    ],
)
def test_no_markup_of_a_member_becomes_markup_of_the_page(attack):
    people = {"<script>alert(1)</script>": '/people/1/"><script>'}
    html = render(attack, people=people)

    # A second cleaning that allows text and links finds nothing it would have to take out.
    again = nh3.clean(
        str(html),
        tags={"p", "a", "code", "pre", "div", "table", "thead", "tbody", "tr", "th", "td"},
        attributes={
            "a": {"href", "title"},
            "pre": {"tabindex"},
            "div": {"class", "role", "tabindex", "aria-label"},
            "table": {"class"},
        },
        link_rel="nofollow noopener ugc",
    )
    assert again == html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;&#x61;vascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "\\javascript:alert(1)",
        "%6Aavascript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "tel:+3212345",
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "[x](<{}>)", "<{}>", "[x][1]\n\n[1]: {}"])
def test_a_link_leads_to_the_web_or_to_mail_only(url, form):
    html = render(form.format(url)).lower()

    # A colon after "%09" or "%6A" ends no scheme: that is an odd address of our own site.
    assert not re.search(r'href="[^"/%]*[:\t\n]', html)


@pytest.mark.parametrize("url", ["https://a.example/x", "http://a.example", "mailto:a@b.example"])
def test_links_in_angle_brackets_are_links(url):
    html = render(f"<{url}>")

    assert html == (f'<p><a href="{url}" rel="nofollow noopener ugc">{url}</a></p>\n')


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("(see https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("“https://a.example/x”, he said", "https://a.example/x"),
        ("*https://a.example/x*", "https://a.example/x"),
        ("https://a.example/a_b_c?d=e#f!", "https://a.example/a_b_c?d=e#f"),
        ("HTTPS://a.example/x", "HTTPS://a.example/x"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_bare_address_becomes_a_link_without_the_punctuation_around_it(text, url):
    html = render(text)

    assert html.count("<a ") == 1
    assert f'href="{url}"' in html


@pytest.mark.parametrize(
    "text",
    [
        "`https://a.example`",
        "    https://a.example",
        "```\nhttps://a.example\n```",
        "www.a.example and a.example",
        "xhttps://a.example",
        "https://",
        "a@b.example",
    ],
)
def test_what_is_no_address_stays_text(text):
    assert "<a " not in render(text)


def test_an_address_inside_a_link_is_not_a_second_link():
    assert render("[https://a.example](https://b.example)").count("<a ") == 1


def test_a_mentioned_member_is_a_link_and_any_other_name_stays_text():
    html = render("@[Anna de Vries] and @[Nobody]", people={"Anna de Vries": "/people/3/"})

    assert html == (
        '<p><a href="/people/3/" rel="nofollow noopener ugc">@Anna de Vries</a> and @[Nobody]</p>\n'
    )


def test_a_mention_in_code_or_in_a_link_is_none():
    html = render("`@[Anna]` [x @[Anna]](http://a.example)", people={"Anna": "/people/3/"})

    assert "/people/3/" not in html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n## b\n### c", "345"),
        ("### a\n# b\n## c", "334"),
        ("###### a\n###### b", "33"),
        ("# a\n###### b\n### c\n# d", "3443"),
        ("# a\n## b\n### c\n#### d\n##### e", "34566"),
        ("a\n=\nb\n-", "34"),
    ],
)
def test_headings_start_below_the_pages_own_and_skip_no_level(text, levels):
    html = render(text)

    assert [html[found + 2] for found in range(len(html)) if html[found : found + 2] == "<h"] == (
        list(levels)
    )


def test_our_own_pages_start_their_headings_one_level_higher():
    assert render("## Two\n\n### Three", heading_base=2) == "<h2>Two</h2>\n<h3>Three</h3>\n"


def test_a_table_scrolls_in_a_box_that_takes_focus_and_has_a_name():
    html = render("| a |\n|---|\n| b |")

    assert html.startswith('<div class="scroll" role="group" tabindex="0" aria-label="Table')
    assert '<table class="table">' in html
    assert html.endswith("</table></div>\n")


def test_code_that_scrolls_takes_focus():
    assert render("```python\nx\n```") == '<pre tabindex="0"><code>x\n</code></pre>\n'


@pytest.mark.parametrize(
    "text",
    [
        "> " * (N // 2) + "x",
        "[" * N,
        "![a](" * (N // 5),
        "[a]: <" * (N // 6),
        "*a **b _c " * (N // 10),
        "".join("`" * length + " " for length in range(310)),
        "".join("  " * depth + "- a\n" for depth in range(300)),
        ("> " * 100 + "a\n") * (N // 202),
        "# a\n" * (N // 4),
        "|a" * (N // 8) + "\n" + "|-" * (N // 8) + "\n" + "|b\n" * (N // 8),
        "http://a:1" * (N // 10),
        "http://a.b/" + ")" * N,
        "http://a " * (N // 9),
        "@[a" * (N // 3),
        "e" + "\u0301" * N,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_no_pattern_holds_a_worker_for_long(text):
    started = time.process_time()

    plain(render(clean_text(text)))

    # What grows with the square of the length takes a minute.
    assert time.process_time() - started < 8


def test_a_text_of_a_hundred_thousand_letters_is_rendered_whole():
    text = "A *few* words, and https://a.example/x.\n\n" * 2_400

    started = time.process_time()
    html = render(clean_text(text))

    assert time.process_time() - started < 8
    assert html.count("<a ") == 2_400


def test_what_is_nested_without_end_ends():
    html = render("> " * 10_000 + "x")

    assert html.count("<blockquote>") < 30


def test_text_loses_zalgo_and_keeps_the_marks_that_languages_need():
    words = "Việt Nam, Škoda, हिन्दी, ทั้งหมด"

    assert clean_text("q" + "\u0323" * 50 + "x") == "q" + "\u0323" * 4 + "x"
    assert clean_text(words) == words


@pytest.mark.parametrize("letter", [*"\u202a\u202d\u202e\u2066\u2067\u2069\ufeff\x00\x08\x7f\x9b"])
def test_text_loses_what_turns_its_direction_or_controls_a_terminal(letter):
    assert clean_text(f"user{letter}gnp.exe") == "usergnp.exe"


def test_text_from_right_to_left_stays_as_it_was_written():
    arabic = "مرحبا بالعالم"

    assert clean_text(arabic) == arabic
    assert render(arabic) == f"<p>{arabic}</p>\n"


def test_halves_of_characters_are_dropped():
    assert clean_text("a\ud800b").encode() == b"ab"


def test_a_line_has_single_spaces():
    assert clean_line("  A\ttitle\r\nwith \u2028 breaks ") == "A title with breaks"


def test_plain_words_are_words_again():
    html = render("# Q&A\n\n- *one* < two\n- three\n\n| a | b |\n|--|--|\n| c | d |")

    assert plain(html) == "Q&A one < two three a b c d"


@pytest.mark.parametrize("url", ["https://a.example", "mailto:a@b.example"])
def test_links_to_the_web_are_safe(url):
    assert is_safe_link(url)


@pytest.mark.parametrize("url", ["javascript:x", "java\tscript:x", "//a.example", "http://[", ""])
def test_other_links_are_not(url):
    assert not is_safe_link(url)


def test_trusted_html_is_not_escaped_again():
    assert str(markdown.trusted("<p>x</p>")) == "<p>x</p>"


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u00ad", "\u2060", "\u200d", "\u200c", "\u3164", "\u200f"]
)
def test_no_name_differs_from_another_by_what_cannot_be_seen(unseen):
    assert clean_line(f"Web{unseen}care{unseen}") == "Webcare"


@pytest.mark.parametrize("word", ["می\u200cخواهم", "👩\u200d🚒", "क्\u200dष"])
def test_joiners_stay_where_a_script_needs_them(word):
    assert clean_line(word) == word
