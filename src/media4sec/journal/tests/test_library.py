"""The library: documents, their files, the version sheet, references."""

import io
import json
import subprocess
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from media4sec.journal import pdf, queries, services
from media4sec.journal.models import Document, DocumentFile
from media4sec.journal.papers import paper
from media4sec.journal.tests.factories import DocumentFactory, EditorFactory, ThemeFactory, sheet
from media4sec.kit import uploads
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door
from media4sec.kit.models import Link, Upload
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory


def upload(content, name="report.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def kept(editor, django_capture_on_commit_callbacks):
    """kept(content): a document with this file, as it is once the worker has read it."""

    def kept(content, **changed):
        document = services.add_document(sheet(**changed), by=editor)
        with django_capture_on_commit_callbacks(execute=True):
            services.add_file(document, by=editor, file=upload(content))
        return document

    return kept


# Documents


def test_a_document_is_for_editors_until_it_is_published(client, editor, member):
    document = services.add_document(sheet(), by=editor)
    address = document.get_absolute_url()

    before = client.get(address).status_code
    services.publish_document(document, by=editor)

    assert address == "/library/a-report-on-listening/"
    assert (before, client.get(address).status_code) == (404, 200)


@pytest.mark.parametrize("state", list(Document.State))
def test_lists_and_rules_agree(state, stranger, editor, member):
    document = DocumentFactory(state=state)
    suspended = EditorFactory(suspended_at=timezone.now())

    for who in (stranger, editor, member, suspended):
        seen = Document.objects.visible_to(who).filter(pk=document.pk).exists()
        assert may(who, "journal.view_document", document) == seen
        assert seen == (state == "published" or who == editor)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "No"}, "four letters"),
        ({"authors": [" "]}, "Say who wrote it"),
        ({"authors": [f"Body {n}" for n in range(21)]}, "twenty authors"),
        ({"abstract": " "}, "Write a text first"),
        ({"abstract": "x" * 5001}, "5,000 letters"),
    ],
)
def test_what_cannot_be_kept_says_what_to_do(editor, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        services.add_document(sheet(**changed), by=editor)


def test_the_library_is_kept_by_editors(member):
    document = DocumentFactory()

    for deed in (
        lambda: services.add_document(sheet(), by=member),
        lambda: services.add_file(document, by=member, file=upload(b"")),
        lambda: services.publish_document(document, by=member),
        lambda: services.retract_document(document, by=member, reason="No."),
    ):
        with pytest.raises(PermissionDenied, match="look after the library"):
            deed()


def test_two_documents_of_one_title_have_addresses_of_their_own(editor):
    slugs = [services.add_document(sheet(), by=editor).slug for _number in range(3)]

    assert slugs == [
        "a-report-on-listening",
        "a-report-on-listening-2",
        "a-report-on-listening-3",
    ]


def test_two_editors_at_once_overwrite_nothing(signed_in, editor, reviewer):
    document = services.add_document(sheet(), by=editor)
    services.edit_document(document, sheet(abstract="Hers."), by=reviewer, base_version=1)
    sent = {
        **{"version": 1, "title": "A report", "type": "report", "dated": "2027-03-18"},
        **{"authors": "Police academy", "abstract": "His.", "theme": "trolling"},
        **{"language": "en", "licence": "CC-BY-4.0"},
    }

    response = signed_in(editor).post(f"/library/desk/{document.pk}/edit/", sent)

    document.refresh_from_db()
    assert response.status_code == 409
    assert "Hers." in response.content.decode()
    assert "His." in response.content.decode()
    assert document.abstract == "Hers."


def test_the_history_shows_what_was_corrected(signed_in, editor):
    document = services.add_document(sheet(abstract="One small step."), by=editor)
    services.edit_document(document, sheet(abstract="One giant step."), by=editor, base_version=1)

    page = signed_in(editor).get(f"/library/desk/{document.pk}/history/").content.decode()

    assert "<del>small</del>" in page
    assert "<ins>giant</ins>" in page
    assert "/restore/" not in page


def test_the_version_sheet_has_each_version_once(editor):
    document = DocumentFactory()
    line = {"dated": date(2027, 1, 1), "changes": "First version.", "prepared_by": "Academy"}
    services.add_edition(document, by=editor, number="1.0", **line)

    with pytest.raises(Refused, match="has this version already"):
        services.add_edition(document, by=editor, number="1.0", **line)
    services.add_edition(document, by=editor, number="1.1", **{**line, "changes": "Spelling."})

    assert sorted(each.number for each in document.editions.all()) == ["1.0", "1.1"]


def test_a_retracted_document_says_why_and_hands_out_no_file(client, editor, kept):
    document = kept(paper(["Secretly wrong."]))
    services.publish_document(document, by=editor)
    file = document.files.get()
    before = client.get(f"/files/{file.upload_id}/").status_code

    services.retract_document(document, by=editor, reason="The sample was too small.")
    page = client.get(document.get_absolute_url()).content.decode()

    assert (before, client.get(f"/files/{file.upload_id}/").status_code) == (200, 404)
    assert "The sample was too small." in page
    assert client.get("/library/?q=listening").context["library"].page.rows == []
    assert client.get(f"{document.get_absolute_url()}cite/ris/").status_code == 404


# What is in a file


def test_its_words_are_found_its_pages_counted_its_first_page_seen(client, editor, kept):
    document = kept(paper(["A zebra in the harbour.", "Second page."]))
    services.publish_document(document, by=editor)
    file = DocumentFile.objects.get()

    found = client.get("/library/?q=zebra+second").context["library"].page.rows
    cover = client.get(f"/files/{file.cover_id}/")

    assert (file.state, file.pages, file.pages_read) == ("read", 2, 2)
    assert [row.title for row in found] == ["A report on listening"]
    assert client.get("/library/?q=giraffe").context["library"].page.rows == []
    assert cover["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(b"".join(cover.streaming_content))).width == 600
    entry = queries.document_entry(queries.fetch_documents([document.pk])[0])
    assert "zebra" in entry.through(Door.SEARCH).text
    assert "zebra" not in entry.summary


def locked(content):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("secret words", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_locked_pdf_says_so_and_is_not_published(signed_in, editor, kept):
    document = kept(locked(paper(["Words."])))

    page = signed_in(editor).get(document.get_absolute_url()).content.decode()

    assert document.files.get().state == "locked"
    assert "locked with a password" in page
    with pytest.raises(Refused, match="cannot be read"):
        services.publish_document(document, by=editor)


def test_a_pdf_that_is_none_inside_says_so(signed_in, editor, kept):
    document = kept(b"%PDF-1.7\n" + b"nonsense " * 100 + b"\n%%EOF")

    page = signed_in(editor).get(document.get_absolute_url()).content.decode()

    assert document.files.get().state == "damaged"
    assert "cannot be read" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"MZ not a pdf at all", "Only JPEG, PNG and WebP pictures and PDF files"),
        (b"%PDF-1.7 cut off in the", "damaged or not complete"),
    ],
)
def test_what_is_no_pdf_at_all_is_refused_when_it_comes(editor, content, sentence):
    with pytest.raises(Refused, match=sentence):
        services.add_file(DocumentFactory(), by=editor, file=upload(content))


def test_a_picture_is_no_document(editor):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(content, "PNG")

    with pytest.raises(Refused, match="keeps PDF files"):
        services.add_file(DocumentFactory(), by=editor, file=upload(content.getvalue()))

    assert not Upload.objects.exists()


def test_of_five_thousand_pages_the_first_are_read_and_all_are_counted(signed_in, editor, kept):
    document = kept(paper([f"Page {number}." for number in range(1, 5001)]))

    file = document.files.get()
    page = signed_in(editor).get(document.get_absolute_url()).content.decode()

    assert (file.state, file.pages, file.pages_read) == ("read", 5000, pdf.MOST_PAGES)
    assert "Page 300." in file.text
    assert "Page 301." not in file.text
    assert f"The text of the first {pdf.MOST_PAGES} pages can be searched." in page


def test_a_pdf_that_takes_too_long_is_let_go(tmp_path, monkeypatch):
    def never_ends(command, *, timeout, **more):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", never_ends)

    assert pdf.read(str(tmp_path / "slow.pdf")) == pdf.Reading("too_heavy")


def test_whatever_the_reader_answers_the_worker_goes_on(tmp_path, monkeypatch):
    for code, said, outcome in [
        (-9, b"", "too_heavy"),
        (1, b"Traceback", "damaged"),
        (0, b'{"outcome": "read"}', "damaged"),
    ]:
        answer = subprocess.CompletedProcess([], code, said)
        monkeypatch.setattr(subprocess, "run", lambda *a, answer=answer, **k: answer)
        assert pdf.read("x.pdf").outcome == outcome


def test_a_reading_that_was_lost_is_done_later_and_only_once(editor):
    document = services.add_document(sheet(), by=editor)
    # Without its commit the task never came; the worker finds it an hour later.
    services.add_file(document, by=editor, file=upload(paper(["Words."])))

    services.read_waiting()
    state = document.files.get().state
    again = services.keep_reading(document.files.get().pk, pdf.Reading("damaged"), by=editor)

    assert (state, again) == ("read", False)


def test_a_removed_file_takes_its_picture_along(
    signed_in, editor, kept, django_capture_on_commit_callbacks
):
    document = kept(paper(["Words."]))
    file = document.files.get()

    with django_capture_on_commit_callbacks(execute=True):
        signed_in(editor).post(f"/library/desk/files/{file.pk}/remove/")

    assert not DocumentFile.objects.exists()
    assert not Upload.objects.exists()
    assert uploads.carried_by(document) == []


# The pages


def test_an_editor_brings_a_document_to_the_shelf(client, signed_in, editor, theme):
    signed_in(editor)
    sent = {
        **{"title": "A first report", "type": "report", "dated": "2027-03-18"},
        **{"authors": "Okafor, Ada\nPolice academy", "abstract": "What is in it."},
        **{"theme": theme.slug, "language": "en", "licence": "CC-BY-4.0"},
    }

    client.post("/library/new/", sent)
    document = Document.objects.get()
    files = f"/library/desk/{document.pk}/files/"
    client.post(files, {"step": "file", "file": upload(paper(["Words."]))})
    edition = {"number": "1.0", "dated": "2027-03-18", "changes": "First.", "prepared_by": "Us"}
    client.post(files, {"step": "edition", **edition})
    client.post(f"/library/desk/{document.pk}/publish/")
    client.logout()

    page = client.get("/library/a-first-report/").content.decode()
    assert document.authors == ["Okafor, Ada", "Police academy"]
    assert "report.pdf" in page
    assert '<th scope="row">1.0</th>' in page


@pytest.mark.parametrize("step", ["file", "edition"])
def test_an_empty_form_says_what_is_missing(signed_in, editor, step):
    document = DocumentFactory()

    response = signed_in(editor).post(f"/library/desk/{document.pk}/files/", {"step": step})

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_the_shelf_is_filtered_by_type_and_theme(client, db):
    DocumentFactory(title="A guide", type="guide")
    DocumentFactory(title="Markets", theme=ThemeFactory(slug="dark-web"))

    def titles(query):
        return [row.title for row in client.get(f"/library/{query}").context["library"].page.rows]

    assert titles("?type=guide") == ["A guide"]
    assert titles("?theme=dark-web") == ["Markets"]
    assert len(titles("?type=x&theme=y")) == 2


def test_a_search_is_not_kept_by_others(client, db):
    assert "public" in client.get("/library/")["Cache-Control"]
    assert "public" not in client.get("/library/?q=word").get("Cache-Control", "")


@pytest.mark.parametrize("count", [1, 10])
def test_a_documents_page_needs_four_queries(client, editor, count, django_assert_max_num_queries):
    document = DocumentFactory()
    for number in range(count):
        services.add_edition(
            document,
            by=editor,
            number=f"1.{number}",
            dated=date(2027, 1, 1),
            changes="Changes.",
            prepared_by="Us",
        )

    with django_assert_max_num_queries(4):
        response = client.get(document.get_absolute_url())

    assert response.content.decode().count('<th scope="row">') == count


@pytest.mark.parametrize("style", ["bibtex", "ris", "csl"])
def test_references_are_files_for_everybody(client, db, style):
    document = DocumentFactory(title="Listening & learning")

    response = client.get(f"{document.get_absolute_url()}cite/{style}/")

    assert response.status_code == 200
    assert document.slug in response["Content-Disposition"]
    assert "public" in response["Cache-Control"]
    if style == "csl":
        assert json.loads(response.content)[0]["title"] == "Listening & learning"


def test_a_reference_in_a_style_that_is_none_is_not_there(client, db):
    document = DocumentFactory()

    assert client.get(f"{document.get_absolute_url()}cite/word/").status_code == 404


def test_members_who_are_no_editors_keep_nothing(signed_in, db):
    document = DocumentFactory()
    client = signed_in(MemberFactory())

    for address in ("new/", f"desk/{document.pk}/edit/", f"desk/{document.pk}/files/"):
        assert client.get(f"/library/{address}").status_code == 403


@pytest.fixture
def linked(db):
    """linked(document, other): the first discusses the second."""

    def linked(document, other):
        here, there = Ref.to(document), Ref.to(other)
        Link.objects.create(
            source_kind=here.kind,
            source_id=here.pk,
            relation=Link.Relation.SEE_ALSO,
            target_kind=there.kind,
            target_id=there.pk,
            made_at=timezone.now(),
        )
        Document.objects.filter(pk=document.pk).update(link_count=F("link_count") + 1)

    return linked


def test_strangers_see_what_is_linked_and_open_to_them(client, linked):
    document = DocumentFactory(slug="linked")
    linked(document, DocumentFactory(title="A guide that fits"))
    linked(document, DocumentFactory(title="Not out yet", state=Document.State.DRAFT))
    DocumentFactory(slug="alone")

    page = client.get("/library/linked/").content.decode()

    assert "A guide that fits" in page
    assert "Not out yet" not in page
    assert "Linked to this" not in client.get("/library/alone/").content.decode()


@pytest.mark.parametrize("count", [1, 8])
def test_links_need_few_queries(client, linked, count, django_assert_num_queries):
    document = DocumentFactory(slug="linked")
    for other in DocumentFactory.create_batch(count):
        linked(document, other)

    with django_assert_num_queries(7):
        page = client.get("/library/linked/").content.decode()

    assert page.count("see also") == count
