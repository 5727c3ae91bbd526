"""The picture of a proposal, when the pattern it changes has a newer one."""

from __future__ import annotations

from typing import Any

from media4sec.patterns.models import Proposal


def picture_on(proposal: Proposal, number: int) -> dict[str, Any]:
    """What a proposal shows on top of that version of its pattern: what its authors chose; where
    they left the picture as it was, that version's."""
    if proposal.pattern is None or number == proposal.base_version:
        return proposal.picture
    numbers = (proposal.base_version, number)
    versions = proposal.pattern.versions.filter(number__in=numbers)
    shown = dict(versions.values_list("number", "picture"))
    is_untouched = proposal.picture == shown[proposal.base_version]
    return shown[number] if is_untouched else proposal.picture


def newest_picture(proposal: Proposal) -> dict[str, Any]:
    """What it will show when its authors have looked at the newest text of its pattern."""
    if proposal.pattern is None:
        return proposal.picture
    return picture_on(proposal, proposal.pattern.version)
