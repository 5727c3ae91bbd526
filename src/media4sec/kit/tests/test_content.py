import tomllib

import pytest

from media4sec.kit.content import read_rows, read_text


def test_a_list_is_read_from_its_tables(tmp_path):
    path = tmp_path / "themes.toml"
    path.write_text(
        '[[theme]]\nslug = "a"\n[[theme]]\nslug = "ü"\n[[other]]\nslug = "c"\n', "utf-8"
    )

    assert read_rows(path, "theme") == [{"slug": "a"}, {"slug": "ü"}]
    assert read_rows(path, "nothing") == []


def test_a_page_has_a_head_and_a_body(tmp_path):
    path = tmp_path / "about.md"
    path.write_text('+++\ntitle = "Über uns"\n+++\n\n# One\n\n+++\n\nTwo\n', "utf-8")

    page = read_text(path)

    assert (page.slug, page.head, page.body) == (
        "about",
        {"title": "Über uns"},
        "# One\n\n+++\n\nTwo",
    )


@pytest.mark.parametrize("text", ["", "No head", "+++\ntitle = 1\n", "x\n+++\na = 1\n+++\nbody"])
def test_a_page_without_a_head_is_a_mistake(tmp_path, text):
    path = tmp_path / "about.md"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"about\.md needs a head"):
        read_text(path)


def test_a_head_that_is_no_toml_is_a_mistake(tmp_path):
    path = tmp_path / "about.md"
    path.write_text("+++\nnonsense\n+++\nbody")

    with pytest.raises(tomllib.TOMLDecodeError):
        read_text(path)
