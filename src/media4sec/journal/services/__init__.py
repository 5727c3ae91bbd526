"""What editors do in the journal: gate, lock, invariant, change, record."""

from media4sec.journal.services.articles import (
    Words,
    draft,
    edit,
    restore,
    revise_series,
    start_series,
    throw_away,
)
from media4sec.journal.services.library import (
    Sheet,
    add_document,
    add_edition,
    add_file,
    edit_document,
    publish_document,
    remove_file,
    retract_document,
)
from media4sec.journal.services.order import (
    publish,
    publish_due,
    retract,
    schedule,
    send_back,
    submit,
    take_back,
)
from media4sec.journal.services.pages import edit_page, restore_page
from media4sec.journal.services.previews import open_preview, revoke_preview, sweep_previews
from media4sec.journal.services.reading import keep_reading, read_file, read_waiting
from media4sec.kit.errors import EditedMeanwhile

__all__ = [
    "EditedMeanwhile",
    "Sheet",
    "Words",
    "add_document",
    "add_edition",
    "add_file",
    "draft",
    "edit",
    "edit_document",
    "edit_page",
    "keep_reading",
    "open_preview",
    "publish",
    "publish_document",
    "publish_due",
    "read_file",
    "read_waiting",
    "remove_file",
    "restore",
    "restore_page",
    "retract",
    "retract_document",
    "revise_series",
    "revoke_preview",
    "schedule",
    "send_back",
    "start_series",
    "submit",
    "sweep_previews",
    "take_back",
    "throw_away",
]
