"""The map: where names stand, how lines run, and the page that shows them."""

import re
from itertools import pairwise

import pytest

from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import content, drawing, services
from media4sec.patterns.drawing import ALLEY, Cluster, Name, corners, draw, falling, path, wrap
from media4sec.patterns.models import Pattern, PatternRelation
from media4sec.patterns.tests.factories import publish


def cluster(start, count):
    return Cluster(tuple(Name(f"{start}{n}", f"Name {start} {n}", n == 0) for n in range(count)))


#: As the language is now, and as it may become.
SHAPES = [
    [[7, 9, 18, 2, 9], [12, 7]],
    [[1]],
    [[40], [3, 3, 3, 3, 3, 3, 3]],
    [[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 30]],
    [[], [5]],
]


def drawn(shape):
    bands = [
        [cluster(f"{band}-{number}-", count) for number, count in enumerate(counts)]
        for band, counts in enumerate(shape)
    ]
    return draw(Name("root", "The root of it all", True), bands)


def overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_no_name_stands_on_another_and_all_stand_on_the_picture(shape):
    picture = drawn(shape)

    assert len(picture.boxes) == 1 + sum(sum(counts) for counts in shape)
    for number, box in enumerate(picture.boxes):
        assert box.x >= ALLEY
        assert box.x + box.width + ALLEY <= picture.width
        assert 0 < box.y < box.y + box.height < picture.height
        assert [other for other in picture.boxes[:number] if overlap(box, other)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_the_grounds_of_two_clusters_do_not_touch(shape):
    frames = drawn(shape).frames

    for number, frame in enumerate(frames):
        assert [other for other in frames[:number] if overlap(frame, other)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_line_runs_between_the_names_and_through_none(shape):
    picture = drawn(shape)
    start = picture.boxes[len(picture.boxes) // 2]
    ways = [corners(start, end) for end in picture.boxes if end is not start]
    heads = [box for box in picture.boxes[1:] if box.name.is_head and box.cell[1] >= 1]
    ways += [falling(picture.boxes[0], head) for head in heads if head.name.key.startswith("0")]

    for way in ways:
        for (x, y), (x_2, y_2) in pairwise(way):
            assert x == x_2 or y == y_2
            through = [
                box.name.key
                for box in picture.boxes
                if min(x, x_2) < box.x + box.width
                and max(x, x_2) > box.x
                and min(y, y_2) < box.y + box.height
                and max(y, y_2) > box.y
            ]
            assert through == []
        assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in way)


def test_the_same_names_make_the_same_picture():
    assert drawn(SHAPES[0]) == drawn(SHAPES[0])


def test_a_path_goes_from_one_end_to_the_other_with_round_corners():
    assert path([(0, 0), (20, 0), (20, 20)]) == "M0 0L14 0Q20 0 20 6L20 20"
    assert path([(0, 0), (10, 0), (10, 0), (30, 0)]) == "M0 0L30 0"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Webcare", ["Webcare"]),
        ("Listing missing people or casualties", ["Listing missing", "people or", "casualties"]),
        ("A b" * 80, None),
        ("Donaudampfschifffahrtsgesellschaft", None),
    ],
)
def test_a_name_fits_into_its_box(title, lines):
    wrapped = wrap(title)

    assert len(wrapped) <= drawing.LINES
    assert all(drawing.length(line) <= drawing.LETTERS for line in wrapped)
    assert lines is None or wrapped == lines


def test_every_line_of_a_name_with_its_note_stands_inside_its_box():
    names = [
        Name("a", "Listing missing people or casualties", note="Use together"),
        Name("b", "Listing missing people or casualties"),
        Name("c", "Webcare", note="Avoid: use this instead"),
    ]
    for box in draw(None, [[Cluster(tuple(names))]]).boxes:
        assert box.lines
        for line in box.lines:
            assert box.y + 9 < line.y < box.y + box.height - 2
            assert box.x < line.x


# The page


def page_of(client, query=""):
    response = client.get(f"/patterns/map/{query}")
    assert response.status_code == 200
    return response.content.decode()


def group_of(title, *names, under=None):
    head = publish(title, is_group=True)
    if under:
        head.group = under
        head.save()
    for name in names:
        card = publish(name)
        card.group = head
        card.save()
    return head


@pytest.mark.django_db
def test_every_pattern_is_a_link_with_a_title_in_reading_order(client):
    root = group_of("Root")
    group_of("Talking", "Alert tool", "Webcare", under=root)
    group_of("Beside", "Neighbours")
    loose = publish("Doxxing", actors=["criminals"])

    picture = (
        page_of(client).partition('aria-label="Map of the patterns"')[2].partition("</svg>")[0]
    )

    found = re.findall(r'<a href="/patterns/map/\?at=([\w-]+)"><title>([^:]+): ', picture)
    assert [slug for slug, _title in found] == [
        "root",
        "talking",
        "alert-tool",
        "webcare",
        "beside",
        "neighbours",
        loose.slug,
    ]
    assert ">Offenders</text>" in picture
    assert "style=" not in picture


@pytest.mark.django_db
def test_the_list_says_what_the_picture_says(client):
    root = group_of("Root")
    group_of("Talking", "Webcare", under=root)

    said = page_of(client)

    assert said.index("As a list") < said.index('aria-label="Map of the patterns"')
    for slug in ("root", "talking", "webcare"):
        assert f'<a href="/patterns/{slug}/"' in said


@pytest.mark.django_db
def test_a_chosen_pattern_shows_its_neighbours_with_the_kind_of_each_relation(client):
    first, then, other = publish("Informing citizens"), publish("Webcare"), publish("Tweetathon")
    PatternRelation.objects.create(source=first, how="before", target=then, because="News first.")
    PatternRelation.objects.create(source=other, how="instead", target=then)
    services.keep_beside([first, then, other])

    said = page_of(client, "?at=webcare")

    assert said.count(">Use after</") == 2  # in the list and in the picture
    assert said.count(">Avoid: use this instead</") == 2
    assert "News first." in said
    assert said.count('stroke="var(--accent)" stroke-width="2.5" stroke-linecap') == 2
    assert 'aria-current="true"><title>Webcare: ' in said
    assert 'stroke="var(--accent)"' not in page_of(client)


@pytest.mark.django_db
def test_what_is_archived_or_unknown_is_not_on_the_map(client):
    old, now = publish("Old"), publish("Webcare")
    PatternRelation.objects.create(source=old, how="with", target=now)
    old.state = Pattern.State.ARCHIVED
    old.save()
    services.keep_beside([now])

    assert "at=old" not in page_of(client, "?at=webcare")
    assert client.get("/patterns/map/?at=old").status_code == 404
    assert client.get("/patterns/map/?at=nothing").status_code == 404


@pytest.mark.django_db
def test_an_empty_map_says_so(client):
    assert "No patterns yet" in page_of(client)


@pytest.mark.django_db
def test_the_way_to_start_begins_with_informing_citizens(client):
    for title in ("Community engagement", "Informing citizens", "Enforcing the law"):
        publish(title)

    said = page_of(client).partition('id="start"')[2]

    order = [said.index(f'/patterns/{slug}/"') for slug in ("informing-citizens",)]
    order += [said.index(f'/patterns/{s}/"') for s in ("enforcing-the-law", "community-engagement")]
    assert order == sorted(order)


@pytest.mark.django_db
def test_every_step_of_the_way_is_a_card_that_comes_with_the_software():
    from media4sec.patterns.queries.map import _PATH  # noqa: PLC0415

    assert {slug for slug, *_ in _PATH} <= {text.slug for text in content.shipped()}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 10])
def test_the_map_asks_as_much_for_ten_as_for_one(client, count, django_assert_max_num_queries):
    for number in range(count):
        group_of(f"Group {number}", f"Card {number}")

    with django_assert_max_num_queries(1):
        page_of(client)
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")
    page_of(client)
    with django_assert_max_num_queries(4):
        page_of(client, "?at=card-0")
