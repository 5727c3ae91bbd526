"""For operators: after an upgrade that says so, or when search and pages disagree."""

from typing import Any

from django.core.management.base import BaseCommand

from media4sec.kit.rooms import kinds
from media4sec.site import services


class Command(BaseCommand):
    """Safe while the site runs; a thing is never missing from search meanwhile."""

    help = "Write the search index anew, a few things at a time."

    def handle(self, **options: Any) -> None:
        services.forget_other_kinds()
        for kind in kinds().values():
            if kind.searchable:
                done = 0
                for done in services.rebuild_kind(kind):
                    if done % 10_000 == 0:
                        self.stdout.write(f"{kind.plural}: {done} …")
                self.stdout.write(f"{kind.plural}: {done}, done")
