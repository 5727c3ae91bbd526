"""From a stranger to an answer that is found again: with script, without, and by keyboard."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.browser.steps import PASSWORD_OF_TOWN, axe_finds, press_until, sign_in

PASSWORD = "ferry-orange-lantern-9-walnut"
QUESTION = "Which words work when people film a closed street?"


@pytest.fixture(params=["with script", "without script"])
def javascript(request) -> bool:
    return request.param == "with script"


def join(page, town, address: str, name: str) -> None:
    """Sign up, confirm by the letter, and take the three steps of the welcome."""
    page.goto("/")
    page.get_by_role("link", name="Join the community").first.click()
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join", exact=True).click()
    page.goto(town.link_in_letter_to(address, "confirm-email"))
    confirm = page.get_by_role("button", name=re.compile("Confirm|Yes"))
    if confirm.count():
        confirm.first.click()
    page.wait_for_url("**/welcome/**")
    page.get_by_label("Shown name").fill(name)
    page.get_by_label("Role").fill("Community officer")
    page.get_by_role("radio", name=re.compile("Law enforcement")).check()
    page.get_by_label("Country").select_option("NL")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Trolling").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Enter Trolling").click()
    page.get_by_role("button", name="Go to your home page").click()


def ask_sealed(page, title: str) -> str:
    """Ask in the circle under the Chatham House Rule; the address of the question."""
    page.goto("/circles/trolling/")
    page.get_by_role("link", name="Ask a question").first.click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill("We said **please wait** and most people did. What do you say?")
    page.get_by_label("TLP:GREEN").check()
    page.get_by_label("Chatham House mode").check()
    page.get_by_role("button", name="Post it").click()
    page.get_by_role("heading", level=1, name=title).wait_for()
    return page.url


def test_a_newcomer_asks_sealed_is_answered_accepts_and_finds_it(open_page, town, javascript):
    token = uuid.uuid4().hex[:8]
    newcomer, title = open_page(javascript=javascript), f"{QUESTION} {token}"
    join(newcomer, town, f"{token}@example.org", f"Newcomer {token}")

    address = ask_sealed(newcomer, title)
    assert f"Newcomer {token}" not in newcomer.locator("main").inner_text()

    answerer = open_page(javascript=javascript)
    sign_in(answerer, "youth-officer-se@example.org", PASSWORD_OF_TOWN)
    answerer.goto(address)
    assert f"Newcomer {token}" not in answerer.content()
    answerer.get_by_label("Write your reply").fill(f"Say until when. It worked, {token}.")
    answerer.get_by_role("button", name="Post reply").click()
    answerer.get_by_text(f"It worked, {token}.").first.wait_for()

    newcomer.goto(address)
    newcomer.get_by_role("button", name="This answers my question").click()
    newcomer.get_by_text("Accepted by the person who asked").first.wait_for()
    newcomer.goto("/")
    newcomer.get_by_role("searchbox").first.fill(f"film {token}")
    newcomer.keyboard.press("Enter")
    newcomer.get_by_role("link", name=re.compile(token)).first.click()
    newcomer.get_by_role("heading", level=1, name=title).wait_for()
    assert not javascript or axe_finds(newcomer) == []


def test_the_way_by_keyboard_alone(open_page, town):
    page = open_page()
    page.goto("/account/login/")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.name") == "login")
    page.keyboard.type("youth-officer-se@example.org")
    page.keyboard.press("Tab")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.name") == "password")
    page.keyboard.type(PASSWORD_OF_TOWN)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.goto("/discussions/new/?circle=trolling")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.name") == "title")
    page.keyboard.type("Asked with the keyboard alone")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.name") == "body")
    page.keyboard.type("Does this work without a mouse?")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.innerText") == "Post it")
    page.keyboard.press("Enter")

    page.get_by_role("heading", level=1, name="Asked with the keyboard alone").wait_for()


def test_what_was_typed_is_there_again_after_the_browser_closed(open_page):
    first = open_page()
    sign_in(first, "youth-worker-gr@example.org", PASSWORD_OF_TOWN)
    first.goto("/discussions/new/?circle=trolling")
    first.get_by_label("Title").fill("Half a thought about rumours")
    first.get_by_label("Text").press_sequentially("I was about to say that")
    first.get_by_text(re.compile("Draft kept", re.I)).first.wait_for()
    first.context.close()

    again = open_page()
    sign_in(again, "youth-worker-gr@example.org", PASSWORD_OF_TOWN)
    again.goto("/discussions/new/?circle=trolling")

    assert again.get_by_label("Text").input_value() == "I was about to say that"
    assert again.get_by_label("Title").input_value() == "Half a thought about rumours"


def test_a_double_click_gives_one_reply(open_page, town):
    page = open_page(javascript=False)
    sign_in(page, "youth-worker-gr@example.org", PASSWORD_OF_TOWN)
    address = ask_sealed(page, f"Pressed twice {uuid.uuid4().hex[:6]}")
    page.get_by_label("Write your reply").fill("Only once, please.")

    page.get_by_role("button", name="Post reply").dblclick()
    page.get_by_text("Only once, please.").first.wait_for()
    page.goto(address)

    assert page.get_by_text("Only once, please.").count() == 1
