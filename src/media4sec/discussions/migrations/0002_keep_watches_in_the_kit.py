"""Who follows or mutes a topic moves to the kit's Watch, and comes back if this is undone."""

from django.db import migrations
from django.db.models import F

TOPIC = "discussions.topic"
WORDS = {"following": "everything", "muted": "muted"}


def move(apps, schema_editor):
    Reading, Watch = apps.get_model("discussions", "Reading"), apps.get_model("kit", "Watch")
    kept = Reading.objects.filter(level__in=WORDS).values_list("member_id", "topic_id", "level")
    _write(Watch, ((member, topic, WORDS[level]) for member, topic, level in kept.iterator()))
    # Who started a topic follows it, unless they said that they do not.
    left = Reading.objects.filter(level="normal", topic__author=F("member"))
    left = left.values_list("member_id", "topic_id").iterator()
    _write(Watch, ((member, topic, "normal") for member, topic in left))


def _write(Watch, rows):
    Watch.objects.bulk_create(
        (
            Watch(member_id=member, thing_kind=TOPIC, thing_id=topic, level=level)
            for member, topic, level in rows
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


def bring_back(apps, schema_editor):
    Reading, Watch = apps.get_model("discussions", "Reading"), apps.get_model("kit", "Watch")
    words = {new: old for old, new in WORDS.items()}
    for watch in Watch.objects.filter(thing_kind=TOPIC).iterator():
        level = words.get(watch.level, "normal")
        Reading.objects.update_or_create(
            member_id=watch.member_id, topic_id=watch.thing_id, defaults={"level": level}
        )
    Watch.objects.filter(thing_kind=TOPIC).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("discussions", "0001_initial"),
        ("kit", "0003_add_watches_and_letters"),
    ]

    operations = [
        migrations.RunPython(move, bring_back),
        migrations.RemoveField(model_name="reading", name="level"),
    ]
