"""Patterns and experiences for tests."""

import factory
from django.utils import timezone
from django.utils.text import slugify

from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.card import Card, Note, Source
from media4sec.patterns.models import Experience


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)

    slug = "trolling"
    title = "Trolling"
    icon = "tag"
    summary = "Abuse and lies."
    body = "Words."
    body_html = "<p>Words.</p>"
    position = 5


def card(**changed):
    said = {
        "context": "Ten accounts tell ten stories, and **nobody** knows which one to believe.",
        "therefore": "Therefore, name one account that speaks first.",
        "forces": ("Speed helps.", "Haste harms."),
        "steps": ("**Name it.** Write down who speaks.", "**Point to it.** The others repeat it."),
        "limits": ("One voice can be wrong, too.",),
        "law": (Note("never", "imply that somebody is guilty.", ("PRES.4",)),),
        "sources": (Source("A report", "https://example.org/report"),),
    }
    return Card(**{**said, **changed})


def sheet(title="One voice per incident", **changed):
    said = {
        "slug": slugify(title),
        "title": title,
        "summary": "Name one account that speaks first.",
        "card": card(),
        "theme": ThemeFactory(),
        "actors": ["police"],
        "platforms": ["public-posts"],
        "phases": ["during"],
    }
    return services.Sheet(**{**said, **changed})


def publish(title="One voice per incident", **changed):
    """A published pattern, with what stands beside it."""
    pattern = services.publish_starter(sheet(title, **changed), by=THE_HOUSE)
    services.keep_beside([pattern])
    return pattern


class ExperienceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Experience
        skip_postgeneration_save = True

    author = factory.SubFactory(MemberFactory)
    label = Label.CLEAR
    title = factory.Sequence(lambda n: f"We tried it, case {n}")
    did = "We named one account."
    happened = "People waited for it."
    html = factory.LazyAttribute(
        lambda each: {"did": f"<p>{each.did}</p>", "happened": f"<p>{each.happened}</p>"}
    )
    outcome = "worked"
    theme = factory.SubFactory(ThemeFactory)
    country = "NL"
    place = "Harbour town"
    actors = ["police"]
    told_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def about(self, create, patterns):
        if create and patterns:
            self.patterns.set(patterns)
            self.save()  # the index reads what ticked


def reviewer(**said):
    """A member who follows the theme of the patterns made here."""
    member = MemberFactory(**said)
    member.themes.add(ThemeFactory())
    return member


def words(title="Answer the rumour early", **changed):
    """All that a member writes of a new pattern."""
    said = {
        "title": title,
        "summary": "Say early what you know and what you do not.",
        "card": card(),
        "theme": ThemeFactory(),
        "actors": ["police"],
        "changes": "Clearer steps.",
    }
    return services.Words(**{**said, **changed})


def proposal_in_review(author=None, *, pattern=None, **changed):
    """Sent in, and waiting for its two reviews."""
    author = author or MemberFactory()
    made = services.propose(words(**changed), by=author, pattern=pattern)
    return services.submit(made, by=author, base_version=1, has_licensed=True)


def in_review(author=None, *, circle=None, label=Label.GREEN, readers=(), **said):
    """An experience, told as a full entry, that waits for its two reviews."""
    author = author or MemberFactory()
    attribution = said.pop("attribution", None)
    account = Account(
        **{
            "title": "One account spoke for all",
            "did": "We named one account.",
            "happened": "People waited for it.",
            "outcome": "worked",
            "theme": ThemeFactory(),
            "country": "NL",
            "parts": {"steps": "First we asked who speaks."},
            **said,
        }
    )
    told = services.tell(
        account, by=author, circle=circle, label=label, attribution=attribution, readers=readers
    )
    return services.want_review(told, by=author)


def signed(proposal, kind, verdict="accept", member=None, **said):
    """A review of it by a member who offered it."""
    member = member or reviewer()
    if not proposal.reviews.open().filter(reviewer=member).exists():
        services.offer(proposal, by=member, kind=kind, declares=True)
    return services.sign(
        proposal,
        by=member,
        version=proposal.version,
        verdict=verdict,
        text="I have tried this, and the steps are right.",
        declares=True,
        **said,
    )
