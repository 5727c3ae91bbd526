"""Remarks for tests: rows as the services write them."""

import factory
from django.utils import timezone

from media4sec.kit.refs import Ref
from media4sec.kit.tests.things import a_thing
from media4sec.members.tests.factories import MemberFactory
from media4sec.replies.models import Remark


class RemarkFactory(factory.django.DjangoModelFactory):
    """A member's remark under a thing that everybody may read, unless ``under`` says which."""

    class Meta:
        model = Remark

    class Params:
        under = factory.LazyFunction(a_thing)

    author = factory.SubFactory(MemberFactory)
    thing_kind = factory.LazyAttribute(lambda each: Ref.to(each.under).kind)
    thing_id = factory.LazyAttribute(lambda each: each.under.pk)
    body = factory.Sequence("We saw the same, {} times.".format)
    body_html = factory.LazyAttribute(lambda each: f"<p>{each.body}</p>")
    posted_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyAttribute(lambda each: each.posted_at)


class GuestRemarkFactory(RemarkFactory):
    """A guest's remark that waits for a moderator."""

    author = None
    guest_name = factory.Sequence("Guest {}".format)
    standing = Remark.Standing.HELD
    doubt = Remark.Doubt.FIRST
