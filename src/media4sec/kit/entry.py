"""The shape in which a thing leaves the house, and the only exit.

Who wants to send a thing anywhere (a search hit, a mail, a feed, an export) takes
its Entry and calls ``through(door)``: what the marking forbids is gone from it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from media4sec.kit.marking import Attribution, Door, Extent, Label, extent
from media4sec.kit.refs import Ref


@dataclass(frozen=True)
class Entry:
    """One thing, ready to travel. ``author`` is already sealed where Chatham holds."""

    ref: Ref
    title: str
    text: str  # plain
    html: str
    url: str
    label: Label
    attribution: Attribution
    author: str
    author_id: int | None  # None where Chatham holds: no index may know
    at: datetime
    circle_id: int | None = None
    themes: tuple[int, ...] = ()
    face: str = ""
    language: str = ""
    reader_ids: tuple[int, ...] = ()
    summary: str = ""  # plain; a standfirst, where the thing has one
    changed_at: datetime | None = None
    starts: datetime | None = None  # of what takes place at a time
    ends: datetime | None = None  # None: it is a moment
    place: str = ""
    is_reviewed: bool | None = None  # None: things of its kind are not reviewed
    is_withheld: bool = False  # held or hidden by moderators: it passes no door

    def through(self, door: Door) -> "Entry | None":
        """This entry as it passes that door: whole, its title, a hint without words, or None."""
        if self.is_withheld:
            return None
        passes = extent(self.label, door)
        if passes is Extent.NOTHING:
            return None
        if passes is Extent.FULL:
            return self
        if passes is Extent.TITLE:
            return replace(self, text="", html="", summary="", place="")
        return self._without_words()

    def _without_words(self) -> "Entry":
        """That something is there, for its readers. The address says the title: it goes, too."""
        said = replace(
            self, title="", text="", html="", summary="", url="", author="", author_id=None
        )
        circle_id = None if self.label == Label.RED else self.circle_id
        when = replace(said, starts=None, ends=None, place="", is_reviewed=None)
        return replace(when, circle_id=circle_id, themes=(), face="", language="", reader_ids=())
