"""Articles, from draft to published and out again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from media4sec.journal import queries, services
from media4sec.journal.models import Address, Article
from media4sec.journal.tests.factories import ArticleFactory, EditorFactory, ThemeFactory, words
from media4sec.kit import revisions
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door
from media4sec.kit.models import Activity
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory

STATES = list(Article.State)


def verbs(article):
    return list(
        Activity.objects.about(Ref.to(article)).order_by("pk").values_list("verb", flat=True)
    )


def in_review(editor, **changed):
    return services.submit(services.draft(words(**changed), by=editor), by=editor)


# Writing


def test_a_draft_is_its_editors_with_html_an_address_and_a_reading_time(editor):
    article = services.draft(
        words(title="What we learned", body="One **bold** word. " * 200), by=editor
    )

    assert (article.state, article.slug, article.minutes) == ("draft", "what-we-learned", 3)
    assert "<strong>bold</strong>" in article.body_html
    assert [each.member for each in article.authorships.all()] == [editor]
    assert verbs(article) == ["drafted"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "No"}, "four letters"),
        ({"title": "x" * 151}, "150 letters"),
        ({"standfirst": " "}, "standfirst"),
        ({"standfirst": "x" * 301}, "300 letters"),
        ({"body": " \n"}, "Write a text first"),
        ({"body": "x" * 100_001}, "100001 characters"),
        ({"authors": [" "]}, "Say who wrote it"),
        ({"authors": [f"Role {n}" for n in range(11)]}, "ten authors"),
        ({"body": "[picture 7: a street]"}, "no picture 7"),
    ],
)
def test_what_cannot_be_kept_says_what_to_do(editor, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        services.draft(words(**changed), by=editor)

    assert not Article.objects.exists()


def test_only_editors_begin_articles(member):
    with pytest.raises(PermissionDenied, match="Editors write here"):
        services.draft(words(), by=member)


def test_authors_are_members_and_guests_in_their_order(editor, member):
    authors = ["Press officer, city police", member, "Press officer, city police"]

    article = services.draft(words(authors=authors), by=editor)

    named = [(each.guest, each.member) for each in article.authorships.all()]
    assert named == [("Press officer, city police", None), ("", member)]


def test_an_author_is_a_member_or_a_guest_never_both_or_neither(editor, member):
    article = ArticleFactory()

    for who in ({"member": member, "guest": "Guest"}, {"member": None, "guest": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            article.authorships.create(position=9, **who)


def test_one_theme_twice_is_one_theme(editor, theme):
    article = services.draft(words(theme=theme, other_theme=theme), by=editor)

    assert article.other_theme is None


# Review


def test_another_editor_publishes_it(editor, reviewer):
    article = in_review(editor)

    services.publish(article, by=reviewer, version=1)

    article.refresh_from_db()
    assert (article.state, article.reviewed_by) == ("published", reviewer)
    assert article.published_at is not None
    assert verbs(article) == ["drafted", "submitted", "published"]


def test_nobody_reviews_what_they_wrote_or_sent_in(editor, reviewer):
    sent_in_by_another = services.submit(services.draft(words(), by=editor), by=reviewer)
    named_as_author = in_review(editor, authors=[reviewer])

    for article in (sent_in_by_another, named_as_author):
        for who in (editor, reviewer):
            with pytest.raises(PermissionDenied, match="Another editor must read it"):
                services.publish(article, by=who, version=1)


def test_the_database_itself_refuses_a_review_of_ones_own(editor):
    article = ArticleFactory(written_by=editor)

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(reviewed_by=editor)


@pytest.mark.parametrize("state", ["scheduled", "published", "retracted"])
def test_the_database_lets_nothing_appear_unreviewed(editor, state):
    article = services.draft(words(), by=editor)

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(
            state=state, publish_at=timezone.now(), published_at=timezone.now()
        )


def test_a_member_who_is_no_editor_reviews_nothing(editor, member):
    article = in_review(editor)

    for step in (
        lambda: services.publish(article, by=member, version=1),
        lambda: services.send_back(article, by=member, note="No."),
    ):
        with pytest.raises(PermissionDenied):
            step()


def test_a_text_that_changed_under_the_reviewers_eyes_is_read_again(editor, reviewer):
    article = in_review(editor)
    services.edit(article, words(title="Another title"), by=editor, base_version=1)

    with pytest.raises(Refused, match="Read it again"):
        services.publish(article, by=reviewer, version=1)

    services.publish(article, by=reviewer, version=2)
    assert article.is_published


def test_who_changes_a_text_in_review_does_not_let_it_appear(editor, reviewer):
    article = in_review(editor)
    services.edit(article, words(body="All my own words."), by=reviewer, base_version=1)

    with pytest.raises(PermissionDenied, match="Another editor must read it"):
        services.publish(article, by=reviewer, version=2)

    services.take_back(article, by=editor)
    services.submit(article, by=editor)
    services.publish(article, by=reviewer, version=2)


def test_a_draft_cannot_skip_the_review(editor, reviewer):
    article = services.draft(words(), by=editor)

    with pytest.raises(Refused, match="does not wait for a review"):
        services.publish(article, by=reviewer, version=1)


def test_what_is_sent_back_is_a_draft_with_a_note_until_it_comes_again(editor, reviewer):
    article = in_review(editor)

    services.send_back(article, by=reviewer, note="Say how you know.")
    note = article.review_note
    services.submit(article, by=editor)

    assert (note, article.review_note, article.state) == ("Say how you know.", "", "in_review")


def test_an_author_takes_a_text_back_out_of_review(editor):
    article = in_review(editor)

    services.take_back(article, by=editor)

    assert article.state == "draft"


# At a time


def test_what_is_due_appears_at_the_time_that_was_promised(editor, reviewer, time_machine_at):
    at = timezone.now() + timedelta(hours=2)
    article = in_review(editor)
    services.schedule(article, by=reviewer, version=1, at=at)

    before = services.publish_due()
    time_machine_at(at + timedelta(hours=3))
    after, again = services.publish_due(), services.publish_due()

    article.refresh_from_db()
    assert (before, after, again) == (0, 1, 0)
    assert (article.state, article.published_at) == ("published", at)
    activity = Activity.objects.get(verb="published")
    assert activity.actor is None


def test_one_article_that_cannot_appear_does_not_hold_up_the_others(
    editor, reviewer, time_machine_at, monkeypatch, caplog
):
    at = timezone.now() + timedelta(hours=1)
    first, second = in_review(editor), in_review(editor, title="The second one")
    for article in (first, second):
        services.schedule(article, by=reviewer, version=1, at=at)
    from media4sec.journal.services import order  # noqa: PLC0415

    record = order.record

    def fails_once(by, verb, article, **facts):
        if article.pk == first.pk:
            raise RuntimeError("no ink")
        return record(by, verb, article, **facts)

    monkeypatch.setattr(order, "record", fails_once)
    time_machine_at(at + timedelta(minutes=1))

    assert services.publish_due() == 1
    assert "no ink" in caplog.text
    monkeypatch.setattr(order, "record", record)
    assert services.publish_due() == 1
    assert Article.objects.published().count() == 2


def test_the_past_is_no_time_to_appear(editor, reviewer):
    article = in_review(editor)

    with pytest.raises(Refused, match="has passed"):
        services.schedule(article, by=reviewer, version=1, at=timezone.now())

    article.refresh_from_db()
    assert (article.state, article.reviewed_by) == ("in_review", None)


def test_a_scheduled_text_that_is_changed_goes_back_to_review(editor, reviewer):
    article = in_review(editor)
    services.schedule(article, by=reviewer, version=1, at=datetime(2099, 1, 1, 12, tzinfo=UTC))

    services.edit(article, words(title="Quite another text"), by=reviewer, base_version=1)

    assert (article.state, article.publish_at, article.reviewed_by) == ("in_review", None, None)
    with pytest.raises(PermissionDenied):
        services.publish(article, by=reviewer, version=2)


# Changes


def test_each_change_keeps_how_it_read_and_restoring_keeps_that_as_well(editor):
    article = services.draft(words(), by=editor)
    services.edit(
        article,
        words(title="A second title", standfirst="Other.", body="New words."),
        by=editor,
        base_version=1,
    )

    services.restore(article, by=editor, base_version=2, version=1)

    assert (article.title, article.standfirst) == ("A first title", "What it says.")
    assert (article.body, article.version) == ("Words and more words.", 3)
    kept = [(each.version, each.title, each.body) for each in revisions.kept(article)]
    assert kept == [
        (1, "A first title", "What it says.\n\nWords and more words."),
        (2, "A second title", "Other.\n\nNew words."),
    ]
    assert [each.member for each in article.authorships.all()] == [editor]


def test_two_editors_at_once_overwrite_nothing(editor, reviewer):
    article = services.draft(words(), by=editor)
    services.edit(article, words(body="Hers."), by=reviewer, base_version=1)

    with pytest.raises(services.EditedMeanwhile):
        services.edit(article, words(body="His."), by=editor, base_version=1)

    article.refresh_from_db()
    assert article.body == "Hers."


def test_a_published_text_says_when_it_was_changed(editor):
    article = ArticleFactory()
    services.edit(article, words(), by=editor, base_version=1)

    assert article.is_published
    assert article.changed_at == article.edited_at


def test_an_author_who_is_no_editor_changes_it_until_it_appears(editor, reviewer, member):
    article = in_review(editor, authors=[member])
    services.edit(article, words(), by=member, base_version=1)
    services.publish(article, by=reviewer, version=2)

    with pytest.raises(PermissionDenied, match="Only its authors"):
        services.edit(article, words(), by=member, base_version=2)


def test_a_draft_is_thrown_away_with_everything_and_what_appeared_is_not(editor):
    article, published = services.draft(words(), by=editor), ArticleFactory()
    services.edit(article, words(body="New."), by=editor, base_version=1)

    services.throw_away(article, by=editor)
    with pytest.raises(Refused, match="is retracted"):
        services.throw_away(published, by=editor)

    assert list(Article.objects.all()) == [published]
    assert not revisions.kept(Article(pk=article.pk or 0))
    assert not Address.objects.filter(slug="a-first-title").exists()


# Addresses


def test_an_old_address_leads_on_and_belongs_to_nobody_else(editor, client):
    article = ArticleFactory(slug="old-words")
    services.edit(article, words(slug="new-words"), by=editor, base_version=1)

    response = client.get("/journal/old-words/")
    another = services.draft(words(title="Old words"), by=editor)

    assert (response.status_code, response.url) == (301, "/journal/new-words/")
    assert another.slug == "old-words-2"
    with pytest.raises(Refused, match="belongs to another article"):
        services.edit(another, words(slug="old-words"), by=editor, base_version=1)


def test_an_article_may_have_its_old_address_again(editor, client):
    article = ArticleFactory(slug="old-words")
    services.edit(article, words(slug="new-words"), by=editor, base_version=1)
    services.edit(article, words(slug="old-words"), by=editor, base_version=2)

    assert client.get("/journal/old-words/").status_code == 200
    assert client.get("/journal/new-words/").url == "/journal/old-words/"


def test_an_address_nobody_ever_saw_is_free_again(editor):
    article = services.draft(words(title="First thoughts"), by=editor)
    services.edit(article, words(slug="second-thoughts"), by=editor, base_version=1)

    assert services.draft(words(title="First thoughts"), by=editor).slug == "first-thoughts"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Desk", "article-desk"),
        ("1984", "article-1984"),
        ("Ελληνικά", "article"),
        ("x" * 140, "x" * 70),
        ("Series", "article-series"),
    ],
)
def test_no_article_is_called_like_a_page_of_the_journal(editor, title, slug):
    assert services.draft(words(title=title), by=editor).slug == slug


# Who sees it


@pytest.mark.parametrize("state", STATES)
def test_lists_and_rules_agree(state, stranger, editor, reviewer, member):
    author, suspended = MemberFactory(), EditorFactory(suspended_at=timezone.now())
    article = ArticleFactory(
        state=state, written_by=editor, authors=[author], publish_at=timezone.now()
    )

    seen = {
        str(who): Article.objects.visible_to(who).filter(pk=article.pk).exists()
        for who in (stranger, editor, reviewer, member, author, suspended)
    }

    for who in (stranger, editor, reviewer, member, author, suspended):
        assert may(who, "journal.view_article", article) == seen[str(who)], who
    public = state == "published"
    assert [seen[str(who)] for who in (stranger, member, suspended)] == [public] * 3
    assert seen[str(editor)]
    assert seen[str(reviewer)]
    assert seen[str(author)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("door", [door for door in Door if door is not Door.PAGE])
def test_it_passes_doors_whole_only_while_it_is_published(db, state, door):
    article = ArticleFactory(state=state, title="A zebra", publish_at=timezone.now())

    entry = queries.article_entry(article).through(door)

    if state == "published":
        assert entry.text.startswith("What it says")
    else:
        assert entry is None or (entry.title, entry.text, entry.url) == ("", "", "")
        assert list(queries.fetch_articles([article.pk])) == []


def test_a_retracted_article_says_why_at_its_address_and_nothing_else(client, editor):
    article = ArticleFactory(title="Wrong figures", body_html="<p>Secretly wrong.</p>")
    services.retract(article, by=editor, reason="The figures were wrong.")

    page = client.get(article.get_absolute_url())
    index = client.get("/journal/").content.decode()

    assert page.status_code == 200
    assert "The figures were wrong." in page.content.decode()
    assert "Secretly wrong" not in page.content.decode()
    assert "Wrong figures" not in index


def test_what_is_retracted_stays_so(editor):
    article = ArticleFactory()
    services.retract(article, by=editor, reason="Wrong.")

    with pytest.raises(Refused, match="in the meantime"):
        services.retract(article, by=editor, reason="Again.")
    with pytest.raises(Refused, match="not changed any more"):
        services.edit(article, words(), by=editor, base_version=1)


def test_a_retraction_needs_a_reason(editor):
    article = ArticleFactory()

    with pytest.raises(Refused, match="Give a reason"):
        services.retract(article, by=editor, reason=" ")

    article.refresh_from_db()
    assert article.is_published


# Series


def test_a_series_has_a_name_of_its_own(editor, member):
    services.start_series(by=editor, title="After the event", summary="What we do then.")

    with pytest.raises(Refused, match="already"):
        services.start_series(by=editor, title="After the event", summary="Again.")
    with pytest.raises(PermissionDenied):
        services.start_series(by=member, title="Another one", summary="No.")


def test_a_series_is_called_otherwise_and_keeps_its_address(client, signed_in, editor, member):
    services.start_series(by=editor, title="After the event", summary="What we do then.")
    address = "/journal/desk/series/after-the-event/"
    sent = {"title": "The morning after", "summary": "What we wish we had done."}

    refused = signed_in(member).post(address, sent).status_code
    empty = signed_in(editor).post(address, {"title": "", "summary": ""})
    response = client.post(address, sent, follow=True)

    assert (refused, empty.context["form"].is_valid()) == (403, False)
    assert response.redirect_chain == [("/journal/series/after-the-event/", 302)]
    assert "What we wish we had done." in response.content.decode()


def test_a_series_of_which_nothing_has_appeared_is_for_editors(client, signed_in, editor, member):
    series = services.start_series(by=editor, title="What comes next", summary="A plan.")
    draft = services.draft(words(series=series, authors=[member]), by=editor)

    assert client.get(series.get_absolute_url()).status_code == 404
    assert signed_in(MemberFactory()).get(series.get_absolute_url()).status_code == 404
    for who in (member, editor):
        assert signed_in(who).get(series.get_absolute_url()).status_code == 200
    assert draft.title not in signed_in(editor).get(series.get_absolute_url()).content.decode()


def test_a_series_page_shows_what_appeared_the_first_one_first(client, editor):
    series = services.start_series(by=editor, title="After the event", summary="Then.")
    ArticleFactory(title="Second", series=series, published_at=timezone.now())
    ArticleFactory(title="First", series=series, published_at=timezone.now() - timedelta(days=2))
    ArticleFactory(title="Hidden", series=series, state="draft")

    rows = client.get("/journal/series/after-the-event/").context["rows"]

    assert [row.title for row in rows] == ["First", "Second"]


def test_themes_filter_the_index(client, theme):
    ArticleFactory(title="Trolls")
    ArticleFactory(title="Both", theme=ThemeFactory(slug="dark-web"), other_theme=theme)
    ArticleFactory(title="Markets", theme=ThemeFactory(slug="dark-web"), face="ugly")

    def titles(query):
        return {row.title for row in client.get(f"/journal/{query}").context["index"].page.rows}

    assert titles("?theme=trolling") == {"Trolls", "Both"}
    assert titles("?theme=dark-web&face=ugly") == {"Markets"}
    assert titles("?theme=never-was&face=no") == {"Trolls", "Both", "Markets"}
