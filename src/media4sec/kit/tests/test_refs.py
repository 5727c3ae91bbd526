import pytest

from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref


def test_a_thing_has_an_address():
    ref = Ref.to(Theme(pk=42))

    assert (ref.kind, ref.pk, str(ref)) == ("kit.theme", 42, "kit.theme:42")
    assert ref.model is Theme


def test_an_address_reads_as_it_was_written():
    assert Ref.parse("kit.theme:42") == Ref("kit.theme", 42)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "kit.theme",
        "kit.theme:",
        "kit:42",
        "kit.theme.x:42",
        "kit.theme:-1",
        "kit.theme:4 2",
        "kit.theme:٤٢",
        "kit.theme:42:1",
        "kit.theme:0x1",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="not the address of a thing"):
        Ref.parse(text)


def test_addresses_can_be_sorted_and_kept_in_sets():
    refs = [Ref("b.b", 1), Ref("a.a", 2), Ref("a.a", 1), Ref("a.a", 1)]

    assert sorted(set(refs)) == [Ref("a.a", 1), Ref("a.a", 2), Ref("b.b", 1)]
