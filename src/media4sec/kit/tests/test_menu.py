"""The side menu says how much waits at each place."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from media4sec.kit import context
from media4sec.kit.components import menu
from media4sec.kit.rooms import MenuItem, Room


def line(count):
    request = RequestFactory().get("/")
    template = Template('{% menu_link "/desk/" "pencil" "Desk" count %}')
    return template.render(Context({"request": request, "count": count}))


@pytest.mark.parametrize(
    ("count", "said"), [(1, ">1<"), (98, ">98<"), (99, ">99+<"), (5000, ">99+<")]
)
def test_a_line_says_how_much_waits_there(count, said):
    assert said in line(count)


def test_nothing_waiting_is_no_number():
    assert "count" not in line(0)


def test_the_menu_asks_each_room_for_its_count(monkeypatch):
    asked = []

    def count(member):
        asked.append(member)
        return 3

    items = (MenuItem("Desk", "pencil", "kit:style_guide", count=count, shown_to=lambda _: True),)
    hidden = MenuItem("No", "pencil", "kit:style_guide", count=count, shown_to=lambda _: False)
    monkeypatch.setattr(context, "rooms", lambda: [Room("a", "A", menu=(*items, hidden))])
    request = RequestFactory().get("/")
    request.user = "me"

    sections = context.menu_of(request)

    assert [count for _item, _url, count in sections[0].links] == [3]
    assert asked == ["me"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/journal/", "/journal/"),
        ("/journal/an-article/", "/journal/"),
        ("/journal/desk/", "/journal/desk/"),
        ("/journal/desk/7/edit/", "/journal/desk/"),
        ("/", "/"),
    ],
)
def test_only_the_nearest_line_says_that_we_are_there(monkeypatch, path, current):
    addresses = ("/", "/journal/", "/journal/desk/")
    monkeypatch.setattr(menu, "menu_addresses", lambda: addresses)
    page = {"request": RequestFactory().get(path)}

    assert [url for url in addresses if menu.here(page, url)] == [current]
