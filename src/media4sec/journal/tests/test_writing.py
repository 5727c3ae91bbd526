"""The pages on which editors write, review and let things appear."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from media4sec.journal import services
from media4sec.journal.models import Article, Series
from media4sec.journal.tests.factories import ArticleFactory, EditorFactory, words
from media4sec.kit import drafts, uploads
from media4sec.members.tests.factories import MemberFactory

NEW = "/journal/new/"


@pytest.fixture
def said(theme, editor):
    return {
        "title": "What we learned",
        "standfirst": "It took a year.",
        "body": "Words and more words.",
        "members": editor.name,
        "guests": "",
        "theme": theme.slug,
        "language": "en",
    }


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(content, "PNG")
    return SimpleUploadedFile("street.png", content.getvalue())


# Writing


def test_an_editor_writes_an_article_and_sees_it(signed_in, editor, said):
    client = signed_in(editor)

    response = client.post(NEW, said, follow=True)

    assert response.redirect_chain == [("/journal/what-we-learned/", 302)]
    assert "This is a draft." in response.content.decode()
    assert [each.member for each in Article.objects.get().authorships.all()] == [editor]


def test_the_form_is_for_editors(signed_in, client, member):
    assert client.get(NEW).url == f"/account/login/?next={NEW}"
    assert signed_in(member).get(NEW).status_code == 403


def test_a_double_click_writes_one_article(signed_in, editor, said):
    client = signed_in(editor)

    first, second = (client.post(NEW, {**said, "attempt": "once"}) for _click in range(2))

    assert first.url == second.url
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Enter a title of four letters or more."),
        ({"title": "No"}, "Enter a title of four letters or more."),
        ({"standfirst": ""}, "Write a standfirst: one or two sentences."),
        ({"body": ""}, "Write a text first."),
        ({"theme": ""}, "Choose a theme."),
        ({"members": "Nobody Here"}, "We cannot find Nobody Here."),
        ({"body": "[picture 99]"}, "There is no picture 99 here."),
        ({"members": "", "guests": "\n".join(f"Role {n}" for n in range(11))}, "ten authors"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(signed_in, editor, said, changed, sentence):
    client = signed_in(editor)
    sent = {**said, **changed}

    response = client.post(NEW, sent)

    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    kept = drafts.load(editor, "article:new")
    assert {name: kept[name] for name in sent} == sent
    for name in ("title", "standfirst", "body"):
        assert sent[name] in page
    assert not Article.objects.exists()


def test_a_name_two_members_share_is_asked_about(signed_in, editor, said):
    MemberFactory.create_batch(2, name="Sam")

    response = signed_in(editor).post(NEW, {**said, "members": "Sam"})

    assert "There are two members called Sam." in response.content.decode()


def test_who_is_named_already_stays_named_though_nobody_finds_them(signed_in, editor, said):
    suspended = MemberFactory(name="Suspended author")
    article = services.draft(words(authors=[editor, suspended]), by=editor)
    suspended.suspended_at = timezone.now()
    suspended.save()
    fields = {**said, "version": 1, "members": f"{editor.name}\nsuspended AUTHOR"}

    signed_in(editor).post(f"/journal/desk/{article.pk}/edit/", fields)

    article.refresh_from_db()
    assert article.version == 2
    assert [each.member for each in article.authorships.all()] == [editor, suspended]


def test_who_closed_their_account_stays_an_author(signed_in, editor, said):
    former = MemberFactory(name="", is_active=False)
    article = services.draft(words(authors=[editor, former]), by=editor)
    client = signed_in(editor)
    form = client.get(f"/journal/desk/{article.pk}/edit/").context["desk"].form

    fields = {**said, "version": 1, "members": form.initial["members"]}
    client.post(f"/journal/desk/{article.pk}/edit/", fields)

    article.refresh_from_db()
    assert article.version == 2
    assert [each.member for each in article.authorships.all()] == [editor, former]


def test_an_editor_is_meant_by_their_own_name_also_when_others_have_it(signed_in, editor, said):
    MemberFactory(name=editor.name)

    signed_in(editor).post(NEW, said)

    assert Article.objects.get().authorships.get().member == editor


def test_a_draft_waits_in_the_form_until_it_is_saved_or_thrown_away(signed_in, editor, said):
    client = signed_in(editor)

    client.post(NEW, {**said, "then": "draft"})
    shown = client.get(NEW).content.decode()
    client.post(NEW, {"then": "discard"})

    assert "It took a year." in shown
    assert drafts.load(editor, "article:new") == {}
    assert not Article.objects.exists()


def test_a_text_sent_after_the_session_ended_is_there_after_signing_in(
    client, signed_in, editor, said
):
    form = signed_in(editor).get(NEW).content.decode()
    mark = re.search('name="writer" value="([^"]+)"', form)[1]
    client.logout()

    away = client.post(NEW, {**said, "writer": mark})
    back = signed_in(editor).get(NEW).content.decode()

    assert away.url == f"/account/login/?next={NEW}"
    assert "It took a year." in back


def test_a_picture_is_added_removed_and_shown_with_its_line(signed_in, editor, said):
    client = signed_in(editor)

    client.post(NEW, {**said, "then": "attach", "file": picture(), "alt": "A wet street"})
    (waiting,) = uploads.waiting(editor, "article:new")
    shown = client.get(NEW).content.decode()
    client.post(NEW, {**said, "upload": waiting.pk, "then": f"remove-{waiting.pk}"})

    assert f"[picture {waiting.pk}: " in shown
    assert uploads.waiting(editor, "article:new") == []


def test_a_picture_without_a_description_is_refused_and_the_text_is_kept(signed_in, editor, said):
    response = signed_in(editor).post(NEW, {**said, "then": "attach", "file": picture()})

    assert response.status_code == 422
    assert "Say in a few words what the picture shows" in response.content.decode()
    assert "It took a year." in response.content.decode()


def test_a_change_is_made_on_the_version_one_has_read(signed_in, editor, said):
    article = services.draft(words(), by=editor)
    client = signed_in(editor)
    form = client.get(f"/journal/desk/{article.pk}/edit/").content.decode()

    client.post(f"/journal/desk/{article.pk}/edit/", {**said, "version": 1})

    article.refresh_from_db()
    assert 'name="version" value="1"' in form
    assert (article.title, article.version) == ("What we learned", 2)


def test_two_editors_at_once_are_shown_both_texts(signed_in, editor, reviewer, said):
    article = services.draft(words(), by=editor)
    services.edit(article, words(body="Her new text."), by=reviewer, base_version=1)
    client = signed_in(editor)
    address = f"/journal/desk/{article.pk}/edit/"

    response = client.post(address, {**said, "body": "His new text.", "version": 1})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Her" in page
    assert "His new text." in page
    assert 'name="version" value="2"' in page
    article.refresh_from_db()
    assert article.body == "Her new text."

    client.post(address, {**said, "body": "Both texts.", "version": 2})
    article.refresh_from_db()
    assert article.body == "Both texts."


def test_a_picture_added_before_somebody_else_saved_is_not_lost(signed_in, editor, reviewer, said):
    article = services.draft(words(), by=editor)
    client, address = signed_in(editor), f"/journal/desk/{article.pk}/edit/"
    client.post(
        address, {**said, "version": 1, "then": "attach", "file": picture(), "alt": "A street"}
    )
    (street,) = uploads.waiting(editor, f"article:{article.pk}")
    services.edit(article, words(body="Hers."), by=reviewer, base_version=1)

    conflict = client.post(address, {**said, "version": 1, "upload": street.pk})
    client.post(address, {**said, "version": 2, "upload": street.pk})

    article.refresh_from_db()
    assert f'name="upload" value="{street.pk}"' in conflict.content.decode()
    assert [each["alt"] for each in article.attachments] == ["A street"]


def test_the_history_compares_and_restores(signed_in, editor, said):
    article = services.draft(words(body="One small step."), by=editor)
    services.edit(article, words(body="One giant step."), by=editor, base_version=1)
    client = signed_in(editor)

    page = client.get(f"/journal/desk/{article.pk}/history/").content.decode()
    client.post(f"/journal/desk/{article.pk}/restore/1/", {"version": 2})

    article.refresh_from_db()
    assert "<del>small</del>" in page
    assert "<ins>giant</ins>" in page
    assert article.body == "One small step."


def test_an_old_page_of_history_restores_nothing_over_a_newer_text(signed_in, editor):
    article = services.draft(words(body="One."), by=editor)
    services.edit(article, words(body="Two."), by=editor, base_version=1)

    response = signed_in(editor).post(f"/journal/desk/{article.pk}/restore/1/", {"version": 1})

    article.refresh_from_db()
    assert article.body == "Two."
    assert "changed while you were writing" in told(response)[0]


# The steps


def test_from_draft_to_published_on_the_pages(client, signed_in, editor, reviewer):
    article = services.draft(words(), by=editor)
    signed_in(editor).post(f"/journal/desk/{article.pk}/submit/")
    review = f"/journal/desk/{article.pk}/review/"

    refused = client.get(review).status_code
    page = signed_in(reviewer).get(review)
    client.post(review, {"step": "publish", "version": 1})

    article.refresh_from_db()
    assert (refused, page.status_code, article.state) == (403, 200, "published")


def test_an_hour_that_does_not_exist_is_explained_in_the_form(
    signed_in, editor, reviewer, settings
):
    settings.TIME_ZONE = "Europe/Brussels"
    article = services.submit(services.draft(words(), by=editor), by=editor)
    sent = {"step": "schedule", "version": 1, "day": "2099-03-29", "hour": "02:30"}

    response = signed_in(reviewer).post(f"/journal/desk/{article.pk}/review/", sent)

    article.refresh_from_db()
    assert response.status_code == 422
    assert "02:30 does not exist" in response.content.decode()
    assert 'value="2099-03-29"' in response.content.decode()
    assert article.state == "in_review"


def test_an_hour_that_comes_twice_is_the_first_and_says_so(signed_in, editor, reviewer, settings):
    settings.TIME_ZONE = "Europe/Brussels"
    article = services.submit(services.draft(words(), by=editor), by=editor)
    sent = {"step": "schedule", "version": 1, "day": "2099-10-25", "hour": "02:30"}

    response = signed_in(reviewer).post(f"/journal/desk/{article.pk}/review/", sent)

    article.refresh_from_db()
    assert article.publish_at.isoformat() == "2099-10-25T00:30:00+00:00"
    assert "comes twice" in told(response)[0]


def test_a_text_is_sent_back_with_a_note_that_its_author_reads(client, signed_in, editor, reviewer):
    article = services.submit(services.draft(words(), by=editor), by=editor)
    review = f"/journal/desk/{article.pk}/review/"

    empty = signed_in(reviewer).post(review, {"step": "send_back", "note": ""})
    client.post(review, {"step": "send_back", "note": "Say how you know."})
    page = signed_in(editor).get(article.get_absolute_url()).content.decode()

    assert empty.status_code == 422
    assert "Say how you know." in page


def test_retracting_asks_why(signed_in, editor):
    article = ArticleFactory()
    client, address = signed_in(editor), f"/journal/desk/{article.pk}/retract/"

    empty = client.post(address, {"reason": ""})
    client.post(address, {"reason": "The figures were wrong."})

    article.refresh_from_db()
    assert "Give a reason." in empty.content.decode()
    assert (article.state, article.retraction) == ("retracted", "The figures were wrong.")


def test_throwing_away_asks_first(signed_in, editor):
    article = services.draft(words(), by=editor)
    client, address = signed_in(editor), f"/journal/desk/{article.pk}/throw-away/"

    client.get(address)
    still_there = Article.objects.exists()
    client.post(address)

    assert still_there
    assert not Article.objects.exists()


@pytest.mark.parametrize("step", ["submit", "take-back", "review", "retract", "throw-away"])
def test_members_who_are_no_editors_take_no_steps(signed_in, member, step):
    published = ArticleFactory()

    response = signed_in(member).post(f"/journal/desk/{published.pk}/{step}/")

    published.refresh_from_db()
    assert (response.status_code, published.state) == (403, "published")


def test_a_series_is_started_from_the_desk(signed_in, editor):
    signed_in(editor).post(
        "/journal/desk/series/", {"title": "After the event", "summary": "What we do then."}
    )

    assert Series.objects.get().slug == "after-the-event"


# The desk


def on_the_desk(client):
    desk = client.get("/journal/desk/").context["desk"]
    return {
        name: [card.article.title for card in getattr(desk, name)]
        for name in ("drafts", "in_review", "scheduled", "published")
    }


def test_the_desk_says_what_waits_for_whom(client, signed_in, editor, reviewer):
    mine = services.draft(words(title="My draft"), by=editor)
    services.submit(services.draft(words(title="Sent in by me"), by=editor), by=editor)
    services.submit(services.draft(words(title="Of the other"), by=reviewer), by=reviewer)
    ArticleFactory(title="Coming", state="scheduled", publish_at=timezone.now() + timedelta(9))
    ArticleFactory(title="Out")

    shown = on_the_desk(signed_in(editor))

    assert shown == {
        "drafts": [mine.title],
        "in_review": ["Of the other", "Sent in by me"],
        "scheduled": ["Coming"],
        "published": ["Out"],
    }
    page = client.get("/journal/desk/").content.decode()
    assert 'Review it<span class="vh">: Of the other</span>' in page
    assert 'Review it<span class="vh">: Sent in by me</span>' not in page


def test_the_menu_counts_what_an_editor_may_review(client, signed_in, editor, reviewer, member):
    services.submit(services.draft(words(), by=editor), by=editor)
    services.submit(services.draft(words(authors=[reviewer, editor]), by=editor), by=editor)

    def count(who):
        page = signed_in(who).get("/journal/").content.decode()
        line = page.partition("Writing desk")[2].partition("</li>")[0]
        return line.replace("</a>", "")

    assert count(editor) == ""
    assert ">1<" in count(reviewer)
    assert "/journal/desk/" not in signed_in(member).get("/journal/").content.decode()


def test_an_author_who_is_no_editor_finds_only_their_own_on_the_desk(signed_in, editor, member):
    services.draft(words(title="Hers", authors=[member]), by=editor)
    services.draft(words(title="Of others"), by=editor)

    assert on_the_desk(signed_in(member))["drafts"] == ["Hers"]


def test_the_desk_is_not_for_others(signed_in, member):
    assert signed_in(member).get("/journal/desk/").status_code == 403


@pytest.mark.parametrize("count", [1, 10])
def test_the_desk_needs_eight_queries(signed_in, editor, count, django_assert_max_num_queries):
    for number in range(count):
        other = EditorFactory()
        services.submit(
            services.draft(words(title=f"Text {number}", authors=[other]), by=other), by=other
        )
        ArticleFactory()
    client = signed_in(editor)
    client.get("/journal/desk/")

    with django_assert_max_num_queries(8):
        client.get("/journal/desk/")


def test_the_calendar_shows_what_comes_on_its_day(signed_in, editor, settings, time_machine_at):
    settings.TIME_ZONE = "Europe/Brussels"
    time_machine_at(datetime(2099, 2, 1, tzinfo=UTC))
    # An hour before midnight in Brussels, and after it elsewhere.
    ArticleFactory(title="Late", state="scheduled", publish_at="2099-03-05T22:30Z")
    client = signed_in(editor)

    month = client.get("/journal/desk/?month=2099-03").context["desk"].month

    days = {day.date.isoformat(): day.articles for week in month.weeks for day in week}
    assert [article.title for article in days["2099-03-05"]] == ["Late"]
    assert (month.title, month.before, month.after) == ("March 2099", "2099-02", "2099-04")


@pytest.mark.parametrize("month", ["", "2027-13", "0000-01", "x", "9999-12", "9" * 20 + "-1"])
def test_a_month_that_is_none_is_this_one(signed_in, editor, month):
    services.draft(words(), by=editor)
    today = timezone.localdate()

    shown = signed_in(editor).get("/journal/desk/", {"month": month}).context["desk"].month

    assert str(today.year) in shown.title
