"""The pages about this site."""

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.journal import services
from media4sec.journal.content import load_content
from media4sec.journal.models import Page
from media4sec.journal.queries import SLUGS, page_at
from media4sec.kit import revisions
from media4sec.kit.marking import Door, Extent, Label, extent


@pytest.fixture
def about(db):
    load_content()
    return Page.objects.get(slug="about")


def edit(page, editor, **changed):
    said = {"title": page.title, "summary": page.summary, "body": page.body}
    version = changed.pop("base_version", page.version)
    return services.edit_page(page, by=editor, base_version=version, **{**said, **changed})


def test_the_pages_that_the_site_promises_are_there():
    assert {
        "about",
        "accessibility",
        "contact",
        "get-involved",
        "house-rules",
        "partners",
        "privacy",
        "sharing",
    } <= set(SLUGS)


def test_loading_twice_changes_nothing(about):
    assert load_content() == []


def test_what_ships_is_refreshed_and_what_an_editor_changed_is_not(about, editor):
    edit(about, editor, body="Our own words.")
    Page.objects.filter(slug="contact").update(body="As it was shipped last year.")

    done = load_content()

    assert done == ["page refreshed: Contact"]
    assert page_at("about").body == "Our own words."
    assert page_at("contact").body != "As it was shipped last year."


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_there_before_and_after_loading_and_asks_little(
    client, db, slug, django_assert_max_num_queries
):
    before = client.get(f"/{slug}/")
    load_content()
    with django_assert_max_num_queries(4):
        after = client.get(f"/{slug}/")

    assert before.content.decode().count("<h1") == 1
    assert (before.status_code, after.status_code) == (200, 200)
    assert "public" in after["Cache-Control"]


def test_an_editor_changes_a_page_and_its_address_stays(client, signed_in, about, editor):
    sent = {"version": 1, "title": "About us", "summary": "Who we are.", "body": "## New\n\nText."}

    response = signed_in(editor).post("/journal/desk/pages/about/edit/", sent)
    client.logout()
    page = client.get("/about/").content.decode()

    assert response.url == "/about/"
    assert "<h1>About us</h1>" in page
    assert 'id="new"' in page
    assert [each.version for each in revisions.kept(about)] == [1]


def test_only_editors_change_pages(signed_in, about, member):
    with pytest.raises(PermissionDenied, match="Only editors"):
        edit(about, member, body="Mine.")

    assert signed_in(member).get("/journal/desk/pages/about/edit/").status_code == 403
    assert "Change this page" not in signed_in(member).get("/about/").content.decode()


def test_two_editors_at_once_overwrite_nothing(signed_in, about, editor, reviewer):
    edit(about, reviewer, body="Her words.")
    sent = {"version": 1, "title": "About", "summary": "S.", "body": "His words."}

    response = signed_in(editor).post("/journal/desk/pages/about/edit/", sent)

    assert response.status_code == 409
    assert "Her" in response.content.decode()
    assert "His words." in response.content.decode()
    assert page_at("about").body == "Her words."


def test_bad_input_keeps_what_was_typed(signed_in, about, editor):
    sent = {"version": 1, "title": "No", "summary": "S.", "body": "Long words."}

    response = signed_in(editor).post("/journal/desk/pages/about/edit/", sent)

    assert response.status_code == 422
    assert "Long words." in response.content.decode()


def test_a_page_reads_again_as_it_did(signed_in, about, editor):
    shipped = about.body
    edit(about, editor, body="Our own words.")
    client = signed_in(editor)

    history = client.get("/journal/desk/pages/about/history/").content.decode()
    client.post("/journal/desk/pages/about/restore/1/", {"version": 2})

    assert "/journal/desk/pages/about/restore/1/" in history
    assert page_at("about").body == shipped


def test_saving_without_a_change_is_no_change(about, editor):
    edit(about, editor)

    about.refresh_from_db()
    assert (about.version, about.changed_by) == (1, None)


def test_the_operators_address_stands_in_its_place(client, settings, about, editor):
    settings.CONTACT = "people@community.example"
    edit(about, editor, body="Write to [[contact]].")

    page = client.get("/about/").content.decode()

    assert 'href="mailto:people@community.example"' in page
    assert "[[" not in page


def test_headings_of_one_name_have_anchors_of_their_own(client, about, editor):
    edit(about, editor, body="## Same\n\nOne.\n\n## Same\n\nTwo.")

    page = client.get("/about/").content.decode()

    assert page.count('id="same"') == 1
    assert page.count('id="same-2"') == 1


# What the pages promise is what the software does


DOORS = {
    "Its web page": (Door.PAGE, {Extent.FULL: "yes"}),
    "Search and lists": (
        Door.SEARCH,
        {Extent.FULL: "yes", Extent.TITLE: "title only", Extent.NOTHING: "no"},
    ),
    "Letters about": (
        Door.MAIL,
        {Extent.FULL: "beginning", Extent.TITLE: "title only", Extent.HINT: "“something new"},
    ),
    "Print, PDF": (Door.EXPORT, {Extent.FULL: "yes", Extent.NOTHING: "no"}),
    "Feeds": (Door.PUBLIC, {Extent.FULL: "yes", Extent.NOTHING: "no"}),
}


@pytest.mark.parametrize("row", DOORS)
def test_the_table_of_doors_is_the_one_the_software_keeps(db, row):
    door, said = DOORS[row]
    lines = page_at("sharing").body.splitlines()
    line = next(each for each in lines if each.startswith(f"| {row}"))
    cells = [cell.strip() for cell in line.strip("|").split("|")][1:]

    for label, cell in zip(Label, cells, strict=True):
        assert cell.startswith(said[extent(label, door)]), label


@pytest.mark.parametrize("slug", SLUGS)
def test_whoever_only_reads_gets_no_cookie(client, db, slug):
    assert not client.get(f"/{slug}/").cookies
