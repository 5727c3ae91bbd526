"""The pages that come with the software."""

from media4sec.journal.models import Page
from media4sec.journal.queries.pages import SLUGS, shipped
from media4sec.kit.activity import record
from media4sec.kit.permissions import THE_HOUSE


def load_content() -> list[str]:
    """Add the pages that are missing, refresh those nobody has changed. Twice changes nothing."""
    done = []
    for slug in SLUGS:
        text = shipped(slug)
        said = {name: getattr(text, name) for name in ("title", "summary", "body", "changed_at")}
        page, is_new = Page.objects.get_or_create(slug=slug, defaults=said)
        if is_new:
            done.append(f"page added: {page.title}")
        elif page.changed_by_id is None and page.body != text.body:
            for name, value in said.items():
                setattr(page, name, value)
            page.save(update_fields=list(said))
            done.append(f"page refreshed: {page.title}")
        else:
            continue
        record(THE_HOUSE, "loaded", page)
    return done
