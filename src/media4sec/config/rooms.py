"""The open rooms, in menu order. A room is opened by its line here and its floor in pyproject."""

OPEN_ROOMS = [
    "media4sec.members",
    "media4sec.discussions",
    "media4sec.patterns",
    "media4sec.assessments",
    "media4sec.journal",
    "media4sec.replies",
    "media4sec.moderation",
    "media4sec.digests",
    "media4sec.feeds",
]
