"""The picture of a pattern: brought with a proposal, kept by every version that shows it."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from media4sec.kit import uploads
from media4sec.kit.errors import Refused
from media4sec.kit.models import Upload
from media4sec.kit.tests.things import PDF, picture
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import queries, services
from media4sec.patterns.models import Pattern, PatternVersion, Proposal
from media4sec.patterns.tests.factories import (
    proposal_in_review,
    publish,
    reviewer,
    signed,
    words,
)
from media4sec.patterns.tests.test_proposals import filled, signed_in

pytestmark = pytest.mark.django_db
NEW = "/patterns/new/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def lying(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def brought(owner, alt="A street at night", **said):
    return uploads.receive_picture(owner=owner, file=picture(**said), alt=alt, place="proposal:x")


def proposed(author=None, alt="A street at night", **said):
    """Sent in with a picture."""
    author = author or MemberFactory()
    return proposal_in_review(author, picture=brought(author, alt), **said)


def improved(pattern, author=None, **said):
    """A better text for it, sent in."""
    return proposal_in_review(author, pattern=pattern, title=pattern.title, **said)


def shared(proposal):
    return services.publish_shared(proposal, by=MemberFactory(is_editor=True))


def shown_on(client, address):
    """The pictures of a page: address and description."""
    page = client.get(address).content.decode()
    return re.findall(r'<img class="post__picture" src="([^"]+)" alt="([^"]*)"', page)


def address_of(each):
    return f"/files/{each.picture['id']}/"


# Bringing one


def test_a_picture_waits_with_the_draft_and_belongs_to_the_text_that_is_saved(client):
    member = MemberFactory()
    signed_in(client, member)

    kept = client.post(NEW, filled(then="attach", file=picture(), alt="A street at night"))
    waits = Upload.objects.get()
    page = client.get(NEW).content.decode()
    client.post(NEW, filled(upload=waits.pk))

    proposal = Proposal.objects.get()
    assert kept.status_code == 302
    assert f'name="upload" value="{waits.pk}"' in page
    assert "Answer the rumour early" in page
    assert (proposal.picture["id"], proposal.picture["alt"]) == (waits.pk, "A street at night")
    assert shown_on(client, proposal.get_absolute_url()) == [
        (f"/files/{waits.pk}/", "A street at night")
    ]


def test_it_is_brought_and_saved_at_once_too(client):
    signed_in(client, MemberFactory())

    client.post(NEW, filled(file=picture(), alt="A street"))

    assert Proposal.objects.get().picture["alt"] == "A street"


def test_another_picture_takes_the_place_of_the_one_that_waits(client, folder):
    signed_in(client, MemberFactory())
    client.post(NEW, filled(then="attach", file=picture(), alt="The first"))
    first = Upload.objects.get()

    client.post(NEW, filled(then="attach", upload=first.pk, file=picture(), alt="The second"))

    assert [each.alt for each in Upload.objects.all()] == ["The second"]
    assert [alt for _, alt in shown_on(client, NEW)] == ["The second"]


def test_what_waits_is_removed_by_a_button(client):
    signed_in(client, MemberFactory())
    client.post(NEW, filled(then="attach", file=picture(), alt="A street"))
    waits = Upload.objects.get()

    client.post(NEW, filled(then=f"remove-{waits.pk}", upload=waits.pk))

    assert not Upload.objects.exists()
    assert shown_on(client, NEW) == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (lambda: {"file": picture("PNG", "1", (8_000, 5_001)), "alt": "A"}, "too many pixels"),
        (
            lambda: {"file": SimpleUploadedFile("a.jpg", PDF), "alt": "A"},
            "A PDF file is no picture",
        ),
        (lambda: {"file": SimpleUploadedFile("a.jpg", b"%PDF-"), "alt": "A"}, "A PDF file is no"),
        (
            lambda: {"file": SimpleUploadedFile("a.png", b"words"), "alt": "A"},
            "WebP pictures can be",
        ),
        (lambda: {"file": picture()}, "Say in a few words what the picture shows"),
        (lambda: {"file": picture(), "alt": " \n"}, "Say in a few words what the picture shows"),
        (lambda: {"file": picture(), "alt": "x" * 301}, "in 300 letters or fewer"),
        (lambda: {"file": [picture(), picture()], "alt": "A"}, "Add one picture, not several"),
        (lambda: {"alt": "A street"}, "Choose the picture that you describe"),
    ],
)
@pytest.mark.parametrize("then", ["", "attach"])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_is_refused_with_a_sentence_and_the_text_comes_back(
    client, sent, sentence, then
):
    signed_in(client, MemberFactory())

    response = client.post(NEW, filled(then=then, **sent()))

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "every hour of silence makes it more true" in page
    assert not Proposal.objects.exists()
    assert not Upload.objects.exists()


def test_when_other_fields_are_missing_the_picture_waits_and_its_words_are_not_asked_twice(client):
    signed_in(client, MemberFactory())

    page = client.post(NEW, filled(title="", file=picture(), alt="A street")).content.decode()
    waits = Upload.objects.get()
    again = dict(re.findall(r'<input type="text" name="(alt)"(?: value="([^"]*)")?', page))
    response = client.post(NEW, filled(upload=waits.pk, **again))

    assert f'name="upload" value="{waits.pk}"' in page
    assert again == {"alt": ""}
    assert response.status_code == 302
    assert Proposal.objects.get().picture["id"] == waits.pk


def test_the_form_says_what_may_be_shown_and_under_which_licence(client):
    page = signed_in(client, MemberFactory()).get(NEW).content.decode()

    assert "Nobody can be recognised in it who has not agreed." in page
    assert "published with the text under CC BY 4.0" in page


# Changing it


def test_a_picture_that_is_not_touched_stays(client):
    author = MemberFactory()
    proposal = services.propose(words(picture=brought(author)), by=author)
    signed_in(client, author)

    client.post(f"{proposal.get_absolute_url()}edit/", filled(version=1))

    was, proposal = proposal.picture, Proposal.objects.get()
    assert proposal.version == 2
    assert proposal.picture == was
    assert client.get(address_of(proposal)).status_code == 200


def test_a_new_picture_replaces_the_old_one_which_is_gone(
    client, folder, django_capture_on_commit_callbacks
):
    author = MemberFactory()
    proposal = services.propose(words(picture=brought(author)), by=author)
    signed_in(client, author)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            f"{proposal.get_absolute_url()}edit/", filled(version=1, file=picture(), alt="A square")
        )

    was, proposal = proposal.picture, Proposal.objects.get()
    assert proposal.picture["alt"] == "A square"
    assert client.get(f"/files/{was['id']}/").status_code == 404
    assert len(lying(folder)) == 1


def test_a_picture_is_taken_away(client, folder, django_capture_on_commit_callbacks):
    author = MemberFactory()
    proposal = services.propose(words(picture=brought(author)), by=author)
    signed_in(client, author)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{proposal.get_absolute_url()}edit/", filled(version=1, removes_picture="on"))

    assert Proposal.objects.get().picture == {}
    assert lying(folder) == []


def test_an_older_version_replaces_no_picture_and_the_new_one_waits_on(client):
    author, helper = MemberFactory(), MemberFactory()
    said = {"co_maintainers": [helper], "picture": brought(author)}
    proposal = services.propose(words(**said), by=author)
    again = words(co_maintainers=[helper], picture=brought(helper, "Of the helper"))
    services.edit_proposal(proposal, again, by=helper, base_version=1, pattern_version=0)
    signed_in(client, author)

    response = client.post(
        f"{proposal.get_absolute_url()}edit/",
        filled(version=1, co_maintainers=helper.name, file=picture(), alt="Of the author"),
    )
    waits = Upload.objects.get(alt="Of the author")
    page = response.content.decode()

    proposal.refresh_from_db()
    assert response.status_code == 409
    assert proposal.picture["alt"] == "Of the helper"
    assert f'name="upload" value="{waits.pk}"' in page
    assert "Of the author]" in re.sub("</?(?:del|ins)>", "", page)


def test_nobody_takes_the_picture_of_another_nor_a_pdf():
    author, other = MemberFactory(), MemberFactory()
    pdf = uploads.receive(owner=author, file=SimpleUploadedFile("a.pdf", PDF), alt="A", place="x:")

    with pytest.raises(Refused, match="no longer there"):
        services.propose(words(picture=brought(other)), by=author)
    with pytest.raises(Refused, match="Add a picture"):
        services.propose(words(picture=pdf), by=author)


# Who sees it


def test_a_picture_is_for_those_who_may_read_the_proposal(client):
    author, helper, other = MemberFactory(), MemberFactory(), MemberFactory()
    said = {"co_maintainers": [helper], "picture": brought(author)}
    proposal = services.propose(words(**said), by=author)
    everybody = {"author": author, "helper": helper, "other": other, "nobody": AnonymousUser()}

    def readers():
        found = set()
        for name, visitor in everybody.items():
            client.logout()
            if visitor.is_authenticated:
                signed_in(client, visitor)
            reads = Proposal.objects.visible_to(visitor).filter(pk=proposal.pk).exists()
            status = client.get(address_of(proposal)).status_code
            assert (status == 200) == (reads or proposal.decided_at is not None), name
            found |= {name} if status == 200 else set()
        return found

    assert readers() == {"author", "helper"}
    services.submit(proposal, by=author, base_version=1, has_licensed=True)
    assert readers() == {"author", "helper", "other"}
    services.take_back_proposal(proposal, by=author)
    assert readers() == {"author", "helper"}
    proposal = services.submit(proposal, by=author, base_version=1, has_licensed=True)
    shared(proposal)
    proposal.refresh_from_db()
    assert readers() == {"author", "helper", "other", "nobody"}


def test_a_withdrawn_proposal_has_no_picture(client, folder, django_capture_on_commit_callbacks):
    author = MemberFactory()
    proposal = proposed(author)
    address = address_of(proposal)

    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_proposal(proposal, by=author)

    proposal.refresh_from_db()
    assert proposal.picture == {}
    assert signed_in(client, author).get(address).status_code == 404
    assert lying(folder) == []


def test_withdrawing_a_better_text_leaves_the_pattern_its_picture(client):
    pattern = shared(proposed())
    author = MemberFactory()
    proposal = improved(pattern, author)

    services.withdraw_proposal(proposal, by=author)

    assert client.get(address_of(pattern)).status_code == 200
    assert shown_on(client, pattern.get_absolute_url()) == [
        (address_of(pattern), "A street at night")
    ]


def test_reviewers_see_it_beside_the_text(client):
    proposal, member = proposed(), reviewer()
    services.offer(proposal, by=member, kind="peer", declares=True)

    shown = shown_on(signed_in(client, member), f"{proposal.get_absolute_url()}review/")

    assert shown == [(address_of(proposal), "A street at night")]


def test_neither_the_name_nor_the_inside_of_a_file_tells_a_blind_author(client):
    author = MemberFactory(name="Zora Quill")
    notes = PngInfo()
    notes.add_text("Author", "Zora Quill")
    waits = brought(author, form="PNG", name="zora-quill-desk.png", pnginfo=notes)
    proposal = proposal_in_review(author, is_blind=True, picture=waits)
    member = reviewer()
    services.offer(proposal, by=member, kind="peer", declares=True)
    signed_in(client, member)

    for page in ("", "review/"):
        said = client.get(f"{proposal.get_absolute_url()}{page}").content.decode().lower()
        assert "zora" not in said
    answer = client.get(address_of(proposal))
    content = b"".join(answer.streaming_content)
    assert "zora" not in str(answer.headers).lower()
    assert b"Zora" not in content
    assert "picture.png" in answer["Content-Disposition"]
    assert Image.open(waits.file.open()).size == (30, 20)


def test_the_description_in_a_blind_review_does_not_name_its_author():
    author = MemberFactory(name="Zora Quill")

    with pytest.raises(Refused, match="own names"):
        proposed(author, alt="The desk of Zora Quill", is_blind=True)


# Published


def test_a_published_pattern_carries_it_for_everybody(client):
    pattern = shared(proposed())
    upload = Upload.objects.get()

    assert (upload.thing_kind, upload.thing_id) == ("patterns.pattern", pattern.pk)
    assert client.get(address_of(pattern)).status_code == 200
    for address in (pattern.get_absolute_url(), f"{pattern.get_absolute_url()}v1/"):
        assert shown_on(client, address) == [(address_of(pattern), "A street at night")]
    page = client.get(pattern.get_absolute_url()).content.decode()
    assert 'width="30" height="20" loading="lazy"' in page


def test_an_old_version_still_shows_its_picture(client):
    pattern = shared(proposed())
    first = address_of(pattern)
    author = MemberFactory()
    pattern = shared(improved(pattern, author, picture=brought(author, "A square")))
    second = address_of(pattern)
    pattern = shared(improved(pattern, removes_picture=True))

    url = pattern.get_absolute_url()
    assert shown_on(client, f"{url}v1/") == [(first, "A street at night")]
    assert shown_on(client, f"{url}v2/") == [(second, "A square")]
    assert shown_on(client, f"{url}v3/") == shown_on(client, url) == []
    assert {client.get(address).status_code for address in (first, second)} == {200}
    assert PatternVersion.objects.count() == 3


def test_improving_begins_with_the_picture_and_keeps_it(client):
    pattern = shared(proposed())
    member = MemberFactory()
    signed_in(client, member)
    address = f"{pattern.get_absolute_url()}improve/"

    begins_with = shown_on(client, address)
    client.post(address, filled(changes="Clearer."))
    proposal = Proposal.objects.get(author=member)
    services.submit(proposal, by=member, base_version=1, has_licensed=True)
    after = shared(proposal)

    assert begins_with == [(address_of(pattern), "A street at night")]
    assert proposal.picture == pattern.picture == after.picture
    assert client.get(address_of(after)).status_code == 200


def test_taking_it_away_from_a_better_text_leaves_it_on_the_pattern(client):
    pattern = shared(proposed())
    member = MemberFactory()
    signed_in(client, member)

    client.post(f"{pattern.get_absolute_url()}improve/", filled(removes_picture="on", changes="x"))

    assert Proposal.objects.get(author=member).picture == {}
    assert client.get(address_of(pattern)).status_code == 200


@pytest.mark.parametrize("touches", [False, True])
def test_a_picture_nobody_touched_goes_with_the_newest_text(touches, client):
    pattern = shared(proposed())
    author, other = MemberFactory(), MemberFactory()
    mine = {"picture": brought(author, "Mine")} if touches else {}
    proposal = improved(pattern, author, **mine)
    pattern = shared(improved(pattern, other, picture=brought(other, "A square")))
    expected = "Mine" if touches else "A square"
    edit = f"{proposal.get_absolute_url()}edit/"
    shown = shown_on(signed_in(client, author), edit)

    again = words(title=pattern.title)
    services.edit_proposal(proposal, again, by=author, base_version=1, pattern_version=2)

    assert [alt for _, alt in shown] == [expected]
    assert proposal.picture["alt"] == expected


def test_a_comparison_says_when_the_picture_changed(client):
    pattern = shared(proposed())
    author, member = MemberFactory(), reviewer()
    proposal = improved(pattern, author, picture=brought(author))
    old, new = pattern.picture["id"], proposal.picture["id"]
    signed(proposal, "peer", member=member)
    again = words(title=pattern.title, picture=brought(author, "A square"))
    services.edit_proposal(proposal, again, by=author, base_version=1, pattern_version=1)
    newest = proposal.picture["id"]
    signed_in(client, member)
    page = client.get(proposal.get_absolute_url()).content.decode()

    since, _, compared = page.partition("Compare it with the pattern")
    # With the same words, its number tells one picture from another.
    for part, before in ((since, new), (compared, old)):
        assert re.search(rf"<del>[^<]*\b{before}\b", part)
        assert re.search(rf"<ins>[^<]*\b{newest}\b", part)
    services.publish_shared(proposal, by=MemberFactory(is_editor=True))
    history = client.get(f"{pattern.get_absolute_url()}history/").content.decode()
    assert re.search(rf"<del>[^<]*\b{old}\b", history)
    assert re.search(rf"<ins>[^<]*\b{newest}\b", history)


def test_a_picture_that_stays_is_no_change():
    pattern = shared(proposed())

    before, after = queries.compare_words(pattern, improved(pattern))

    assert f"[picture {pattern.picture['id']}: A street at night]" in before
    assert "picture" not in "".join(re.findall("<(?:del|ins)>(.*?)</", before + after))


def test_it_costs_its_page_no_query(client, django_assert_max_num_queries):
    pattern = shared(proposed())
    client.get(pattern.get_absolute_url())

    with django_assert_max_num_queries(6):
        page = client.get(pattern.get_absolute_url())
    assert address_of(pattern) in page.content.decode()


def test_files_of_patterns_tell_its_address_and_bring_none(client):
    pattern = shared(proposed())
    plain = publish()

    rows = json.loads(client.get("/patterns/export/patterns.json").getvalue())["items"]
    said = {row["slug"]: (row["picture"], row["picture_shows"]) for row in rows}
    editor = MemberFactory(is_editor=True)
    row = next(row for row in rows if row["slug"] == pattern.slug)
    row |= {"summary": "Another summary, long enough.", "picture": "https://example.org/x.png"}
    batch = services.bring(
        json.dumps({"table": "patterns", "items": [row]}).encode(), by=editor, table="patterns"
    )
    services.take_in(batch, by=editor)

    assert said[plain.slug] == ("", "")
    address, shows = said[pattern.slug]
    assert (address.endswith(address_of(pattern)), shows) == (True, "A street at night")
    assert Proposal.objects.get(author=editor).picture == pattern.picture
    assert Pattern.objects.count() == 2
