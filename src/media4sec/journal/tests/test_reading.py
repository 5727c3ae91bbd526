"""Reading the journal: pages, their queries, previews."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.journal import services
from media4sec.journal.models import Preview, Series
from media4sec.journal.services.previews import hash_of
from media4sec.journal.tests.factories import (
    ArticleFactory,
    DocumentFactory,
    ThemeFactory,
    words,
)
from media4sec.kit.errors import Refused
from media4sec.members.models import Audience
from media4sec.members.tests.factories import MemberFactory


@pytest.mark.parametrize("count", [1, 10])
def test_the_index_needs_four_queries(client, theme, count, django_assert_num_queries):
    series = Series.objects.create(slug="s", title="Series", summary="It.", begun_at=timezone.now())
    for number in range(count):
        guests = [MemberFactory(), f"Guest {number}"]
        ArticleFactory(series=series, authors=guests, face="good")

    with django_assert_num_queries(4):
        response = client.get("/journal/")

    assert len(response.context["index"].page.rows) == count
    assert "public" in response["Cache-Control"]


@pytest.mark.parametrize("count", [1, 10])
def test_an_article_needs_few_queries_whoever_wrote_it(
    client, db, count, django_assert_max_num_queries
):
    authors = [
        MemberFactory(visibility={"group": Audience.CIRCLES, "role": Audience.EVERYONE})
        for _number in range(count)
    ]
    for _number in range(count):
        article = ArticleFactory(authors=[*authors[:9], "A guest"])

    with django_assert_max_num_queries(4):
        response = client.get(article.get_absolute_url())

    assert response.status_code == 200


def test_its_page_shows_who_wrote_it_as_far_as_everybody_may_know(client, db):
    author = MemberFactory(
        name="River officer", role="Officer", visibility={"role": Audience.EVERYONE}
    )
    article = ArticleFactory(authors=[author, "Press officer, city police"], face="ugly")

    page = client.get(article.get_absolute_url()).content.decode()

    assert "River officer" in page
    assert "Officer" in page
    assert "Press officer, city police" in page
    assert "Guest author" in page
    assert "The ugly" in page
    assert f'href="/people/{author.pk}/"' not in page


def test_before_and_after_lead_from_article_to_article(client, db):
    now = timezone.now()
    first, second, third = (
        ArticleFactory(title=f"Number {n}", published_at=now + timedelta(minutes=n))
        for n in range(3)
    )
    ArticleFactory(state="draft", published_at=now + timedelta(seconds=90))

    def neighbours(article):
        page = client.get(article.get_absolute_url()).context["page"]
        return [each and each["title"] for each in (page.older, page.newer)]

    assert neighbours(first) == [None, "Number 1"]
    assert neighbours(second) == ["Number 0", "Number 2"]
    assert neighbours(third) == ["Number 1", None]


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled"])
def test_what_has_not_appeared_is_not_there_for_others(client, member, signed_in, state):
    article = ArticleFactory(state=state, title="Unheard", publish_at=timezone.now())

    assert client.get(article.get_absolute_url()).status_code == 404
    assert signed_in(member).get(article.get_absolute_url()).status_code == 404
    assert "Unheard" not in client.get("/journal/").content.decode()
    assert client.get(f"/journal/desk/{article.pk}/edit/").status_code == 404


def test_its_editors_see_what_it_waits_for(signed_in, editor):
    article = ArticleFactory(state="in_review", written_by=editor)

    page = signed_in(editor).get(article.get_absolute_url())

    assert "This is in review." in page.content.decode()
    assert "public" not in page["Cache-Control"]


# Previews


def link_to(article, editor):
    return f"/journal/preview/{services.open_preview(article, by=editor)}/"


def test_a_secret_link_shows_it_to_whoever_has_it_and_to_no_machine(client, editor):
    article = services.draft(words(title="Not yet out"), by=editor)

    page = client.get(link_to(article, editor))

    assert "Not yet out" in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert "public" not in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_we_keep_no_link_only_its_hash(editor):
    token = services.open_preview(services.draft(words(), by=editor), by=editor)

    assert Preview.objects.get().token_hash == hash_of(token)
    assert token not in str(Preview.objects.values())


def test_a_link_ends_after_a_week_or_when_it_is_closed(client, editor, time_machine_at):
    article = services.draft(words(), by=editor)
    week, closed = link_to(article, editor), link_to(article, editor)
    services.revoke_preview(Preview.objects.latest("pk"), by=editor)

    now = [client.get(week).status_code, client.get(closed).status_code]
    time_machine_at(timezone.now() + Preview.LASTS + timedelta(seconds=1))

    assert now == [200, 404]
    assert client.get(week).status_code == 404
    assert client.get("/journal/preview/guessed/").status_code == 404


def test_once_it_has_appeared_the_link_leads_there(client, editor, reviewer):
    article = services.submit(services.draft(words(), by=editor), by=editor)
    link = link_to(article, editor)
    services.publish(article, by=reviewer, version=1)

    assert client.get(link).url == article.get_absolute_url()
    with pytest.raises(Refused, match="Its own address is enough"):
        services.open_preview(article, by=editor)


def test_the_link_of_a_retracted_article_is_dead(client, editor, reviewer):
    article = services.submit(services.draft(words(), by=editor), by=editor)
    link = link_to(article, editor)
    services.publish(article, by=reviewer, version=1)
    services.retract(article, by=editor, reason="Wrong.")

    assert client.get(link).status_code == 404


def test_ten_links_are_enough(editor):
    article = services.draft(words(), by=editor)
    for _number in range(10):
        services.open_preview(article, by=editor)

    with pytest.raises(Refused, match="ten open links"):
        services.open_preview(article, by=editor)


def test_old_links_are_forgotten(editor, time_machine_at):
    services.open_preview(services.draft(words(), by=editor), by=editor)
    time_machine_at(timezone.now() + timedelta(days=40))

    services.sweep_previews()

    assert not Preview.objects.exists()


def test_the_pages_of_the_desk_make_and_close_links(signed_in, editor):
    article = services.draft(words(), by=editor)
    client = signed_in(editor)

    made = client.post(f"/journal/desk/{article.pk}/previews/").content.decode()
    link = Preview.objects.get()
    client.post(f"/journal/desk/previews/{link.pk}/close/")

    assert "/journal/preview/" in made
    assert not Preview.objects.open().exists()


# What other pages show


def test_the_newest_articles_stand_on_the_front_pages(client, signed_in, member, theme):
    for number in range(5):
        ArticleFactory(title=f"Story {number}", published_at=timezone.now() + timedelta(number))
    ArticleFactory(title="Hidden", state="draft")

    for page in (client.get("/"), signed_in(member).get("/")):
        text = page.content.decode()
        assert [n for n in range(5) if f"Story {n}" in text] == [2, 3, 4]
        assert "Hidden" not in text


def test_a_themes_page_shows_its_articles(client, theme):
    ArticleFactory(title="About trolls")
    ArticleFactory(title="About markets", theme=ThemeFactory(slug="dark-web"))
    ArticleFactory(title="A draft", state="draft")

    page = client.get("/themes/trolling/").content.decode()

    assert "About trolls" in page
    assert "About markets" not in page
    assert "A draft" not in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_library_needs_few_queries(client, theme, count, django_assert_max_num_queries):
    DocumentFactory.create_batch(count)

    with django_assert_max_num_queries(4):
        response = client.get("/library/")

    assert len(response.context["library"].page.rows) == count
