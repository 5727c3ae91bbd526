import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from media4sec.kit import permissions
from media4sec.kit.permissions import THE_HOUSE, may, permit, require

is_anna = rules.predicate(lambda who, thing: getattr(who, "name", "") == thing)


@pytest.fixture(autouse=True)
def opens(monkeypatch):
    monkeypatch.setattr(permissions, "_sentences", {})
    permit("tests.open", is_anna, otherwise="Only Anna has the key.")
    yield
    rules.remove_perm("tests.open")


class Person:
    def __init__(self, name):
        self.name = name


def test_who_may_is_let_in_silently():
    assert may(Person("Anna"), "tests.open", "Anna")
    assert require(Person("Anna"), "tests.open", "Anna") is None


@pytest.mark.parametrize("who", [Person("Ben"), AnonymousUser(), None])
def test_who_may_not_is_told_in_the_permissions_own_words(who):
    assert not may(who, "tests.open", "Anna")
    with pytest.raises(PermissionDenied, match=r"^Only Anna has the key\.$"):
        require(who, "tests.open", "Anna")


def test_the_house_may_everything_that_is_a_permission():
    assert may(THE_HOUSE, "tests.open", "Anna")
    require(THE_HOUSE, "tests.open", "Anna")
    assert repr(THE_HOUSE) == "the house"
    assert not THE_HOUSE.is_authenticated


@pytest.mark.parametrize("who", [Person("Anna"), THE_HOUSE])
def test_a_misspelt_permission_is_a_mistake_not_a_refusal(who):
    with pytest.raises(LookupError, match=r"no permission called tests\.opem"):
        require(who, "tests.opem", "Anna")


def test_permissions_can_be_listed_with_their_sentences():
    assert permissions.permissions() == {"tests.open": "Only Anna has the key."}
