"""Who may, in the patterns' room."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.marking import Label
from media4sec.kit.permissions import permit
from media4sec.members.audience import can_read
from media4sec.members.rules import in_circle, is_editor, is_in_good_standing
from media4sec.patterns.models import (
    AFFECTED,
    Deck,
    Experience,
    Inquiry,
    Judgement,
    Pattern,
    Proposal,
    Review,
    SavedSearch,
    UnderReview,
    Voice,
)


@rules.predicate
def reads_pattern(_visitor: Any, _pattern: Pattern) -> bool:
    return True


@rules.predicate
def reads_experience(visitor: Any, experience: Experience) -> bool:
    """``visible_to`` for one experience in hand; a test holds the two together."""
    return bool(can_read(visitor, experience))


@rules.predicate
def told_it(member: Any, experience: Experience) -> bool:
    return experience.author_id == member.pk


@rules.predicate
def is_there(_member: Any, experience: Experience) -> bool:
    return experience.deleted_at is None and not experience.is_withheld


@rules.predicate
def may_be_public(_member: Any, experience: Experience) -> bool:
    """A pattern is CLEAR and names its authors: what is narrower or sealed never becomes one."""
    return experience.label in {Label.CLEAR, Label.GREEN} and not experience.is_chatham


permit("patterns.view_pattern", reads_pattern, otherwise=_("This pattern is not open to you."))
permit(
    "patterns.view_experience",
    reads_experience,
    otherwise=_("This experience is not open to you."),
)
permit("patterns.publish", is_editor, otherwise=_("Only editors publish patterns."))
permit(
    "patterns.judge",
    is_in_good_standing,
    otherwise=_("Sign in and confirm your address to say how you see it."),
)
permit(
    "patterns.tell",
    is_in_good_standing & in_circle,
    otherwise=_("Only members of this circle, with a confirmed address, can tell something here."),
)
permit(
    "patterns.edit_experience",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience changes it."),
)
permit(
    "patterns.make_pattern",
    is_in_good_standing & told_it & is_there & may_be_public,
    otherwise=_(
        "Only who told an experience makes a pattern of it, and only of one that the whole "
        "community reads under their name."
    ),
)
permit(
    "patterns.share_experience",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience decides who may read it."),
)
permit(
    "patterns.name_experience",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience decides how they are named."),
)
permit(
    "patterns.take_back_experience",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience takes it back."),
)


# Questions to who told it


@rules.predicate
def is_open_to_questions(_member: Any, experience: Experience) -> bool:
    return experience.contact == Experience.Contact.RELAY


@rules.predicate
def told_what_is_asked_about(member: Any, inquiry: Inquiry) -> bool:
    return inquiry.experience.author_id == member.pk


@rules.predicate
def stands(_member: Any, inquiry: Inquiry) -> bool:
    return not inquiry.is_withheld and inquiry.experience.is_there


@rules.predicate
def reads_inquiry(visitor: Any, inquiry: Inquiry) -> bool:
    """``visible_to`` for one question in hand."""
    return bool(Inquiry.objects.visible_to(visitor).filter(pk=inquiry.pk).exists())


permit("patterns.view_inquiry", reads_inquiry, otherwise=_("This question is not open to you."))
permit(
    "patterns.inquire",
    is_in_good_standing & reads_experience & is_there & is_open_to_questions & ~told_it,
    otherwise=_("Questions about this one are not passed on."),
)
permit(
    "patterns.answer_inquiry",
    is_in_good_standing & told_what_is_asked_about & stands,
    otherwise=_("Only who told the experience answers."),
)


# Proposals and reviews


@rules.predicate
def works_on_it(member: Any, text: UnderReview) -> bool:
    """Its author and co-maintainers."""
    if text.author_id == member.pk:
        return True
    # Not filtered: where they were fetched already, this asks nothing.
    helpers = text.co_maintainers.all() if isinstance(text, Proposal) else ()
    return member.pk in {each.pk for each in helpers}


@rules.predicate
def worked_on_it(member: Any, text: UnderReview) -> bool:
    return isinstance(text, Proposal) and member.pk in text.formers


@rules.predicate
def is_in_the_making(_member: Any, proposal: Proposal) -> bool:
    return proposal.state in {Proposal.State.DRAFT, Proposal.State.IN_REVIEW}


@rules.predicate
def was_sent_in(_member: Any, proposal: Proposal) -> bool:
    return proposal.state in Proposal.OPEN


@rules.predicate
def reads_text(member: Any, text: Proposal | Experience) -> bool:
    """What is to be reviewed: a proposal that was sent in, an experience by its one gate."""
    if isinstance(text, Proposal):
        return was_sent_in(member, text)
    return is_there(member, text) and bool(can_read(member, text))


@rules.predicate
def follows_its_theme(member: Any, text: Proposal | Experience) -> bool:
    wanted = {text.theme_id, text.other_theme_id} - {None}
    return bool(wanted & {theme.pk for theme in member.themes.all()})


@rules.predicate
def is_asked_for_it(member: Any, text: UnderReview) -> bool:
    """Whoever has taken the review keeps it, also when their themes change."""
    return bool(text.reviews.open().filter(reviewer=member.pk).exists())


@rules.predicate
def finds_reviewers(member: Any, text: Proposal | Experience) -> bool:
    """Editors, for what others wrote; for an experience who told it, too, and under the seal
    nobody else: whoever cannot be asked would be who spoke."""
    if isinstance(text, Experience) and (told_it(member, text) or text.is_chatham):
        return bool(told_it(member, text))
    return bool(is_editor(member)) and not works_on_it(member, text)


@rules.predicate
def is_current(_member: Any, pattern: Pattern | None) -> bool:
    return pattern is None or pattern.state != Pattern.State.ARCHIVED


@rules.predicate
def reads_review(visitor: Any, review: Review) -> bool:
    """``visible_to`` for one review in hand."""
    return bool(Review.objects.visible_to(visitor).filter(pk=review.pk).exists())


permit(
    "patterns.propose",
    is_in_good_standing & is_current,
    otherwise=_("Sign in and confirm your address to propose a pattern that stands."),
)
permit(
    "patterns.view_proposal",
    is_in_good_standing & (was_sent_in | works_on_it),
    otherwise=_("This proposal is not open to you."),
)
permit(
    "patterns.edit_proposal",
    is_in_good_standing & works_on_it & is_in_the_making,
    otherwise=_("Only those who work on a proposal change it, until it is published."),
)
permit("patterns.view_review", reads_review, otherwise=_("This review is not open to you."))
permit(
    "patterns.review",
    is_in_good_standing
    & reads_text
    & ~works_on_it
    & ~worked_on_it
    & (follows_its_theme | is_asked_for_it),
    otherwise=_(
        "Members who follow its theme review a text, and nobody who works or worked on it. "
        "You choose your themes in your profile."
    ),
)
permit(
    "patterns.leave_review",
    is_in_good_standing & is_asked_for_it,
    otherwise=_("No review of yours is open here."),
)
permit(
    "patterns.ask_reviewers",
    is_in_good_standing & reads_text & finds_reviewers,
    otherwise=_(
        "Editors ask reviewers, and not for a text of their own; for an experience, who told it."
    ),
)
permit(
    "patterns.want_review",
    is_in_good_standing & told_it & is_there,
    otherwise=_("Only who told an experience asks for its review."),
)
permit(
    "patterns.publish_proposal",
    is_editor & ~works_on_it,
    otherwise=_("An editor publishes a pattern: not one who works on it."),
)


# Judgements and voices


@rules.predicate
def reads_judgement(visitor: Any, judgement: Judgement) -> bool:
    """``visible_to`` for one judgement in hand."""
    return bool(Judgement.objects.visible_to(visitor).filter(pk=judgement.pk).exists())


permit("patterns.view_judgement", reads_judgement, otherwise=_("This reason is not open to you."))


@rules.predicate
def is_affected(member: Any, _thing: Any) -> bool:
    return member.group in AFFECTED


@rules.predicate
def reads_thing(member: Any, thing: Pattern | Experience) -> bool:
    return isinstance(thing, Pattern) or (bool(can_read(member, thing)) and is_there(member, thing))


@rules.predicate
def reads_voice(visitor: Any, voice: Voice) -> bool:
    """``visible_to`` for one voice in hand."""
    return bool(Voice.objects.visible_to(visitor).filter(pk=voice.pk).exists())


@rules.predicate
def said_it(member: Any, voice: Voice) -> bool:
    return voice.author_id == member.pk


permit("patterns.view_voice", reads_voice, otherwise=_("This text is not open to you."))
permit(
    "patterns.speak",
    is_in_good_standing & is_affected & reads_thing,
    otherwise=_(
        "This place is for local communities, businesses and people who use social media. "
        "Your profile says to which group you belong."
    ),
)
permit(
    "patterns.take_back_voice",
    is_in_good_standing & said_it,
    otherwise=_("Only who told it takes it back."),
)


# Decks


@rules.predicate
def reads_deck(visitor: Any, deck: Deck) -> bool:
    """``visible_to`` for one deck in hand."""
    return deck.deleted_at is None and bool(can_read(visitor, deck))


@rules.predicate
def made_it(member: Any, deck: Deck) -> bool:
    return deck.author_id == member.pk and deck.deleted_at is None


@rules.predicate
def is_not_hidden(_member: Any, deck: Deck) -> bool:
    return not deck.is_withheld


permit("patterns.view_deck", reads_deck, otherwise=_("This deck is not open to you."))
permit(
    "patterns.make_deck",
    is_in_good_standing & in_circle,
    otherwise=_("Only members of this circle, with a confirmed address, can make a deck here."),
)
permit(
    "patterns.edit_deck",
    is_in_good_standing & made_it & is_not_hidden,
    otherwise=_("Only who made a deck changes it."),
)
permit(
    "patterns.delete_deck",
    is_in_good_standing & made_it,
    otherwise=_("Only who made a deck deletes it."),
)


# Files and searches


@rules.predicate
def keeps_it(member: Any, search: SavedSearch) -> bool:
    return search.owner_id == member.pk


permit("patterns.bring_patterns", is_editor, otherwise=_("Only editors bring patterns in a file."))
permit(
    "patterns.bring_experiences",
    is_in_good_standing,
    otherwise=_("Sign in and confirm your address to bring experiences in a file."),
)
permit(
    "patterns.keep_search",
    is_in_good_standing,
    otherwise=_("Sign in and confirm your address to keep a search."),
)
permit(
    "patterns.forget_search",
    is_in_good_standing & keeps_it,
    otherwise=_("Only who keeps a search changes it."),
)
