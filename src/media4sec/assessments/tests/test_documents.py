"""Documents: thirteen parts from what was frozen, three copies, and who may make which."""

import hashlib
import io
import json
import re

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Event, Export, Proof, Role
from media4sec.assessments.packs import shelf
from media4sec.assessments.services.exporting import LETTERS, new_code
from media4sec.assessments.tests.factories import begin, queries_of, signed_in
from media4sec.assessments.tests.reports import SECRETS, decided, reviewed
from media4sec.kit.errors import Refused
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

PARTS = [
    "What this is",
    "In short",
    "What is planned, what for, under which law",
    "Legal basis",
    "People and data",
    "Why it is needed, and in proportion",
    "Red lines",
    "Risks",
    "Safeguards and documents",
    "Authorisations",
    "Opinions",
    "Decision",
    "History, and how to check this document",
]


@pytest.fixture
def ada(db):
    return MemberFactory(name="Ada Example")


def words_of(pdf):
    """The text of all pages; lines that were broken are whole again."""
    pages = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return re.sub(r"\s+", " ", re.sub("\ufffe\\s*", "", text))


def html_of(version, copy, by):
    return services.export(version, copy, "html", by=by).content.decode()


# The file


def test_the_pdf_is_tagged_titled_and_for_archives(ada):
    _check, version, _people = decided(ada)

    made = services.export(version, "internal", "pdf", by=ada)

    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == "Ethics check: An appeal after a robbery"
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
            assert about["pdfuaid:part"] == "1"
        tags = [*tags_of(root.StructTreeRoot)]
        assert tags.count("/H1") == 13
        assert {"/Title", "/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/Figure"} <= {*tags}


def tags_of(node):
    """Every tag of a document, from the top."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        kids = node.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                yield from tags_of(kid)


def test_every_page_has_its_label_at_head_and_foot_its_number_and_both_notices(ada):
    _check, version, _people = decided(ada)

    pages = pypdfium2.PdfDocument(services.export(version, "internal", "pdf", by=ada).content)

    for number, page in enumerate(pages, start=1):
        text = re.sub(r"\s+", " ", page.get_textpage().get_text_range())
        assert text.count("TLP:AMBER+STRICT") == 2  # head and foot
        assert f"Page {number} of {len(pages)}" in text
        assert "Unreviewed pack: draft for legal review. Information, not legal advice." in text
        assert "taken by Ada Example" in text


def test_it_has_thirteen_parts_in_their_order_in_every_format(ada):
    _check, version, _people = decided(ada)

    text = words_of(services.export(version, "internal", "pdf", by=ada).content)
    html = html_of(version, "internal", ada)
    data = json.loads(services.export(version, "internal", "json", by=ada).content)

    headings = [f"{number} {title}" for number, title in enumerate(PARTS, start=1)]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert re.findall(r"<h2>(.*?)</h2>", html) == headings
    assert [part["title"] for part in data["report"]["parts"]] == PARTS


def test_the_html_is_one_file_that_loads_nothing(ada):
    _check, version, _people = decided(ada)

    html = html_of(version, "internal", ada)

    assert not re.search(r"<(script|style|link|img|iframe|svg)|\b(src|style|on\w+)=", html)
    assert html.count("<h1>") == 1
    assert "TLP:AMBER+STRICT" in html


@pytest.mark.parametrize("letters", ["中文 😀 ไทย", "\x07\ufeff\ue000", "עברית ﷺ", "#set $x [*"])
def test_letters_that_our_fonts_lack_stop_no_document(ada, letters):
    _check, version, _people = reviewed(ada)
    version.opinions.update(words=f"Before {letters} after")

    text = words_of(services.export(version, "internal", "pdf", by=ada).content)

    assert "Before" in text
    assert "after" in text


def test_a_long_word_and_a_long_text_fit_on_the_pages(ada):
    _check, version, _people = reviewed(ada)
    version.opinions.filter(role=Role.LEGAL).update(words="x" * 4000)
    version.opinions.filter(role=Role.OFFICER).update(words="Many words. " * 330)

    text = words_of(services.export(version, "internal", "pdf", by=ada).content)

    assert text.count("Many words.") == 330
    assert text.count("x") >= 4000


# What it says


def test_a_directive_never_stands_without_the_national_law(ada):
    _check, version, _people = decided(ada)
    found = services.export(version, "internal", "json", by=ada)

    parts = {part["number"]: part for part in json.loads(found.content)["report"]["parts"]}
    [table] = [each for each in parts[4]["blocks"] if each["kind"] == "table"]
    led = [row for row in table["rows"] if row[1].startswith("Directive (EU) 2016/680")]
    cited = re.findall(
        r"Directive \(EU\) 2016/680, [^;(]*(?:\([^;4]*\))*[^;]*", json.dumps(parts[9])
    )

    assert len(led) > 5
    assert all("Bundesdatenschutzgesetz" in row[4] for row in led)
    assert cited
    assert all("with national law (4." in each or "Article" in each for each in cited)


def test_without_a_country_it_says_that_the_national_provision_has_to_be_named(ada):
    _check, version, _people = reviewed(ada, country="")

    html = html_of(version, "internal", ada)

    assert "To be named: no country’s rules were chosen" in html


def test_an_old_version_reads_nothing_of_the_rules_of_today(ada, monkeypatch):
    _check, version, _people = decided(ada)
    before = html_of(version, "internal", ada)

    def gone(*_args, **_more):
        raise AssertionError("a report asked the rules of today")

    for name in ("rulebook", "shipped", "stamps", "house_law"):
        monkeypatch.setattr(shelf, name, gone)
    after = html_of(version, "internal", ada)

    # All but its code, its day, and the line in the record about the first one.
    assert abs(len(before) - len(after)) < 400


def test_a_risk_falls_once_its_safeguards_are_accepted_and_rises_when_one_lapses(ada):
    _check, version, _people = reviewed(ada)

    def after():
        data = json.loads(services.export(version, "internal", "json", by=ada).content)
        part = next(each for each in data["report"]["parts"] if each["number"] == 8)
        [table, *_more] = [each for each in part["blocks"] if each["kind"] == "table"]
        return [row[4].split("\n")[0] for row in table["rows"]]

    shown = after()
    Proof.objects.filter(of="safeguard").update(state="given")
    waiting = after()

    assert "High" not in shown
    assert "High" in waiting


# Three copies


@pytest.mark.parametrize(
    ("copy", "left_out"),
    [
        ("internal", set()),
        ("partner", {"comment", "proof", "office", "reference", "opinion"}),
        ("public", {*SECRETS}),
    ],
)
def test_each_copy_leaves_out_what_it_has_to(ada, copy, left_out):
    _check, version, people = decided(ada)
    names = {"Ada Example", *(each.shown_name for each in people.values())}

    for form in Export.Format.values:
        made = services.export(version, copy, form, by=ada).content
        text = words_of(made) if form == "pdf" else made.decode()

        assert {key for key, words in SECRETS.items() if words not in text} == left_out
        assert {name for name in names if name in text} == (names if copy == "internal" else set())
        assert ("An appeal after a robbery" in text) == (copy != "public")


def test_a_public_summary_tells_no_answer_and_no_office(ada):
    check, version, _people = decided(ada)

    html = html_of(version, "public", ada)

    assert "TLP:CLEAR" in html
    assert "A commercial platform, through a page or a group there" not in html
    assert check.circle.title not in html
    assert "Because:" not in html
    assert "Federal Commissioner" not in html
    assert "Approved" in html


def test_only_copies_for_its_people_carry_lines_of_the_record(ada):
    _check, version, _people = decided(ada)

    found = {
        copy: json.loads(services.export(version, copy, "json", by=ada).content)
        for copy in ("internal", "partner", "public")
    }

    assert {"record", "version", "opinions", "decisions"} <= found["internal"].keys()
    for copy in ("partner", "public"):
        assert not {"record", "version", "opinions", "decisions"} & found[copy].keys()


# Who may


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("author", {"internal", "partner", "public"}),
        (Role.APPROVER, {"internal", "partner"}),
        (Role.OFFICER, {"internal"}),
        (Role.LEGAL, {"internal"}),
        ("stranger", set()),
    ],
)
def test_who_makes_which_copy(ada, who, allowed):
    _check, version, people = decided(ada)
    member = {"author": ada, "stranger": MemberFactory(), **people}[who]
    made = set()

    for copy in Export.Redaction.values:
        try:
            services.export(version, copy, "json", by=member)
            made.add(copy)
        except PermissionDenied:
            pass

    assert made == allowed
    assert {*Export.objects.values_list("redaction", flat=True)} == allowed


def test_a_summary_for_everybody_waits_for_a_decision(ada):
    _check, version, _people = reviewed(ada)

    with pytest.raises(Refused, match="once this version is decided"):
        services.export(version, "public", "pdf", by=ada)

    assert not Export.objects.exists()


def test_whoever_was_removed_a_moment_ago_makes_nothing(ada):
    check, version, people = decided(ada)
    part = check.parts.get(role=Role.LEGAL)
    services.remove(part, by=ada)

    with pytest.raises(PermissionDenied):
        services.export(version, "internal", "pdf", by=people[Role.LEGAL])


def test_what_is_no_copy_and_no_format_is_refused(ada):
    _check, version, _people = reviewed(ada)

    for copy, form in (("secret", "pdf"), ("internal", "exe")):
        with pytest.raises(Refused, match="from the list"):
            services.export(version, copy, form, by=ada)


# What is kept


def test_a_document_is_in_the_record_with_the_hash_of_its_bytes(ada):
    check, version, _people = decided(ada)

    made = services.export(version, "partner", "pdf", by=ada)

    line = Event.objects.filter(check_of=check).last()
    kept = Export.objects.get()
    assert kept.sha256 == hashlib.sha256(made.content).hexdigest()
    assert (kept.size, kept.state, kept.by) == (len(made.content), "approved", ada)
    assert (line.action, line.facts["sha256"]) == ("exported", kept.sha256)
    assert kept.code.encode() not in repr(line.facts).encode()
    assert kept.code in words_of(made.content)


def test_codes_are_long_unambiguous_and_never_twice():
    codes = {new_code() for _each in range(5000)}

    assert len(codes) == 5000
    assert not {*"01OILU"} & {*LETTERS}
    assert all(re.fullmatch(f"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}}){{3}}", code) for code in codes)


# The page


def test_the_page_offers_what_one_may_make_and_lists_what_was_made(ada):
    check, version, people = decided(ada)
    services.export(version, "partner", "pdf", by=ada)
    path = f"/checks/{check.pk}/documents/"

    hers = signed_in(ada).get(path).content.decode()
    his = signed_in(people[Role.LEGAL]).get(path).content.decode()

    assert 'value="public"' in hers
    assert 'value="public"' not in his
    assert 'value="partner"' not in his
    assert Export.objects.get().code in his


def test_a_button_hands_the_file_over(ada):
    check, _version, _people = decided(ada)

    said = {"copy": "internal", "form": "pdf"}
    got = signed_in(ada).post(f"/checks/{check.pk}/documents/v1/", said)

    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment")
    assert "no-store" in got["Cache-Control"]
    assert got.content.startswith(b"%PDF")


@pytest.mark.parametrize("said", [{}, {"copy": "public", "form": "x"}, {"copy": "x" * 9999}])
def test_a_wrong_form_comes_back_with_a_sentence(ada, said):
    check, _version, _people = reviewed(ada)

    page = signed_in(ada).post(f"/checks/{check.pk}/documents/v1/", said)

    assert page.status_code == 422
    assert not Export.objects.exists()


def test_a_stranger_finds_no_documents_page(ada):
    check, _version, _people = decided(ada)
    client = signed_in(MemberFactory())

    for path in ("documents/", "record/", "record.json"):
        assert client.get(f"/checks/{check.pk}/{path}").status_code == 404
    assert client.post(f"/checks/{check.pk}/documents/v1/").status_code == 404
    assert signed_in(ada).post(f"/checks/{check.pk}/documents/v9/").status_code == 404


def test_the_page_asks_as_often_with_ten_documents(ada):
    check, version, _people = decided(ada)
    services.export(version, "internal", "json", by=ada)
    client, path = signed_in(ada), f"/checks/{check.pk}/documents/"
    one = queries_of(client, path)

    for _each in range(9):
        services.export(version, "internal", "json", by=ada)

    assert queries_of(client, path) == one


def test_before_it_was_sent_the_page_says_what_to_do(ada):
    page = signed_in(ada).get(f"/checks/{begin(ada).pk}/documents/").content.decode()

    assert "Send the check first" in page
