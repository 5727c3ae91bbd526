"""The pictures of docs/pictures, taken from the demo community: ``make pictures``.

Not collected with the tests, because a picture is looked at, not asserted.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.steps import PASSWORD_OF_TOWN, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
HOST = "officer@police.example"

#: name → address, width, scheme, whether somebody is signed in
PICTURES = {
    "home": ("/", 1440, "light", True),
    "front": ("/", 1440, "light", False),
    "front-dark": ("/", 1440, "dark", False),
    "circle": ("/circles/crowds-and-events/", 1440, "light", True),
    "discussion": ("chatham", 1440, "light", True),
    "discussion-phone": ("chatham", 375, "dark", True),
    "article": ("/journal/two-years-of-listening/", 1440, "light", False),
    "patterns": ("/patterns/", 1440, "light", False),
    "pattern": ("/patterns/all-clear/", 1440, "light", False),
    "map": ("/patterns/map/?at=webcare", 1440, "dark", False),
    "search": ("/search/?q=video", 1440, "light", False),
}


@pytest.mark.parametrize("name", PICTURES)
def test_take(open_page, name):
    address, width, scheme, is_member = PICTURES[name]
    page = open_page(width=width, scheme=scheme)
    if is_member:
        sign_in(page, HOST, PASSWORD_OF_TOWN)
    page.goto("/circles/crowds-and-events/" if address == "chatham" else address)
    if address == "chatham":
        page.locator("main a[href^='/t/']").first.click()
        page.wait_for_load_state()
    page.wait_for_function("document.fonts.status === 'loaded'")
    keep(page.screenshot(), FOLDER / f"{name}.webp")


def keep(picture: bytes, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.open(BytesIO(picture)).convert("RGB").save(path, quality=90, method=6)
