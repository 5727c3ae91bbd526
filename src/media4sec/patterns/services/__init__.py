"""What members do with patterns and experiences: gate, lock, invariant, change, record."""

from media4sec.patterns.services.batches import bring, sweep_batches, take_in
from media4sec.patterns.services.decks import (
    delete_deck,
    edit_deck,
    make_deck,
    move_down,
    move_up,
    put_in,
    remark,
    share_deck,
    take_out,
)
from media4sec.patterns.services.harvest import keep_up
from media4sec.patterns.services.inquiries import answer_inquiry, inquire
from media4sec.patterns.services.judging import judge, stood_anew, take_back_judgement
from media4sec.patterns.services.naming import (
    refuse_reveal,
    reveal_experience,
    seal_experience,
)
from media4sec.patterns.services.proposing import (
    Words,
    edit_proposal,
    propose,
    submit,
    take_back_proposal,
    tried,
    withdraw_proposal,
)
from media4sec.patterns.services.publishing import (
    Sheet,
    archive,
    bring_back,
    differs,
    keep_until,
    publish_reviewed,
    publish_shared,
    publish_starter,
    publish_version,
)
from media4sec.patterns.services.reviewing import (
    ReadAnotherVersion,
    ask,
    both_accept,
    leave_review,
    offer,
    sign,
    want_no_review,
    want_review,
)
from media4sec.patterns.services.searches import (
    forget_search,
    keep_search,
    look_at_search,
    sweep_searches,
    watch_search,
)
from media4sec.patterns.services.summaries import keep_beside
from media4sec.patterns.services.telling import retell, share_experience, take_back, tell
from media4sec.patterns.services.voices import speak, take_back_voice

__all__ = [
    "ReadAnotherVersion",
    "Sheet",
    "Words",
    "answer_inquiry",
    "archive",
    "ask",
    "both_accept",
    "bring",
    "bring_back",
    "delete_deck",
    "differs",
    "edit_deck",
    "edit_proposal",
    "forget_search",
    "inquire",
    "judge",
    "keep_beside",
    "keep_search",
    "keep_until",
    "keep_up",
    "leave_review",
    "look_at_search",
    "make_deck",
    "move_down",
    "move_up",
    "offer",
    "propose",
    "publish_reviewed",
    "publish_shared",
    "publish_starter",
    "publish_version",
    "put_in",
    "refuse_reveal",
    "remark",
    "retell",
    "reveal_experience",
    "seal_experience",
    "share_deck",
    "share_experience",
    "sign",
    "speak",
    "stood_anew",
    "submit",
    "sweep_batches",
    "sweep_searches",
    "take_back",
    "take_back_judgement",
    "take_back_proposal",
    "take_back_voice",
    "take_in",
    "take_out",
    "tell",
    "tried",
    "want_no_review",
    "want_review",
    "watch_search",
    "withdraw_proposal",
]
