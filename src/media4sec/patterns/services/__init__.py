"""What members do with patterns and experiences: gate, lock, invariant, change, record."""

from media4sec.patterns.services.publishing import (
    Sheet,
    differs,
    publish_starter,
    publish_version,
)
from media4sec.patterns.services.summaries import keep_beside

__all__ = ["Sheet", "differs", "keep_beside", "publish_starter", "publish_version"]
