"""Icons, fonts, style sheets and scripts: complete, ours, and within their budgets."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

import media4sec
from media4sec.kit import assets, fonts

HOUSE = Path(media4sec.__file__).parent
STATIC = HOUSE / "kit" / "static" / "kit"
STYLES = ["tokens", "base", "layout", "components"]
IN_TEMPLATES = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']""")
IN_CODE = re.compile(r"""\b(?:\w*icon\s*=\s*|icon\(\s*)["']([a-z0-9-]+)["']""")


def icons_in_use() -> set[str]:
    found = set()
    for path in HOUSE.rglob("*"):
        if "tests" in path.parts or path.suffix not in {".html", ".py", ".toml"}:
            continue
        pattern = IN_TEMPLATES if path.suffix == ".html" else IN_CODE
        for match in pattern.finditer(path.read_text("utf-8")):
            found |= set(filter(None, match.groups()))
    return found


def test_every_icon_in_use_is_in_the_sprite():
    used = icons_in_use()

    assert len(used) > 20
    assert used <= set(assets.ICONS)


def test_the_sprite_holds_each_icon_once_and_nothing_that_runs():
    sprite = assets.draw_sprite()

    assert re.findall(r'<symbol id="([^"]+)"', sprite) == assets.ICONS
    assert "<script" not in sprite
    assert len(sprite.encode()) < 25_000


def test_style_sheets_stay_within_fifty_kilobytes():
    assert sum((STATIC / "css" / f"{name}.css").stat().st_size for name in STYLES) < 50_000


def test_own_scripts_stay_short():
    lines = sum(len(path.read_text().splitlines()) for path in (STATIC / "js").glob("*.js"))

    assert lines < 450


@pytest.mark.parametrize("name", STYLES)
def test_every_rule_lives_in_a_layer(name):
    text = (STATIC / "css" / f"{name}.css").read_text()
    outside = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    blocks, depth, start = [], 0, 0
    for place, letter in enumerate(outside):
        if letter == "{":
            if depth == 0:
                blocks.append(outside[start:place].strip().rsplit(";", 1)[-1].strip())
            depth += 1
        elif letter == "}":
            depth -= 1
            start = place + 1

    assert depth == 0
    assert {block.split()[0] for block in blocks} <= {"@layer", "@font-face"}


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_styles_load_nothing_from_elsewhere(path):
    assert re.findall(r"url\((?!\.\./fonts/)[^)]*\)|@import", path.read_text()) == []


def test_the_fonts_that_styles_ask_for_are_the_fonts_we_cut():
    asked = re.findall(r"fonts/([a-z0-9-]+)\.woff2", (STATIC / "css" / "tokens.css").read_text())

    assert sorted(asked) == sorted(cut.name for cut in fonts.CUTS)


def test_htmx_comes_from_its_package():
    assert finders.find("django_htmx/htmx-2.min.js")


def test_building_writes_everything_once(settings, tmp_path, monkeypatch, capsys):
    settings.HOME = tmp_path
    cuts = []
    monkeypatch.setattr(fonts, "woff2", lambda cut: cuts.append(cut) or b"wOF2")

    call_command("build_assets")
    call_command("build_assets")

    built = {path.name for path in (tmp_path / "assets").rglob("*") if path.is_file()}
    assert {"icons.svg", "LICENSE-lucide.txt", "public-sans-latin.woff2"} <= built
    assert len(cuts) == len(fonts.CUTS)
    assert capsys.readouterr().out.count("built") == 1


def test_a_font_is_cut_to_what_pages_need():
    sans = next(cut for cut in fonts.CUTS if cut.name == "public-sans-latin")

    made = fonts.woff2(sans)

    assert made.startswith(b"wOF2")
    assert 10_000 < len(made) < 30_000
