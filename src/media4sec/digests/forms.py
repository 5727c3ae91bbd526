"""Shapes of what members choose about letters."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.digests.models import Mailbox, Rhythm
from media4sec.digests.rhythms import told_kinds, usual_pace
from media4sec.digests.times import zones
from media4sec.kit.models import Watch
from media4sec.members.models import Member

_ADDRESSED = gettext_lazy("Somebody mentions or answers you")
#: How closely a whole kind is watched.
_LEVELS = [
    (Watch.Level.NORMAL, gettext_lazy("What is new in my circles and themes")),
    (Watch.Level.EVERYTHING, gettext_lazy("Everything new")),
    (Watch.Level.MUTED, gettext_lazy("Nothing new")),
]


def _hours() -> list[tuple[int, str]]:
    return [(hour, f"{hour}:00") for hour in range(24)]


def _zones() -> list[tuple[str, str]]:
    usual = _("As this site: %(zone)s") % {"zone": settings.TIME_ZONE.replace("_", " ")}
    return [("", usual), *((name, name.replace("_", " ")) for name in sorted(zones()))]


class LettersForm(forms.Form):
    """How often letters come, about what, and when."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"), choices=_zones, required=False
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Daily and weekly letters come at"), choices=_hours, coerce=int
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekly letters come on"), choices=list(WEEKDAYS.items()), coerce=int
    )
    quiet_from = forms.TypedChoiceField(
        label=gettext_lazy("Quiet from"), choices=_hours, coerce=int
    )
    quiet_until = forms.TypedChoiceField(
        label=gettext_lazy("Quiet until"),
        help_text=gettext_lazy("In these hours nothing comes at once. It comes when they end."),
        choices=_hours,
        coerce=int,
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        box = Mailbox.objects.filter(member=member).first() or Mailbox()
        names = ("time_zone", "hour", "weekday", "quiet_from", "quiet_until")
        kept = {name: getattr(box, name) for name in names}
        super().__init__(*args, initial=kept, **kwargs)
        self.is_stopped = box.stopped_because
        self.kinds = {f"pace_{number}": kind for number, kind in enumerate(_kinds())}
        paces = dict(Rhythm.objects.filter(member=member).values_list("kind", "pace"))
        for name, (kind, title) in self.kinds.items():
            self.fields[name] = forms.ChoiceField(
                label=title,
                choices=Rhythm.Pace.choices,
                initial=paces.get(kind) or usual_pace(kind),
            )
        watched = Watch.objects.filter(member=member, thing_id=0).values_list("thing_kind", "level")
        levels = dict(watched)
        self.whole = {
            f"all_{number}": kind.name
            for number, kind in enumerate(told_kinds())
            if not kind.is_part
        }
        for number, kind in enumerate(told_kinds()):
            if not kind.is_part:
                self.fields[f"all_{number}"] = forms.ChoiceField(
                    label=capfirst(str(kind.plural)),
                    choices=_LEVELS,
                    initial=levels.get(kind.name, Watch.Level.NORMAL),
                )

    @property
    def pace_fields(self) -> list[Any]:
        return [self[name] for name in self.kinds]

    @property
    def all_fields(self) -> list[Any]:
        return [self[name] for name in self.whole]

    @property
    def paces(self) -> dict[str, str]:
        return {kind: self.cleaned_data[name] for name, (kind, _title) in self.kinds.items()}

    @property
    def levels(self) -> dict[str, str]:
        """Whole kind → how closely the member watches all of it."""
        return {kind: self.cleaned_data[name] for name, kind in self.whole.items()}

    @property
    def times(self) -> dict[str, Any]:
        names = ("time_zone", "hour", "weekday", "quiet_from", "quiet_until")
        return {name: self.cleaned_data[name] for name in names}


def _kinds() -> list[tuple[str, Any]]:
    told = [(kind.name, capfirst(str(kind.plural))) for kind in told_kinds()]
    return [(Rhythm.ADDRESSED, _ADDRESSED), *told]
