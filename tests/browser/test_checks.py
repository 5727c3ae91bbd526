"""A check in the browser: its pages, and a walk through questions by keyboard, without scripts."""

from __future__ import annotations

import re

from tests.browser.steps import PASSWORD_OF_TOWN, sign_in
from tests.browser.test_every_page import inspect

PAGES = (
    "",
    "quick/",
    "quick/result/",
    "questions/",
    "questions/q05/",
    "questions/q13/",
    "questions/q51/",
    "what-if/",
    "what-if/?question=q15&answer=group",
    "withdraw/",
)


def first_check(page) -> str:
    page.goto("/checks/")
    return page.locator("main .list__main a").first.get_attribute("href")


def test_pages_of_a_check(open_page):
    page = open_page()
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)
    check = first_check(page)

    own = ["/checks/", "/checks/new/?activity=witness_appeal", *(check + each for each in PAGES)]
    assert inspect(page, own) == []


def test_enter_saves_and_goes_on_without_scripts(open_page):
    page = open_page(javascript=False)
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)
    check = first_check(page)
    page.goto(f"{check}questions/q06/")

    page.locator("input[name=answer]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/questions/q07/$"))
    page.goto(f"{check}questions/q06/")
    assert page.locator("input[name=answer]").first.is_checked()
