"""What is scheduled, in an editor's own calendar."""

from datetime import UTC, datetime

from icalendar import Calendar

from media4sec.journal.tests.factories import ArticleFactory

AT = datetime(2027, 3, 28, 7, 30, tzinfo=UTC)


def events(client):
    response = client.get("/journal/desk/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_an_editor_takes_the_dates_along(signed_in, editor):
    ArticleFactory(state="scheduled", publish_at=AT, title="Words for the first hour")
    ArticleFactory(state="draft", title="Not yet")
    ArticleFactory(state="published", title="Long since")

    (event,) = events(signed_in(editor))

    assert (str(event["summary"]), event.decoded("dtstart")) == ("Words for the first hour", AT)
    assert str(event["class"]) == "CONFIDENTIAL"


def test_others_learn_nothing_of_what_will_appear(client, signed_in, member):
    ArticleFactory(state="scheduled", publish_at=AT)

    assert client.get("/journal/desk/calendar.ics").status_code == 302
    assert events(signed_in(member)) == []


def test_the_calendar_costs_the_same_with_one_date_and_with_ten(
    signed_in, editor, django_assert_max_num_queries
):
    ArticleFactory.create_batch(10, state="scheduled", publish_at=AT)
    client = signed_in(editor)

    with django_assert_max_num_queries(5):
        assert len(events(client)) == 10
