import pytest
from django.db.models import TextChoices

from media4sec.kit.errors import Refused
from media4sec.kit.flow import Flow


class State(TextChoices):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


flow = Flow({State.WAITING: {State.ACCEPTED, State.DECLINED}, State.ACCEPTED: {State.DECLINED}})
STEPS = {("waiting", "accepted"), ("waiting", "declined"), ("accepted", "declined")}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_the_steps_of_the_table_are_taken(old, new):
    is_step = (old.value, new.value) in STEPS

    assert flow.allows(old, new) is is_step
    assert flow.allows(str(old), str(new)) is is_step
    if is_step:
        flow.check(old, new)
    else:
        with pytest.raises(Refused, match="in the meantime"):
            flow.check(old, new)


def test_a_state_nobody_knows_leads_nowhere():
    assert not flow.allows("lost", "accepted")
