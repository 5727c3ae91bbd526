"""From a five-minute note to a card in print: what one member tried becomes everybody's."""

from __future__ import annotations

import re
import uuid

import pypdfium2
import pytest

from tests.browser.steps import PASSWORD_OF_TOWN, axe_finds, sign_in

WRITER, EDITOR = "control-room-fi@example.org", "press-officer-es@example.org"
REVIEWERS = {
    "Peer review": "public-order-ie@example.org",
    "Ethics and legal review": "ethics-researcher-nl@example.org",
}
ANOTHER = "event-security-pt@example.org"


@pytest.fixture(params=["with script", "without script"])
def javascript(request) -> bool:
    return request.param == "with script"


def unfold(page, title: str) -> None:
    """Open a part of a form that is folded away, wherever it is folded."""
    part = page.locator("details", has=page.locator("summary", has_text=title)).first
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def tell(page, title: str) -> str:
    """The five-minute note; its address."""
    sign_in(page, WRITER, PASSWORD_OF_TOWN)
    page.goto("/experiences/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("What we did", exact=True).fill("We said when the next message comes.")
    page.get_by_label("What happened", exact=True).fill("Fewer people asked on the phone.")
    page.get_by_text("Worked", exact=True).click()
    page.get_by_label("Theme", exact=True).select_option("riots-and-mass-gatherings")
    page.get_by_label("Country", exact=True).select_option("FI")
    page.get_by_label(re.compile("^Place")).fill("A harbour town")
    page.get_by_role("radio", name=re.compile("CLEAR")).check()
    page.get_by_role("button", name="Tell it").click()
    page.get_by_role("heading", level=1, name=title).wait_for()
    return page.url


def grow(page) -> None:
    """The note becomes a full entry, found by what it says."""
    page.get_by_role("link", name="Grow it into a full entry").click()
    page.get_by_label("What we wanted").fill("Fewer calls while people wait at a closed bridge.")
    page.get_by_label("How we did it").fill("Say what you know.\nSay when you speak again.")
    page.get_by_label("What went wrong").fill("The first promise came ten minutes late.")
    page.get_by_label("Cost and time").fill("One person, one evening.")
    unfold(page, "What others find it by")
    page.get_by_label("Size of the place").select_option("town")
    page.get_by_label("Police", exact=True).first.check()
    page.get_by_label("During").check()
    unfold(page, "How you know it")
    page.get_by_label("How do you know?").select_option(label="Own figures")
    page.get_by_label("What the evidence says").first.fill("A third fewer calls than a year ago.")
    page.get_by_label("Sources").first.fill("Own count of the control room")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("One person, one evening.").wait_for()


def make_pattern(page, name: str) -> str:
    """The author makes a pattern of it and sends it in; its address."""
    page.get_by_role("link", name="Make a pattern of it").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("In one sentence").fill("Tell people when they hear from you next.")
    page.get_by_label("Context and problem").fill(
        "People wait and know nothing. Whoever hears nothing asks, and the lines are full."
    )
    page.get_by_label(re.compile("^Forces")).fill("Speed helps.\nA promise binds.")
    page.get_by_label(re.compile("^Solution")).fill("Therefore, say when you speak next.")
    page.get_by_label("Limits and controversies").fill("A broken promise costs more than silence.")
    page.get_by_role("button", name="Save the proposal").click()
    page.get_by_role("link", name="Send it in").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send it in").click()
    page.get_by_text("It is in review").first.wait_for()
    return page.url


def wish_for_review(page) -> str:
    """The entry is shared already; its author asks two others to read it."""
    address = page.url
    page.get_by_role("link", name="Ask for a review").click()
    page.get_by_role("button", name="Ask for a review").click()
    page.get_by_text("In review").first.wait_for()
    return address


def review(page, address: str, kind: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Review it").click()
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("checkbox", name=re.compile("no conflict")).check()
    page.get_by_role("button", name="I review it").click()
    page.get_by_role("textbox", name="Your review").fill("Clear, and it says where it fails.")
    page.get_by_role("radio", name="Accept").check()
    page.get_by_role("checkbox", name=re.compile("may read this review")).check()
    page.get_by_role("button", name="Sign the review").click()
    page.get_by_text(re.compile("accepted|Reviewed")).first.wait_for()


def publish(page, address: str) -> str:
    """The editor publishes it as reviewed; the pattern's address."""
    sign_in(page, EDITOR, PASSWORD_OF_TOWN)
    page.goto(address)
    page.get_by_role("link", name="Publish as reviewed").click()
    page.get_by_role("button", name="Publish it").click()
    page.get_by_text("This is published.").wait_for()
    page.locator(".notice a.sc").click()
    return page.url


def find_by_facets(page, catalogue: str, choices: dict[str, str], title: str) -> None:
    """Choose among the facets, and find it in the list."""
    page.goto(catalogue)
    for facet, choice in choices.items():
        part = page.locator("details.facet").filter(has=page.get_by_text(facet, exact=True))
        if part.get_attribute("open") is None:
            part.locator("summary").click()
        part.get_by_role("checkbox", name=re.compile(f"^{choice}")).check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name=title).first.wait_for()


def try_too(page, address: str) -> None:
    """Three lines from another country, on the pattern's own page."""
    page.goto(address)
    page.get_by_role("link", name="We tried it, too").click()
    page.get_by_text("Changed for our place").click()
    page.get_by_label("Country", exact=True).select_option("PT")
    page.get_by_text("Mixed", exact=True).click()
    page.get_by_label("What happened").fill("It calmed the square, not the station.")
    unfold(page, "Who may read it")
    page.get_by_role("radio", name=re.compile("CLEAR")).check()
    page.get_by_role("button", name="Tell it").click()
    page.get_by_text("It calmed the square").first.wait_for()


def make_deck(page, address: str, title: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Put into a deck").click()
    page.get_by_role("link", name=re.compile("Make one|A new deck")).click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Make the deck").click()
    page.get_by_role("heading", level=1, name=title).wait_for()


def printed(page, town, layout: str, folder) -> str:
    """All words of the deck's PDF. Its pages are kept as pictures, to be looked at."""
    address = page.get_by_role("link", name=layout).get_attribute("href")
    pdf = pypdfium2.PdfDocument(page.request.get(address).body())
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(pdf):
        each.render(scale=1.5).to_pil().save(folder / f"{layout.split()[0].lower()}-{number}.png")
    return " ".join("\n".join(each.get_textpage().get_text_range() for each in pdf).split())


def test_a_note_grows_is_reviewed_found_tried_printed_and_cited(
    open_page, town, javascript, tmp_path
):
    token = uuid.uuid4().hex[:6]
    title, name = f"The next message at ten {token}", f"Promise the next word {token}"
    writer = open_page(javascript=javascript)

    tell(writer, title)
    grow(writer)
    told = wish_for_review(writer)
    proposal = make_pattern(writer, name)
    for kind, address in REVIEWERS.items():
        reviewer = open_page(javascript=javascript)
        sign_in(reviewer, address, PASSWORD_OF_TOWN)
        for text in (told, proposal):
            review(reviewer, text, kind)
    address = publish(open_page(javascript=javascript), proposal)
    stranger, another = open_page(javascript=javascript), open_page(javascript=javascript)
    find_by_facets(stranger, "/patterns/", {"Review": "Reviewed", "Who acts": "Police"}, name)
    facets = {"Country": "Finland", "When": "During", "Review": "Reviewed"}
    find_by_facets(stranger, "/experiences/", facets, title)
    sign_in(another, ANOTHER, PASSWORD_OF_TOWN)
    try_too(another, address)
    make_deck(another, address, f"For the meeting {token}")
    words = printed(another, town, "Cards", tmp_path)
    printed(another, town, "Slides", tmp_path)
    printed(another, town, "Facilitator’s sheet", tmp_path)

    assert name.upper() in words.upper()
    assert "TLP:GREEN" in words
    assert "say when you speak next" in words
    stranger.goto(address)
    assert "Portugal" in stranger.get_by_role("table").inner_text()
    assert "Clear, and it says where it fails." in stranger.content()
    assert not javascript or axe_finds(stranger) == []
    cited = stranger.get_by_text(re.compile(r"/patterns/\S+/v1/")).first.inner_text()
    stranger.goto(re.search(r"http\S+/v1/", cited)[0])
    stranger.get_by_role("heading", level=1, name=name).wait_for()
    assert "say when you speak next" in stranger.content()
