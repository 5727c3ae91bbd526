"""Every page of the house: axe finds nothing, nothing spills, nothing is asked of others."""

from __future__ import annotations

from tests.browser.steps import PASSWORD_OF_TOWN, axe_finds, sign_in, spills

FOR_ALL = [
    "/",
    "/discussions/",
    "/circles/",
    "/circles/trolling/",
    "/circles/trolling/about/",
    "/themes/trolling/",
    "/journal/",
    "/patterns/",
    "/patterns/?face=bad&theme=trolling&sort=-newest",
    "/patterns/webcare/",
    "/patterns/webcare/v1/",
    "/patterns/webcare/history/",
    "/patterns/map/",
    "/patterns/map/?at=webcare",
    "/patterns/compare/?with=webcare&with=online-patrol",
    "/patterns/export/",
    "/experiences/",
    "/experiences/?view=table&outcome=worked",
    "/journal/?theme=dark-web",
    "/journal/two-years-of-listening/",
    "/journal/burglary-map/",
    "/journal/series/small-tools-plainly-explained/",
    "/library/",
    "/library/?q=no-such-word",
    "/library/neighbourhood-groups-and-the-police-a-guide-for-both-sides/",
    "/partners/",
    "/get-involved/",
    "/checks/guide/",
    "/checks/guide/?q=no-such-word",
    "/checks/guide/witness-appeal/?country=DE",
    "/checks/guide/undercover/questions/",
    "/checks/examples/",
    "/checks/examples/live-face-recognition-at-a-march/",
    "/checks/law/",
    "/checks/law/?q=biometric",
    "/checks/law/aia/",
    "/checks/law/provision/AIA.26.10/",
    "/checks/law/packs/",
    "/checks/law/packs/media4sec.eu-base/",
    "/checks/summaries/",
    "/search/?q=video",
    "/search/?q=xyzzy",
    "/feeds/",
    "/about/",
    "/sharing/",
    "/privacy/",
    "/accessibility/",
    "/house-rules/",
    "/contact/",
    "/newsletter/",
    "/newsletter/asked/",
    "/newsletter/confirm/no-such-link/",
    "/newsletter/leave/any/",
    "/style-guide/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/no-such-page/",
]
FOR_MEMBERS = [
    "/",
    "/discussions/",
    "/discussions/?tab=mine",
    "/discussions/red/",
    "/discussions/new/?circle=crowds-and-events",
    "/circles/",
    "/circles/new/",
    "/circles/everyday-security/",
    "/circles/everyday-security/desk/",
    "/circles/crowds-and-events/",
    "/circles/crowds-and-events/members/",
    "/people/",
    "/me/",
    "/me/profile/",
    "/me/audience/",
    "/me/affiliations/",
    "/me/access-log/",
    "/me/data/",
    "/me/letters/",
    "/me/watching/",
    "/notices/",
    "/me/close/",
    "/account/email/",
    "/account/2fa/",
    "/account/sessions/",
    "/account/password/change/",
    "/search/?q=video",
    "/themes/everyday-security/",
    "/experiences/",
    "/experiences/new/",
    "/patterns/new/",
    "/patterns/webcare/",
    "/patterns/webcare/improve/",
    "/patterns/proposals/",
    "/patterns/decks/",
    "/patterns/searches/",
    "/welcome/who/",
    "/welcome/interests/",
    "/welcome/circles/",
]
FOR_ADMINISTRATORS = [
    "/administration/members/",
    "/administration/organisations/",
    "/administration/organisations/add/",
    "/administration/servers/",
]
FOR_EDITORS = [
    "/journal/desk/",
    "/journal/new/",
    "/journal/desk/series/",
    "/journal/draft-on-drones/",
    "/journal/words-for-the-first-hour/",
    "/journal/two-years-of-listening/",
    "/journal/desk/pages/about/edit/",
    "/journal/desk/pages/about/history/",
    "/library/new/",
    "/patterns/desk/",
    "/newsletter/desk/",
    "/newsletter/desk/new/",
]
#: Behind an article's number: the one that waits for a review has all of them.
OF_AN_ARTICLE = ["edit", "history", "previews", "review", "retract", "throw-away"]
#: Each page is looked at on each of these, without asking for it again.
SCREENS = [(1440, "light"), (375, "dark")]
NARROWEST = 320


def inspect(page, addresses: list[str]) -> list[str]:
    """What axe finds on these pages, and what is wider than the window."""
    found = []
    for address in addresses:
        page.goto(address)
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{address} ({scheme}): {line}" for line in axe_finds(page)]
        for width in (SCREENS[-1][0], NARROWEST):
            page.set_viewport_size({"width": width, "height": 900})
            if (over := spills(page)) > 0:
                found.append(f"{address}: {over} pixels wider than {width}")
    return found


def test_pages_for_strangers(open_page):
    page = open_page()
    page.goto("/discussions/")
    first = page.locator("main .list__main a").first.get_attribute("href")

    assert inspect(page, [*FOR_ALL, first]) == []


def test_pages_for_members(open_page):
    page = open_page()
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)
    page.goto("/discussions/?circle=crowds-and-events")
    topics = page.locator("main .list__main > a:first-child")
    first = [topics.nth(n).get_attribute("href") for n in range(min(2, topics.count()))]

    history = [f"/t/{address.split('/')[2]}/history/" for address in first]
    assert inspect(page, [*FOR_MEMBERS, *first, *history]) == []


def test_pages_for_editors(open_page):
    page = open_page()
    sign_in(page, "press-officer-es@example.org", PASSWORD_OF_TOWN)
    page.goto("/journal/desk/")
    review = page.locator("main a", has_text="Review it").first.get_attribute("href")
    page.goto("/library/the-first-ten-minutes-a-card-for-the-counter/")
    files = page.locator("main a", has_text="Files and versions").get_attribute("href")

    behind = [review.replace("/review/", f"/{step}/") for step in OF_AN_ARTICLE]
    shelf = [files, files.replace("/files/", "/edit/"), files.replace("/files/", "/retract/")]
    assert inspect(page, [*FOR_EDITORS, *behind, *shelf]) == []


def test_pages_for_moderators_and_administrators(open_page):
    moderator = open_page()
    sign_in(moderator, "victim-support-ie@example.org", PASSWORD_OF_TOWN)
    assert inspect(moderator, ["/moderation/"]) == []
    administrator = open_page(width=375)
    sign_in(administrator, "administrator@example.org", PASSWORD_OF_TOWN)
    assert inspect(administrator, FOR_ADMINISTRATORS) == []


def test_nothing_is_wider_than_the_window_at_200_percent(open_page):
    """Twice as large on a window of 1280 pixels is a window of 640."""
    page = open_page(width=640)
    sign_in(page, "officer@police.example", PASSWORD_OF_TOWN)

    for address in ("/", "/discussions/", "/people/", "/circles/crowds-and-events/"):
        page.goto(address)
        assert spills(page) <= 0, address


def test_the_first_page_is_small(open_page):
    page = open_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))

    page.goto("/", wait_until="networkidle")

    assert sum(sizes) < 250 * 1024, sizes
