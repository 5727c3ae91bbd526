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
    "people/",
    "send/",
    "urgent/",
    "what-if/",
    "what-if/?question=q15&answer=group",
    "withdraw/",
)


#: Of one that was decided, for who began it.
OF_A_DECIDED_ONE = (
    "",
    "people/",
    "proofs/",
    "proofs/safeguard/S.LOG/",
    "risks/R.CHILL/",
    "v1/",
    "conditions/",
    "changed/",
    "suspend/",
    "renew/",
    "documents/",
    "record/",
    "summary/",
    "/checks/summaries/1/",
    "/checks/verify/",
)
#: Of one in review, for who decides about it.
IN_REVIEW = ("", "review/", "review/back/", "decide/", "refuse/")


def check_called(page, title: str) -> str:
    page.goto("/checks/")
    return page.get_by_role("link", name=re.compile(title)).last.get_attribute("href")


def first_check(page) -> str:
    return check_called(page, "Appeal for witnesses")


def test_pages_of_a_check(open_page):
    page = open_page()
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)
    check = first_check(page)

    own = ["/checks/", "/checks/new/?activity=witness_appeal", *(check + each for each in PAGES)]
    assert inspect(page, own) == []


def test_pages_of_a_decided_check(open_page):
    page = open_page()
    sign_in(page, "crowd-liaison-nl@police.example", PASSWORD_OF_TOWN)
    check = check_called(page, "Where the parade gets too full")

    pages = [each if each.startswith("/") else check + each for each in OF_A_DECIDED_ONE]
    assert inspect(page, pages) == []


def test_pages_of_who_decides(open_page):
    page = open_page()
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)
    check = check_called(page, "A page where people send us")

    assert inspect(page, [check + each for each in IN_REVIEW]) == []


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
