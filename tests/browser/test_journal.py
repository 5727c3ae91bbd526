"""An article from its draft to an answer from a guest, and what leaves the house of it."""

from __future__ import annotations

import json
import re
import time
import urllib.request
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.steps import PASSWORD_OF_TOWN, axe_finds, sign_in

WRITER, REVIEWER = "crisis-researcher-de@example.org", "press-officer-es@example.org"
MODERATOR = "victim-support-ie@example.org"


@pytest.fixture(params=["with script", "without script"])
def javascript(request) -> bool:
    return request.param == "with script"


def write(page, title: str) -> str:
    """Write an article and send it to a colleague; its address."""
    sign_in(page, WRITER, PASSWORD_OF_TOWN)
    page.goto("/journal/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Standfirst").fill("What we said first, and what people did then.")
    page.get_by_label("Text", exact=True).fill("We said *please wait*, and most people did.")
    page.get_by_label("Theme", exact=True).select_option("trolling")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", level=1, name=title).wait_for()
    page.get_by_role("button", name=re.compile("review", re.I)).click()
    page.get_by_text("It is in review").first.wait_for()
    return page.url


def put_on_calendar(page, title: str) -> None:
    """Another editor reads it and lets it appear within the next minutes."""
    sign_in(page, REVIEWER, PASSWORD_OF_TOWN)
    page.goto("/journal/desk/")
    page.locator("li").filter(has_text=title).get_by_role("link", name="Review it").click()
    # The community's clock, by the minute.
    at = timezone.localtime() + timedelta(minutes=1, seconds=2)
    page.get_by_label("Day").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Hour").fill(f"{at:%H:%M}")
    page.get_by_role("button", name="Put it on the calendar").click()
    page.get_by_text("It appears on").first.wait_for()


def wait_until_it_appears(page, address: str, seconds: float = 150) -> None:
    ends = time.monotonic() + seconds
    while page.goto(address).status != 200:
        assert time.monotonic() < ends, f"{address} did not appear"
        page.wait_for_timeout(2000)


def reply_as_guest(page, town, address: str, name: str, words: str) -> str:
    """Leave a reply and confirm the address; the guest's own link."""
    email = f"{uuid.uuid4().hex[:8]}@example.org"
    page.goto(address)
    page.wait_for_timeout(4000)  # nobody writes a reply in less
    page.get_by_role("textbox", name="Reply").fill(words)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="Email").fill(email)
    page.get_by_role("button", name="Post reply").click()
    page.get_by_text("We have sent you a letter").wait_for()
    own = town.link_in_letter_to(email, "/replies/own/")
    page.goto(own)
    page.get_by_role("button", name="Confirm and post my reply").click()
    page.get_by_text("A moderator reads your reply first").wait_for()
    return email


def release(page, words: str) -> None:
    sign_in(page, MODERATOR, PASSWORD_OF_TOWN)
    page.goto("/moderation/")
    page.get_by_role("link", name=re.compile("Guest replies")).click()
    row = page.locator("li").filter(has_text=words)
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish what is chosen").click()
    page.get_by_role("button", name="Publish", exact=True).click()


def fetched(url: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def outbox_of(town, name: str) -> str:
    """What an actor tells the fediverse, found as other servers find it."""
    host = town.url.split("//")[1]
    found = json.loads(fetched(f"{town.url}/.well-known/webfinger?resource=acct:{name}@{host}"))
    actor = next(each["href"] for each in found["links"] if each["rel"] == "self")
    outbox = json.loads(fetched(actor, "application/activity+json"))["outbox"]
    return fetched(json.loads(fetched(outbox))["first"])


def test_an_article_appears_at_its_time_and_a_guest_answers(open_page, town, javascript):
    token = uuid.uuid4().hex[:8]
    title, words = f"The first hour {token}", f"It worked in our street as well, {token}."
    editor, stranger = open_page(javascript=javascript), open_page(javascript=javascript)

    address = write(editor, title)
    assert stranger.goto(address).status == 404
    put_on_calendar(open_page(javascript=javascript), title)
    assert stranger.goto(address).status == 404
    wait_until_it_appears(stranger, address)
    began = time.time()
    email = reply_as_guest(stranger, town, address, "Neighbourhood volunteer", words)
    assert words not in stranger.goto(address).text()
    moderator = open_page(javascript=javascript)
    release(moderator, words)

    stranger.goto(address)
    stranger.get_by_text(words).wait_for()
    assert email not in stranger.content()
    assert words in town.letter_to(WRITER, after=began, seconds=90)
    for feed in ("everything.atom", "article.json", "theme-trolling.atom"):
        assert title in fetched(f"{town.url}/feeds/{feed}")
    slug = address.rsplit("/", 2)[1]
    parts = re.findall(r"<loc>([^<]+)</loc>", fetched(f"{town.url}/sitemap.xml"))
    assert any(slug in fetched(part) for part in parts)
    assert slug in outbox_of(town, "community")
    assert not javascript or axe_finds(stranger) == []
