"""Releasing, declining, hiding, restoring: only moderation may import this module.

No path hides a thing without a reasoned decision: every verb wants the decision's number.
What is declined or hidden is not covered up but taken out of its row and kept apart, so
that no list, search, feed, letter or history can let it slip. Restoring puts it back.
"""

from copy import deepcopy
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.models import Moderated, Upload, Withheld
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of

_S = Moderated.Standing


class DecidedMeanwhile(Refused):
    """Another moderator was faster. Their decision stands."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has decided this in the meantime."))


def release(thing: Any, *, decision: int) -> None:
    """What was held is there for its readers."""
    _stand(thing, _S.HELD, _S.VISIBLE, decision, "")


def decline(thing: Any, *, decision: int, reason: str) -> None:
    """What was held is not published; readers of the gap are told why."""
    _stand(thing, _S.HELD, _S.DECLINED, decision, reason)


def hide(thing: Any, *, decision: int, reason: str) -> None:
    """What was visible leaves a marked gap; its readers are told why."""
    _stand(thing, _S.VISIBLE, _S.HIDDEN, decision, reason)


def restore(thing: Any, *, decision: int) -> None:
    """What was hidden or declined is as it was before."""
    was = _S.DECLINED if thing.standing == _S.DECLINED else _S.HIDDEN
    _stand(thing, was, _S.VISIBLE, decision, "")


@transaction.atomic
def _stand(thing: Any, old: str, new: str, decision: int, reason: str) -> None:
    # Two moderators may decide at the same time: the first decision stands.
    manager: models.Manager[Any] = type(thing)._base_manager
    thing.refresh_from_db(from_queryset=manager.select_for_update())
    if thing.standing != old:
        raise DecidedMeanwhile
    fields = ["standing", "standing_reason", "decision_id"]
    thing.standing, thing.standing_reason, thing.decision_id = new, reason, decision
    fields += _give_back(thing) if new == _S.VISIBLE else _take_out(thing)
    thing.save(update_fields=fields)
    kind_of(Ref.to(thing)).stood_anew(thing)


def _take_out(thing: Any) -> list[str]:
    here = Ref.to(thing)
    kept = Withheld.objects.create(
        thing_kind=here.kind,
        thing_id=here.pk,
        words={name: getattr(thing, name) for name in thing.WORDS},
        at=now(),
    )
    carried = Upload.objects.filter(thing_kind=here.kind, thing_id=here.pk)
    # Pictures and files go with the words: their addresses show them to nobody.
    carried.update(thing_kind=Withheld._meta.label_lower, thing_id=kept.pk)
    for name, nothing in thing.WORDS.items():
        # Words may be lazy; lists and dictionaries are not to be shared between things.
        empty = deepcopy(nothing) if isinstance(nothing, list | dict) else str(nothing)
        setattr(thing, name, empty)
    return list(thing.WORDS)


def _give_back(thing: Any) -> list[str]:
    here = Ref.to(thing)
    kept = Withheld.objects.filter(thing_kind=here.kind, thing_id=here.pk).last()
    if kept is None:
        return []
    for name, words in kept.words.items():
        setattr(thing, name, words)
    carried = Upload.objects.filter(thing_kind=Withheld._meta.label_lower, thing_id=kept.pk)
    carried.update(thing_kind=here.kind, thing_id=here.pk)
    Withheld.objects.filter(thing_kind=here.kind, thing_id=here.pk).delete()
    return list(kept.words)
