"""What the room's pages need to know."""

from media4sec.patterns.queries.catalogue import (
    experience_catalogue,
    pattern_catalogue,
    theme_rows,
)
from media4sec.patterns.queries.compare import compare_page
from media4sec.patterns.queries.decks import (
    cards_of,
    deck_at,
    deck_entry,
    deck_page,
    decks_page,
    decks_to_fill,
    fetch_decks,
    may_leave,
)
from media4sec.patterns.queries.desk import (
    desk_page,
    fetch_proposals,
    fetch_reviews,
    own_trust,
    proposal_entry,
    review_entry,
    waiting_for_editor,
    work_page,
    writers_of_pattern,
    writers_of_proposal,
    writers_of_review,
)
from media4sec.patterns.queries.entries import (
    experience_entry,
    fetch_experiences,
    fetch_patterns,
    own_words,
    pattern_entry,
    repeated,
)
from media4sec.patterns.queries.history import history_page
from media4sec.patterns.queries.inquiries import (
    asked_of,
    fetch_inquiries,
    inquiries_about,
    inquiry_at,
    inquiry_entry,
    inquiry_page,
    own_inquiries,
    writers_of_inquiry,
)
from media4sec.patterns.queries.judging import (
    fetch_judgements,
    judgement_at,
    judgement_entry,
    judgement_of,
    weights_of,
)
from media4sec.patterns.queries.map import map_page
from media4sec.patterns.queries.origins import (
    origin_at,
    themes_of,
    tried_experience,
    tried_pattern,
)
from media4sec.patterns.queries.pictures import newest_picture
from media4sec.patterns.queries.proposals import (
    compare_words,
    proposal_at,
    proposal_page,
)
from media4sec.patterns.queries.reading import (
    pattern_at,
    pattern_page,
    source_of,
    version_for_citing,
    version_page,
)
from media4sec.patterns.queries.relating import between, meanwhile, patterns_to_relate
from media4sec.patterns.queries.reviews import (
    as_choices,
    candidates_for,
    experience_since,
    published_reviews,
)
from media4sec.patterns.queries.searches import own_searches
from media4sec.patterns.queries.seeking import seekers_of_experience, seekers_of_pattern
from media4sec.patterns.queries.shelf import Catalogue
from media4sec.patterns.queries.telling import (
    experience_at,
    experience_history,
    experience_page,
    patterns_from,
    patterns_to_choose,
    red_experiences,
    themes_to_choose,
    told_lately,
)
from media4sec.patterns.queries.voices import (
    fetch_voices,
    voice_at,
    voice_entry,
    voices_of,
)

__all__ = [
    "Catalogue",
    "as_choices",
    "asked_of",
    "between",
    "candidates_for",
    "cards_of",
    "compare_page",
    "compare_words",
    "deck_at",
    "deck_entry",
    "deck_page",
    "decks_page",
    "decks_to_fill",
    "desk_page",
    "experience_at",
    "experience_catalogue",
    "experience_entry",
    "experience_history",
    "experience_page",
    "experience_since",
    "fetch_decks",
    "fetch_experiences",
    "fetch_inquiries",
    "fetch_judgements",
    "fetch_patterns",
    "fetch_proposals",
    "fetch_reviews",
    "fetch_voices",
    "history_page",
    "inquiries_about",
    "inquiry_at",
    "inquiry_entry",
    "inquiry_page",
    "judgement_at",
    "judgement_entry",
    "judgement_of",
    "map_page",
    "may_leave",
    "meanwhile",
    "newest_picture",
    "origin_at",
    "own_inquiries",
    "own_searches",
    "own_trust",
    "own_words",
    "pattern_at",
    "pattern_catalogue",
    "pattern_entry",
    "pattern_page",
    "patterns_from",
    "patterns_to_choose",
    "patterns_to_relate",
    "proposal_at",
    "proposal_entry",
    "proposal_page",
    "published_reviews",
    "red_experiences",
    "repeated",
    "review_entry",
    "seekers_of_experience",
    "seekers_of_pattern",
    "source_of",
    "theme_rows",
    "themes_of",
    "themes_to_choose",
    "told_lately",
    "tried_experience",
    "tried_pattern",
    "version_for_citing",
    "version_page",
    "voice_at",
    "voice_entry",
    "voices_of",
    "waiting_for_editor",
    "weights_of",
    "work_page",
    "writers_of_inquiry",
    "writers_of_pattern",
    "writers_of_proposal",
    "writers_of_review",
]
