"""Proposals change how patterns belong together: both sides show it, and nothing gets lost."""

import json

import pytest

from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import relating, services
from media4sec.patterns.forms.begun import initial_of
from media4sec.patterns.models import PatternRelation, Proposal, Relative
from media4sec.patterns.tests.factories import proposal_in_review, publish, reviewer, words

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"


def row(other, how="with", because=""):
    return {"to": other.slug, "how": how, "because": because}


def proposed(pattern, *rows, author=None, **changed):
    """A change of a pattern's relations to these, by somebody who saw how they are."""
    pattern.refresh_from_db()
    seen = relating.rows_of(pattern)
    said = {"title": pattern.title, "relations": rows, "relations_seen": seen, **changed}
    return proposal_in_review(author, pattern=pattern, **said)


def share(proposal):
    return services.publish_shared(proposal, by=MemberFactory(is_editor=True))


def related(*rows, pattern=None):
    """A pattern that is related so."""
    return share(proposed(pattern or publish(), *rows))


def kept():
    pairs = PatternRelation.objects.values_list("source__slug", "how", "target__slug", "because")
    return set(pairs)


def page_of(client, address, visitor=None):
    if visitor:
        client.force_login(visitor, backend=SIGN_IN)
    return client.get(address).content.decode()


@pytest.mark.parametrize("how", Relative)
def test_every_relation_is_read_on_both_pages_and_can_go_again(client, how):
    other = publish("Answer at night")
    pattern = related(row(other, how))

    assert str(how.label) in page_of(client, pattern.get_absolute_url())
    assert str(how.back.label) in page_of(client, other.get_absolute_url())
    share(proposed(pattern))

    assert kept() == set()
    for each in (pattern, other):
        each.refresh_from_db()
        assert each.beside["related"] == []


def test_a_relation_is_said_otherwise_from_either_side():
    first, second = publish(), publish("Answer at night")
    related(row(second, "before", "The plan comes first."), pattern=first)

    share(proposed(second, row(first, "avoid", "It is never too early.")))

    expected = (first.slug, "instead", second.slug, "It is never too early.")
    assert kept() == {expected}


def test_what_a_proposal_does_not_name_stays(client):
    pattern, other, third = publish(), publish("Answer at night"), publish("Answer at noon")
    waiting = proposed(pattern, row(other))
    share(proposed(third, row(pattern, "before")))

    share(waiting)

    assert {(source, how) for source, how, *_ in kept()} == {
        (pattern.slug, "with"),
        (third.slug, "before"),
    }


def test_who_changed_the_same_relation_meanwhile_is_not_overwritten(client):
    pattern, other = publish(), publish("Answer at night")
    pattern = related(row(other, "with"), pattern=pattern)
    author = MemberFactory()
    waiting = proposed(pattern, author=author)
    share(proposed(other, row(pattern, "before", "It is faster.")))

    with pytest.raises(Refused, match="changed meanwhile"):
        share(waiting)
    page = page_of(client, waiting.get_absolute_url(), author)
    assert "Somebody has changed relations meanwhile." in page
    assert "Use after: It is faster." in page
    assert (other.slug, "before", pattern.slug, "It is faster.") in kept()

    waiting.refresh_from_db()
    services.edit_proposal(
        waiting,
        words(pattern.title, relations_seen=relating.rows_of(fresh(pattern))),
        by=author,
        base_version=waiting.version,
        pattern_version=waiting.base_version,
    )
    share(waiting)
    assert kept() == set()


def fresh(pattern):
    return type(pattern).objects.get(pk=pattern.pk)


def test_two_who_want_the_same_get_it():
    pattern, other = publish(), publish("Answer at night")
    waiting = proposed(pattern, row(other, "before", "It is faster."))
    share(proposed(other, row(pattern, "after", "It is faster.")))

    share(waiting)

    assert kept() == {(pattern.slug, "before", other.slug, "It is faster.")}


@pytest.mark.parametrize(
    ("how", "sentence"), [("specialises", "special case of itself"), ("before", "before itself")]
)
def test_nothing_leads_to_itself(how, sentence):
    first, second, third = publish(), publish("Answer at night"), publish("Answer at noon")
    related(row(second, how), pattern=first)
    waiting = proposed(third, row(first, how))
    related(row(first, Relative(how).back), row(third, how), pattern=second)

    with pytest.raises(Refused, match=sentence):
        share(waiting)
    with pytest.raises(Refused, match=sentence):
        proposed(first, row(second, how), row(third, Relative(how).back))
    assert len(kept()) == 2


def test_a_relation_is_turned_round_without_a_circle():
    first, second = publish(), publish("Answer at night")
    first = related(row(second, "specialises"), pattern=first)

    share(proposed(first, row(second, "generalises")))

    assert kept() == {(second.slug, "specialises", first.slug, "")}


def test_reviewers_see_what_comes_goes_and_changes_before_they_sign(client):
    old, kept_one, new = publish("Answer at night"), publish("Answer at noon"), publish("Listen")
    pattern = related(row(old), row(kept_one, "before", "It is late."))
    proposal = proposed(pattern, row(kept_one, "before", "It is too late."), row(new, "instead"))
    member = reviewer()
    services.offer(proposal, by=member, kind="peer", declares=True)

    for address in (proposal.get_absolute_url(), f"{proposal.get_absolute_url()}review/"):
        page = page_of(client, address, member)
        assert table_of(page) == [
            ("Answer at night", "Use together", "Not related"),
            ("Answer at noon", "Use before: It is late.", "Use before: It is too late."),
            ("Listen", "Not related", "Use instead of"),
        ]


def table_of(page):
    """The first table: rows of cells."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = body.split("<tr>")[1:]
    cells = [each.replace("</th>", "</td>").split("</td>")[:3] for each in rows]
    return [tuple(cell.split(">")[-1] for cell in row) for row in cells]


def test_both_histories_tell_it_and_the_other_ones_writers_hear_of_it(client):
    writer, helper = MemberFactory(), MemberFactory()
    other = share(proposal_in_review(writer, title="Answer at night", co_maintainers=[helper]))

    pattern = related(row(other, "before", "It comes first."))

    history = page_of(client, f"{pattern.get_absolute_url()}history/")
    assert "Use before: It comes first." in history
    history = page_of(client, f"{other.get_absolute_url()}history/")
    assert "Use after: It comes first." in history
    assert pattern.title in history
    told = Activity.objects.get(verb="related")
    kind = kind_of(told.subject)
    assert (told.subject, set(kind.writers(other))) == (Ref.to(other), {writer.pk, helper.pk})
    assert "related" in kind.tells_author


# The form


def sent(pattern, **changed):
    """What a browser sends of the form as it is shown."""
    shown = {name: value for name, value in initial_of(pattern).items() if value is not None}
    return {**shown, "evidence": "0", "changes": "Other neighbours.", **changed}


def test_the_form_shows_all_relations_and_takes_one_away(client):
    other, third = publish("Answer at night"), publish("Answer at noon")
    pattern = related(row(other, "before", "It is late."), row(third, "avoid"))
    member = MemberFactory()
    page = page_of(client, f"{pattern.get_absolute_url()}improve/", member)
    assert 'value="It is late."' in page

    form = sent(pattern)
    which = next(n for n in range(2) if form[f"relation_{n}_to"] == other.slug)
    form[f"relation_{which}_how"] = "apart"
    client.post(f"{pattern.get_absolute_url()}improve/", form)

    proposal = Proposal.objects.latest("pk")
    assert [each["to"] for each in proposal.relations] == [third.slug]
    assert {each["to"] for each in proposal.related_before} == {other.slug, third.slug}
    again = initial_of(proposal)
    assert again[f"relation_{which}_how"] == "apart"


def test_a_form_that_is_saved_as_it_was_changes_no_relation(client):
    other = publish("Answer at night")
    pattern = related(row(other, "specialises"))
    services.archive(other, by=MemberFactory(is_editor=True), reason="Nobody does this any more.")
    client.force_login(MemberFactory(), backend=SIGN_IN)

    response = client.post(f"{pattern.get_absolute_url()}improve/", sent(pattern))

    assert response.status_code == 302
    proposal = Proposal.objects.latest("pk")
    assert relating.steps(proposal.related_before, proposal.relations) == []


@pytest.mark.parametrize("seen", ["", "[1]", "{", '{"to": 1}', json.dumps([{"to": "x"}])])
def test_who_has_seen_no_relation_takes_none_away(client, seen):
    pattern = related(row(publish("Answer at night")))
    client.force_login(MemberFactory(), backend=SIGN_IN)

    form = sent(pattern, relation_0_how="apart", relations_seen=seen)
    client.post(f"{pattern.get_absolute_url()}improve/", form)

    share(services.submit(Proposal.objects.latest("pk"), **licensed()))
    assert len(kept()) == 1


def licensed():
    return {"by": Proposal.objects.latest("pk").author, "base_version": 1, "has_licensed": True}


def test_two_authors_at_once_see_each_others_relations(client):
    other = publish("Answer at night")
    proposal = proposed(publish(), row(other, "before", "It is late."))
    client.force_login(proposal.author, backend=SIGN_IN)
    mine = sent(proposal, relation_0_how="apart", version=0)

    response = client.post(f"{proposal.get_absolute_url()}edit/", mine)

    assert response.status_code == 409
    page = response.content.decode()
    assert table_of(page) == [("Answer at night", "Use before: It is late.", "Not related")]
    with pytest.raises(EditedMeanwhile):
        services.edit_proposal(
            proposal,
            words(proposal.title),
            by=proposal.author,
            base_version=0,
            pattern_version=1,
        )


def test_a_file_takes_away_what_a_pattern_is_to_others_and_nothing_else():
    other, third = publish("Answer at night"), publish("Answer at noon")
    pattern = related(row(other, "before", "It is late."), row(third, "avoid"))
    editor = MemberFactory(is_editor=True)
    item = {"slug": pattern.slug, "title": pattern.title, "related": []}
    told = {"table": "patterns", "label": "TLP:CLEAR", "exported": "2026-11-22T12:00:00Z"}

    batch = services.bring(
        json.dumps({**told, "items": [item]}).encode(), by=editor, table="patterns"
    )
    services.take_in(batch, by=editor)

    proposal = Proposal.objects.latest("pk")
    steps = relating.steps(proposal.related_before, proposal.relations)
    assert [(step.to, step.row) for step in steps] == [(other.slug, None)]
