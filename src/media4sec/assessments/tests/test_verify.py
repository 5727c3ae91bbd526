"""The page where everybody checks a document: what it tells, to whom, and what it never tells."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from media4sec.assessments import services
from media4sec.assessments.models import Check, Export, Role, Stale
from media4sec.assessments.tests.factories import signed_in
from media4sec.assessments.tests.reports import SECRETS, decided
from media4sec.kit import uploads
from media4sec.kit.clock import now, pretend
from media4sec.kit.models import Upload
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
PAGE = "/checks/verify/"


@pytest.fixture
def case(db):
    check, version, people = decided(MemberFactory(name="Ada Example"))
    made = services.export(version, "partner", "pdf", by=check.author)
    return check, version, people, made


def asked(client=None, *, content=b"", code=""):
    """What the page says of a file and a code."""
    said = {"code": code}
    if content:
        said["file"] = SimpleUploadedFile("report.pdf", content, "application/pdf")
    return (client or Client()).post(PAGE, said)


def test_a_stranger_learns_that_a_file_is_unchanged_and_its_decision_holds(case):
    _check, _version, _people, made = case

    text = asked(content=made.content).content.decode()

    assert "This file is unchanged" in text
    assert "For partners, PDF" in text
    assert "The decision holds until" in text


def test_a_pdf_changed_by_one_byte_is_not_one_of_ours(case):
    *_rest, made = case

    for place in (0, 1000, len(made.content) // 2, -1):
        changed = bytearray(made.content)
        changed[place] ^= 1
        page = asked(content=bytes(changed))

        assert "This file is not one of ours, or was changed" in page.content.decode()
        assert page.context["said"].export is None


def test_a_real_code_under_another_file_is_told(case):
    _check, version, _people, made = case
    other = services.export(version, "partner", "html", by=made.export.by)

    wrong = asked(content=b"another file", code=made.export.code).content.decode()
    swapped = asked(content=other.content, code=made.export.code).content.decode()

    assert "This file is not the one with this code" in wrong
    assert "it has another code" in swapped


def test_the_address_of_the_qr_code_tells_of_the_code_and_asks_for_the_file(case):
    _check, _version, _people, made = case

    got = Client().get(f"{PAGE}{made.export.code}/")
    text = got.content.decode()

    assert "A document with this code left this house" in text
    assert "only if you give us the file" in text
    assert "noindex" in text
    assert "public" not in got.get("Cache-Control", "")


def test_a_code_is_known_however_it_is_typed(case):
    code = case[-1].export.code

    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f" {code}\t"):
        assert "left this house" in asked(code=typed).content.decode()


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "' OR 1=1 --", "\x00", "K" * 60])
def test_a_code_of_nobody_is_told(code):
    page = asked(code=code)

    assert "No document has this code" in page.content.decode() or page.status_code == 422


def test_neither_file_nor_code_comes_back_with_a_sentence():
    page = asked()

    assert page.status_code == 422
    assert "Choose a file, or type a code" in page.content.decode()


def test_an_empty_file_and_one_too_large_come_back_with_a_sentence(settings):
    empty = Client().post(PAGE, {"file": SimpleUploadedFile("a.pdf", b"")})
    settings.UPLOAD_BYTES = 100_000
    large = asked(content=b"x" * 600_000)

    assert empty.status_code == large.status_code == 422
    assert "This file is empty" in empty.content.decode()
    assert "larger than any document of ours" in large.content.decode()


# What it never tells


def test_it_tells_strangers_nothing_else_of_the_check(case):
    check, version, people, made = case
    secret = {
        check.title, version.content["plan"]["activity_title"], check.circle.title, "Germany",
        "Ada Example", *SECRETS.values(), *(each.shown_name for each in people.values()),
        f"/checks/{check.pk}/",
    }  # fmt: skip

    pages = [asked(content=made.content), Client().get(f"{PAGE}{made.export.code}/")]
    pages.append(asked(signed_in(MemberFactory()), content=made.content))

    for page in pages:
        text = page.content.decode()
        assert {words for words in secret if words in text} == set()


def test_its_people_get_the_way_to_the_check(case):
    check, _version, people, made = case

    text = asked(signed_in(people[Role.LEGAL]), content=made.content).content.decode()

    assert f'href="/checks/{check.pk}/"' in text


def test_the_file_is_not_kept(case, settings):
    _check, _version, _people, made = case
    before = Upload.objects.count()

    asked(content=made.content)

    assert Upload.objects.count() == before
    assert uploads.Upload.objects.filter(name="report.pdf").count() == 0


def test_strangers_get_no_cookie_and_need_none(case):
    _check, _version, _people, made = case
    client = Client(enforce_csrf_checks=True)

    assert client.get(PAGE).status_code == 200
    assert asked(client, content=made.content).status_code == 200
    assert not client.cookies


def test_whoever_tries_codes_is_slowed_down(settings):
    settings.RATE_LIMITS = True
    client = Client()

    answers = {
        client.get(f"{PAGE}AAAA-AAAA-AAAA-AAA{letter}/").status_code for letter in "ABCDEF" * 6
    }

    assert 429 in answers


# Whether it still holds


FATES = (
    ({"state": "conditions"}, "Approved with conditions"),
    ({"state": "suspended"}, "Suspended"),
    ({"state": "revoked"}, "The approval was withdrawn"),
    ({"state": "expired"}, "The time for which it was decided is over"),
    ({"state": "superseded"}, "A newer version takes its place"),
    ({"state": "refused"}, "The decision was: no"),
    ({"version": 2}, "A newer version takes its place"),
    ({"stale_why": Stale.STRICTER}, "has to be looked at again"),
)


def test_it_says_what_became_of_the_decision(case):
    check, *_rest, made = case
    kept = Check.objects.filter(pk=check.pk)
    [before] = kept.values("state", "version", "stale_why", "stale_since")

    for facts, words in FATES:
        stale = {"stale_since": now()} if "stale_why" in facts else {}
        kept.update(**{**before, **facts, **stale})
        text = asked(content=made.content).content.decode()

        assert "This file is unchanged" in text
        assert words in text


def test_a_decision_whose_days_are_over_does_not_hold_though_no_task_has_run_yet(case):
    _check, _version, _people, made = case

    with pretend(now() + timedelta(days=900)):
        text = asked(content=made.content).content.decode()

    assert "Expired" in text


def test_of_a_check_that_is_gone_nothing_is_known(case):
    _check, _version, _people, made = case
    assert Export.objects.get().sha256 == hashlib.sha256(made.content).hexdigest()
    Export.objects.all().delete()

    assert "not one of ours" in asked(content=made.content).content.decode()
