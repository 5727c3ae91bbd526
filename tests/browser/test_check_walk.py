"""The whole way of a check: a first look, every question, reviewers, a condition, an approval,
the printed report, new rules, a stale decision, and its confirmation."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pikepdf
import pytest

from tests.browser.steps import PASSWORD_OF_TOWN, axe_finds, sign_in, spills

AUTHOR = "crowd-liaison-nl@police.example"
LAWYER, APPROVER = "ministry-advisor-ee@example.org", "public-order-ie@example.org"
PARTS = {LAWYER: ("Policy advisor, internal security", "legal")}
PARTS[APPROVER] = ("Public order planner", "approver")
PACKS = Path(__file__).parents[2] / "src/media4sec/assessments/data/packs"

#: One calm plan in Germany: no red line, no high risk, and much to have in place.
ANSWERS = {
    "q01": "police", "q02": "crime", "q03": "yes", "q04": "life", "q05": "nobody", "q06": "open",
    "q11": "fact", "q15": "open", "q19": "official", "q23": "no", "q26": "none", "q31": "nobody",
    "q32": "no", "q34": "plan", "q35": "off", "q36": "no", "q37": "no", "q38": "no", "q39": "no",
    "q46": "fixed", "q47": "yes", "q48": "no", "q49": "public", "q50": "yes", "q52": "evidence",
    "q53": "written", "q54": "yes", "q55": "yes", "q56": "yes", "q57": "no", "q58": "body",
}  # fmt: skip


@pytest.fixture(params=["with script", "without script"])
def javascript(request) -> bool:
    return request.param == "with script"


def begin(page, title: str) -> str:
    """A new check in a circle; its address."""
    page.goto("/checks/new/?activity=crisis_comms&country=DE")
    page.get_by_label("What shall we call it?").fill(title)
    page.get_by_label("How will you do it?").fill("One account speaks, every thirty minutes.")
    page.locator("select[name=circle]").select_option(label="Crowds and events")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", level=1, name=title).wait_for()
    return page.url


def look_first(page) -> None:
    """The ten questions on one page, and what they already say."""
    page.get_by_role("link", name="Take a first look").click()
    for key, said in ANSWERS.items():
        box = page.locator(f"input[name={key}][value={said}]")
        if box.count():
            box.check()
    page.get_by_role("button", name="See what follows").click()
    page.wait_for_url(re.compile("/quick/result/$"))


def answer_the_rest(page, check: str) -> None:
    """Every question, each on its page, with Enter alone."""
    page.goto(f"{check}questions/q01/")
    while key := re.search(r"/questions/(q\d+)/$", page.url):
        if key[1] == "q51":
            page.locator("textarea[name=answer]").fill("Rumours were faster than we were, twice.")
        else:
            page.locator(f"input[name=answer][value={ANSWERS[key[1]]}]").check()
        page.locator("main button[type=submit]", has_text="Save and continue").click()
        page.wait_for_url(lambda url, key=key: key[0] not in url)


def ask_people(open_page, page, check: str, *, javascript: bool) -> dict[str, object]:
    """The author asks, and all say yes; a page for each of them."""
    pages = {}
    for address, (name, role) in PARTS.items():
        page.goto(f"{check}people/")
        select = page.locator("select[name=member]")
        found = select.locator("option", has_text=name).first.get_attribute("value")
        select.select_option(found)
        page.locator(f"input[name=role][value={role}]").check()
        page.get_by_role("button", name="Ask them").click()
        page.get_by_role("link", name=f"Remove {name}").wait_for()
        theirs = pages[role] = open_page(javascript=javascript)
        sign_in(theirs, address, PASSWORD_OF_TOWN)
        theirs.goto("/checks/")
        theirs.locator("main a[href^='/checks/parts/']").last.click()
        theirs.get_by_role("button", name="Yes, I take part").click()
        theirs.wait_for_url(lambda url: "/checks/parts/" not in url)
    return pages


def show_one(page, lawyer, check: str) -> None:
    """A safeguard is shown, and accepted by who reviews it."""
    page.goto(f"{check}proofs/safeguard/S.LOG/")
    page.get_by_label("What shows it").fill("The log of the duty desk, since March.")
    page.get_by_role("button", name="Give it").click()
    page.get_by_text("Waits for a reviewer").first.wait_for()
    lawyer.goto(f"{check}proofs/safeguard/S.LOG/")
    lawyer.get_by_role("button", name="Accept it", exact=True).click()
    lawyer.get_by_text("Accepted").first.wait_for()


def review(lawyer, check: str) -> None:
    lawyer.goto(f"{check}review/")
    lawyer.get_by_role("radio", name=re.compile("^Agrees, if")).check()
    words = "I agree if the night shift can reach the press officer."
    lawyer.locator("textarea[name=words]").fill(words)
    lawyer.locator("#write .row .btn:not(.btn--quiet):not(.btn--line)").click()
    lawyer.get_by_text("I agree if the night shift").first.wait_for()


def decide(approver, check: str, button: str) -> None:
    """Every sentence signed; what is missing stays as it is offered: a condition."""
    for sentence in approver.locator("input[type=checkbox][name^=attest]").all():
        sentence.check()
    approver.get_by_role("button", name=button).click()
    approver.wait_for_url(check)


def approve(approver, check: str) -> None:
    approver.goto(f"{check}decide/")
    approver.get_by_role("link", name="Accept or overrule it").click()
    approver.get_by_role("radio", name=re.compile("^Accepted")).check()
    approver.get_by_label("How, or why not").fill("The press officer has a number for the night.")
    approver.get_by_role("button", name="Note it").click()
    decide(approver, check, "Sign and approve")


def report_of(page, check: str, folder: Path) -> Path:
    """The printed report; a page of everybody's says that it is real."""
    page.goto(f"{check}documents/")
    page.locator("select[name=copy]").first.select_option("internal")
    page.locator("select[name=form]").first.select_option("pdf")
    with page.expect_download() as loading:
        page.get_by_role("button", name="Make the document").first.click()
    path = folder / "report.pdf"
    loading.value.save_as(path)
    return path


def changed_pack(folder: Path, version: str, safeguard: str) -> Path:
    """The layer of Germany with one more thing to have in place, as its editor would write it."""
    pack = folder / version
    shutil.copytree(PACKS / "de", pack)
    head, rules = pack / "pack.yaml", pack / "rules.yaml"
    old = re.search(r"version: (\S+)", head.read_text())[1]
    head.write_text(
        head.read_text().replace(
            f"version: {old}", f"version: {version}\n  changes: One more safeguard for warnings."
        )
    )
    rules.write_text(
        rules.read_text()
        + f"""- id: DE{version.replace(".", "")}
  when:
    question: q15
    in: [open]
  because: Whoever warns the public says which source each warning rests on.
  effects:
  - safeguards: [{safeguard}]
    sources: [DE.BDSG.3]
"""
    )
    return pack


def new_rules(town, pack: Path) -> None:
    """They are published, and the house asks every live check again."""
    town.run("packs", "publish", str(pack), "--reviewer", "A lawyer of the test")
    again = "from media4sec.assessments import tasks; tasks.follow_rules(); tasks.follow_rules()"
    town.run("shell", "-c", again)


def test_the_whole_way_of_a_check(open_page, town, tmp_path, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, AUTHOR, PASSWORD_OF_TOWN)
    check = begin(page, f"One voice in a crisis, {'with' if javascript else 'without'} scripts")

    look_first(page)
    answer_the_rest(page, check)
    people = ask_people(open_page, page, check, javascript=javascript)
    lawyer, approver = people["legal"], people["approver"]
    show_one(page, lawyer, check)
    page.goto(f"{check}send/")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("In review").first.wait_for()
    review(lawyer, check)
    approve(approver, check)
    page.goto(check)
    page.get_by_text("Approved with conditions").first.wait_for()

    report = report_of(page, check, tmp_path)
    with pikepdf.open(report) as pdf:
        assert "StructTreeRoot" in str(pdf.Root.keys())
        assert len(pdf.pages) >= 3
    stranger = open_page(javascript=javascript)
    stranger.goto("/checks/verify/")
    stranger.locator("input[type=file]").set_input_files(report)
    stranger.locator("main button[type=submit]").first.click()
    stranger.get_by_text(re.compile("byte for byte|as it left")).first.wait_for()

    safeguard = "S.PURP" if javascript else "S.SEAL"
    new_rules(town, changed_pack(tmp_path, f"9.{int(time.time())}.0", safeguard))
    page.goto(check)
    page.get_by_text("More is asked for").first.wait_for()
    approver.goto(f"{check}confirm/")
    decide(approver, check, "Sign and confirm")
    page.goto(check)
    assert page.get_by_text("The rules became stricter").count() == 0
    assert spills(page) <= 0
    if javascript:
        assert axe_finds(page) == []
