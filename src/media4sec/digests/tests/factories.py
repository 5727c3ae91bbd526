"""What happens in tests: through the services, read from the log."""

from media4sec.digests import reading
from media4sec.discussions import services
from media4sec.kit.marking import Label


def start(by, label=Label.GREEN, **facts):
    """A question of this member."""
    usual = {"circle": None, "title": "Rumours at night", "body": "Rumours spread. What now?"}
    return services.start_topic(by=by, label=label, **{**usual, **facts})


def reply(topic, by, body="Ask first.", **facts):
    topic.refresh_from_db()
    return services.reply(topic, by=by, body=body, **facts)


def notice():
    """Whatever happened becomes notices."""
    return reading.read_log()
