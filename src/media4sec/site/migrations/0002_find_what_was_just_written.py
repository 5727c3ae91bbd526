"""PostgreSQL: no list of rows that are not in the index yet, which each search would read."""

from django.db import migrations
from modelsearch.models import IndexEntry


def _set(schema_editor, value):
    if schema_editor.connection.vendor == "postgresql":
        for index in IndexEntry._meta.indexes:
            schema_editor.execute(f'ALTER INDEX "{index.name}" SET (fastupdate = {value})')


def without_list(apps, schema_editor):
    _set(schema_editor, "off")


def with_list(apps, schema_editor):
    _set(schema_editor, "on")


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0001_initial"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
    ]

    operations = [migrations.RunPython(without_list, with_list)]
