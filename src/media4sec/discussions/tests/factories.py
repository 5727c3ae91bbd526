"""Topics and replies for tests: rows as the services write them."""

import factory
from django.utils import timezone

from media4sec.discussions.models import Reply, Topic
from media4sec.kit.marking import Label
from media4sec.members.tests.factories import MemberFactory


class TopicFactory(factory.django.DjangoModelFactory):
    """A question anybody may read, in the Commons."""

    class Meta:
        model = Topic
        skip_postgeneration_save = True

    author = factory.SubFactory(MemberFactory)
    title = factory.Sequence("Topic {}".format)
    body = "What did you try?"
    body_html = "<p>What did you try?</p>"
    label = Label.CLEAR
    started_at = factory.LazyFunction(timezone.now)
    last_post_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def readers(self, create, readers, **kwargs):
        if readers:
            self.readers.set(readers)


class ReplyFactory(factory.django.DjangoModelFactory):
    """The next reply in its topic, counted as the services count."""

    class Meta:
        model = Reply
        skip_postgeneration_save = True

    topic = factory.SubFactory(TopicFactory)
    author = factory.SubFactory(MemberFactory)
    body = "We tried it."
    body_html = "<p>We tried it.</p>"
    posted_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def number(self):
        return self.topic.last_number + 1

    @factory.post_generation
    def counted(self, create, extracted, **kwargs):
        self.topic.last_number = self.number
        self.topic.reply_count += not self.label
        self.topic.save(update_fields=["last_number", "reply_count"])
