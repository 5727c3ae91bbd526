"""What people do in the browser, in words the journeys share."""

from __future__ import annotations

from pathlib import Path

import axe_core_python

#: What ``media4sec demo`` gives everybody.
PASSWORD_OF_TOWN = "harbour-violet-tram-lantern"
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")


def sign_in(page, address: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login" not in url)


def axe_finds(page) -> list[str]:
    """What axe-core has against this page, a line each (WCAG 2.2 AA and best practices).

    It looks at everything unfolded: what a closed ``<details>`` holds has a place on the page that
    is not where it will be seen, and axe would judge its contrast against whatever lies there.
    """
    # Through the protocol, not as a script of the page: its content policy stays in force.
    result = page.evaluate(
        f"""async () => {{ {AXE};
        const folded = document.querySelectorAll("details:not([open])");
        for (const each of folded) each.open = true;
        const found = await axe.run();
        for (const each of folded) each.open = false;
        return found; }}"""
    )
    return [
        f"{each['id']}: {node['html'][:160]} – {node['failureSummary'][:200]}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


def spills(page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def press_until(page, key: str, reached, most: int = 60) -> None:
    """Press a key as somebody without a mouse does, until they are where they want to be."""
    for _press in range(most):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} did not lead there")
