"""The pages of deciding: what one reads there, what one signs, and what comes back filled."""

import re
from datetime import timedelta

import pytest

from media4sec.assessments import services
from media4sec.assessments.models import Check, Condition, Decision, Opinion, Role
from media4sec.assessments.queries.deciding import ATTESTATIONS
from media4sec.assessments.tests.factories import (
    answer,
    approved,
    begin,
    in_review,
    prove,
    queries_of,
    signed_in,
    take_part,
    with_people,
)
from media4sec.kit.clock import now
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
State = Check.State
TODAY = now().date()
PAGES = ["decide", "refuse", "suspend", "lift", "revoke", "confirm", "urgent", "changed", "renew"]
TICKED = {f"attest_{number}": "on" for number in range(len(ATTESTATIONS))}


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def sent(author):
    """In review with all but two things it calls for, and its approver, signed in."""
    check, people = in_review(author, Role.LEGAL)
    prove(check, but=("S.LOG", "D.BAL"))
    return check, signed_in(people[Role.APPROVER])


@pytest.fixture
def held(author):
    check, people = approved(author, Role.LEGAL)
    return check, signed_in(people[Role.APPROVER])


def at(check, page):
    return f"/checks/{check.pk}/{page}/"


def as_shown(html):
    """What a browser would send back: the fields of the page, as they are filled in."""
    said = {}
    for tag in re.findall(r"<input[^>]+>", html):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and (not is_box or " checked" in tag):
            said[name[1]] = value[1] if value else ""
    areas = r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>'
    said |= dict(re.findall(areas, html, re.DOTALL))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        said[name] = re.search(r'value="([^"]*)" selected', options)[1]
    return said


def post(client, path, **said):
    """As somebody fills in what the page shows."""
    filled = as_shown(client.get(path).content.decode())
    return client.post(path, {**filled, **said})


# Deciding


def test_an_approver_signs_with_the_conditions_that_stand_there(sent, author):
    check, client = sent

    response = post(client, at(check, "decide"), **TICKED)

    assert (response.status_code, response.url) == (302, check.get_absolute_url())
    check.refresh_from_db()
    assert check.state == State.CONDITIONS
    assert {each.text[:10] for each in check.conditions.all()} == {"Keep a log", "Statement "}
    assert {each.owner for each in check.conditions.all()} == {author}
    assert {each.key for each in check.conditions.all()} == {"S.LOG", "D.BAL"}
    due = check.conditions.get(key="S.LOG").due
    page = client.get(check.get_absolute_url()).content.decode()
    assert f"{author.shown_name}, until {due:%-d %B %Y}" in page


def test_what_stands_against_a_yes_is_said_before_and_after(sent):
    check, client = sent
    people = check.parts.get(role=Role.LEGAL).member
    seen = services.version_of(check).sha256
    said = {"role": Role.LEGAL, "advice": "against", "words": "No.", "seen": seen}
    opinion = services.advise(check, by=people, **said)

    page = client.get(at(check, "decide")).content.decode()
    response = post(client, at(check, "decide"), reason="It helps.", **TICKED)

    assert "Accept or overrule the opinion" in page
    assert response.status_code == 422
    assert "It helps." in response.content.decode()
    path = f"/checks/{check.pk}/opinions/{opinion.pk}/"
    assert post(client, path, taken="overruled").status_code == 422
    assert post(client, path, taken="overruled", why="A judge said so.").status_code == 302
    assert Opinion.objects.get().taken == "overruled"
    assert post(client, at(check, "decide"), **TICKED).status_code == 302


def test_a_form_without_every_sentence_comes_back_filled(sent):
    check, client = sent

    response = post(client, at(check, "decide"), reason="It helps.", attest_0="on")

    html = response.content.decode()
    assert response.status_code == 422
    assert "Tick every sentence" in html
    assert 'href="#id_attest_1"' in html
    assert "It helps." in html
    assert not Decision.objects.exists()


def test_a_row_without_words_is_no_condition_and_one_without_a_day_is_asked_for(sent):
    check, client = sent

    response = post(client, at(check, "decide"), due_0="", text_1="", due_1="x", **TICKED)

    assert response.status_code == 422
    assert response.content.decode().count("Choose a day.") >= 1
    assert post(client, at(check, "decide"), text_1="", due_1="", **TICKED).status_code == 302
    assert check.conditions.count() == 1


def test_a_yes_is_about_what_was_on_the_table_when_the_page_was_read(sent):
    check, client = sent
    filled = as_shown(client.get(at(check, "decide")).content.decode())
    check.proofs.first().delete()

    response = client.post(at(check, "decide"), {**filled, **TICKED})

    assert response.status_code == 422
    assert "What follows changed since you opened the page." in response.content.decode()
    check.refresh_from_db()
    assert check.state == State.SUBMITTED


def test_more_rows_come_without_deciding(sent):
    check, client = sent

    response = post(client, at(check, "decide"), then="more", text_2="Train everybody.", **TICKED)

    html = response.content.decode()
    assert response.status_code == 200
    assert "Train everybody." in html
    assert 'name="text_5"' in html
    assert not Decision.objects.exists()


@pytest.mark.parametrize("rows", ["", "-1", "x", "99999", "1e3"])
def test_a_count_of_rows_that_nobody_sent_breaks_nothing(sent, rows):
    check, client = sent

    response = post(client, at(check, "decide"), rows=rows, **TICKED)

    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_an_older_page_decides_nothing(sent):
    check, client = sent

    for page in ("decide", "refuse"):
        response = post(client, at(check, page), seen="0" * 64, reason="It is not right.", **TICKED)
        assert response.status_code == 422
        assert "Another version was sent" in response.content.decode()


def test_a_no_is_signed_on_a_page_of_its_own(sent):
    check, client = sent

    assert post(client, at(check, "refuse"), reason="").status_code == 422
    assert post(client, at(check, "refuse"), reason="Nobody needs this.").status_code == 302

    check.refresh_from_db()
    assert check.state == State.REFUSED
    assert client.get(at(check, "decide")).status_code == 302


# Afterwards


def test_suspended_and_approved_again(held):
    check, client = held

    assert post(client, at(check, "suspend"), reason="x").status_code == 422
    assert post(client, at(check, "suspend"), reason="Something is wrong.").status_code == 302
    assert b"Suspended: nobody acts" in client.get(check.get_absolute_url()).content
    assert post(client, at(check, "lift"), **TICKED).status_code == 302

    check.refresh_from_db()
    assert check.state == State.APPROVED


def test_stale_and_confirmed(held, author):
    check, client = held
    said = {"why": "ruling", "words": "A court has decided."}

    assert post(signed_in(author), at(check, "changed"), **said).status_code == 302
    assert b"Does the decision still hold?" in client.get(check.get_absolute_url()).content
    assert post(client, at(check, "confirm")).status_code == 422
    assert post(client, at(check, "confirm"), **TICKED).status_code == 302

    check.refresh_from_db()
    assert not check.is_stale


def test_taken_back_and_begun_anew(held, author):
    check, client = held

    assert post(client, at(check, "revoke"), reason="It was too early.").status_code == 302
    response = signed_in(author).post(at(check, "renew"))

    new = check.successors.get()
    assert response.url == f"/checks/{new.pk}/questions/"


def test_of_a_life_in_danger_three_answers_and_a_command_are_one_page(author):
    check, _people = with_people(author, Role.APPROVER)
    client = signed_in(author)
    answer(check, q04="life")
    said = {"commander": "Officer in charge on duty", "reason": "People are trapped there."}

    missing = post(client, at(check, "urgent"), q26="none", **said)
    assert missing.status_code == 422
    assert "Answer first: Does it touch" in missing.content.decode()
    assert post(client, at(check, "urgent"), q39="martians", **said).status_code == 422
    assert post(client, at(check, "urgent"), q39="safety", **said).status_code == 302

    check.refresh_from_db()
    assert check.state == State.URGENT
    assert b"Begun before it was finished" in client.get(check.get_absolute_url()).content


def test_an_approver_reads_the_three_answers_and_commands(author):
    check, people = with_people(author, Role.APPROVER)
    client = signed_in(people[Role.APPROVER])
    answer(check, q04="life", q26="none", q39="safety")
    said = {"commander": "Officer in charge on duty", "reason": "People are trapped there."}

    assert b"An immediate danger to life" in client.get(at(check, "urgent")).content
    assert post(client, at(check, "urgent"), **said).status_code == 302


def test_a_condition_is_done_with_what_shows_it(sent, author):
    check, client = sent
    post(client, at(check, "decide"), **TICKED)
    condition = check.conditions.first()
    mine = signed_in(author)
    path = f"/checks/{check.pk}/conditions/{condition.pk}/"

    assert b"It is done" in mine.get(at(check, "conditions")).content
    assert post(mine, path, shown="").status_code == 422
    assert post(mine, path, shown="The log is in the file.").status_code == 302
    assert mine.get(path).status_code == 302
    assert b"The log is in the file." in client.get(at(check, "conditions")).content


def test_without_conditions_the_page_says_what_will_stand_there(held):
    check, client = held

    assert b"No conditions" in client.get(at(check, "conditions")).content


# Who comes in


def test_to_who_is_no_reader_there_is_no_such_page(held):
    check, _client = held
    stranger = signed_in(MemberFactory())

    for page in [*PAGES, "conditions", "conditions/1", "opinions/1"]:
        assert stranger.get(at(check, page)).status_code == 404, page


def test_who_may_not_is_told_why(sent, author):
    check, _client = sent
    client = signed_in(take_part(check, Role.AUDITOR))

    for page in PAGES:
        expected = 302 if page == "changed" else 403
        assert client.get(at(check, page)).status_code == expected, page
        assert client.post(at(check, page), TICKED).status_code == expected, page


def test_what_is_not_to_be_done_now_leads_back_to_the_check(held):
    check, client = held

    for page in ("decide", "refuse", "lift", "confirm"):
        assert client.get(at(check, page)).url == check.get_absolute_url()


def test_a_draft_has_a_way_in_when_a_life_is_in_danger(author):
    check = begin(author)
    answer(check, q04="life")
    client = signed_in(author)

    assert f"/checks/{check.pk}/urgent/" in client.get(check.get_absolute_url()).content.decode()


def test_the_page_of_a_check_shows_each_only_what_they_may(held, author):
    check, client = held
    reader = signed_in(take_part(check, Role.AUDITOR))

    def doors(someone):
        html = someone.get(check.get_absolute_url()).content.decode()
        return {page for page in PAGES if at(check, page) in html}

    assert doors(client) == {"suspend", "revoke", "changed"}
    assert doors(signed_in(author)) == {"suspend", "changed", "renew"}
    assert doors(reader) == {"changed"}


def test_lists_ask_the_database_as_often_for_ten_as_for_one(sent, author):
    check, client = sent
    post(client, at(check, "decide"), text_1="", **TICKED)
    pages = [at(check, "conditions"), check.get_absolute_url()]
    one = [queries_of(client, page) for page in pages]

    first = check.conditions.get()
    people = [take_part(check, Role.AUDITOR) for _each in range(9)]
    for member in people:
        Condition.objects.create(
            check_of=check,
            decision=first.decision,
            text="More",
            owner=member,
            due=TODAY + timedelta(days=3),
        )

    assert queries_of(client, pages[0]) == one[0]


def test_deciding_asks_the_database_as_often_for_many_opinions(author):
    check, people = in_review(author, *[Role.LEGAL])
    client = signed_in(people[Role.APPROVER])
    seen = services.version_of(check).sha256
    said = {"role": Role.LEGAL, "advice": "agrees", "words": "Yes.", "seen": seen}
    services.advise(check, by=people[Role.LEGAL], **said)
    one = queries_of(client, at(check, "decide"))

    for _each in range(9):
        services.advise(check, by=take_part(check, Role.LEGAL), **said)

    assert queries_of(client, at(check, "decide")) == one
