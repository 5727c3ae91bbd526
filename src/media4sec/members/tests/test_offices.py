"""Editors, moderators and administrators are appointed by administrators."""

import pytest
from django.conf import settings

from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.members.models import Office
from media4sec.members.rules import is_administrator, is_editor, is_moderator
from media4sec.members.services import offices, people
from media4sec.members.tests.factories import MemberFactory

BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
RULES = {
    Office.EDITOR: is_editor,
    Office.MODERATOR: is_moderator,
    Office.ADMINISTRATOR: is_administrator,
}


@pytest.fixture
def administrator(client, db):
    administrator = MemberFactory(is_administrator=True)
    client.force_login(administrator, backend=BACKEND)
    return administrator


@pytest.mark.parametrize("office", Office)
def test_an_administrator_appoints_somebody_and_ends_it(client, administrator, office):
    person = MemberFactory()
    page = f"/administration/members/{person.pk}/"

    offered = client.get(page).content.decode()
    client.post(f"{page}appoint/{office.value}/")
    person.refresh_from_db()
    held = RULES[office](person)
    client.post(f"{page}dismiss/{office.value}/")
    person.refresh_from_db()

    assert f"{page}appoint/{office.value}/" in offered
    assert (held, RULES[office](person)) == (True, False)
    deeds = Activity.objects.order_by("pk").values_list("verb", "facts__office")
    assert list(deeds) == [("appointed", office.value), ("dismissed", office.value)]


def test_asking_first_changes_nothing(client, administrator):
    person = MemberFactory()

    page = client.get(f"/administration/members/{person.pk}/appoint/moderator/")

    person.refresh_from_db()
    assert "Decides about reports" in page.content.decode()
    assert not person.is_moderator


def test_an_office_that_is_none_is_not_found(client, administrator):
    path = f"/administration/members/{MemberFactory().pk}/appoint/emperor/"

    assert client.post(path).status_code == 404


def test_nobody_else_may(client, db):
    member = MemberFactory(is_moderator=True, is_editor=True)
    client.force_login(member, backend=BACKEND)

    response = client.post(f"/administration/members/{member.pk}/appoint/administrator/")

    member.refresh_from_db()
    assert (response.status_code, member.is_administrator) == (403, False)


def test_the_last_administrator_stays(administrator):
    MemberFactory(is_administrator=True, confirmed_at=None)  # cannot sign in

    with pytest.raises(Refused, match="Appoint another one first"):
        offices.dismiss(administrator, Office.ADMINISTRATOR, by=administrator)

    other = offices.appoint(MemberFactory(), Office.ADMINISTRATOR, by=administrator)
    assert not offices.dismiss(administrator, "administrator", by=other).is_administrator


@pytest.mark.parametrize("state", [{"confirmed_at": None}, {"suspended_at": "2026-01-01T00:00Z"}])
def test_who_cannot_read_takes_no_office(client, administrator, state):
    person = MemberFactory(**state)

    with pytest.raises(Refused, match="confirmed address"):
        offices.appoint(person, Office.EDITOR, by=administrator)
    assert "/appoint/" not in client.get(f"/administration/members/{person.pk}/").content.decode()


def test_a_suspended_editor_is_none_and_who_leaves_is_none(administrator):
    editor = MemberFactory(is_editor=True)

    people.suspend(editor, by=administrator, reason="Spam.")
    while_suspended = is_editor(editor)
    people.restore(editor, by=administrator, reason="A mistake.")
    people.close_account(by=editor)

    editor.refresh_from_db()
    assert (while_suspended, editor.is_editor) == (False, False)
