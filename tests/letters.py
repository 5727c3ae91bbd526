"""The mail of a member, for tests that look for what it must not say."""

from django.core import mail

from media4sec.digests import tasks
from media4sec.digests.models import Notice
from media4sec.kit import outbox


def letters_to(member):
    """Everything that is in the mail for them, as it travels and as it is read."""
    Notice.objects.update(mail_at="2020-01-01T00:00Z")
    tasks.keep_in_touch()
    while outbox.send_due():
        pass
    found = [each for each in mail.outbox if member.email in each.to]
    assert found
    return "\n".join(
        str(part)
        for each in found
        for part in (each.subject, each.body, each.alternatives, each.message())
    )
