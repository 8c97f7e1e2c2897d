"""Sealed JSON becomes bytes; what is there stays as it is, as text in UTF-8."""

from django.db import migrations

COLUMNS = [
    ("submission_draft", "answers"),
    ("submission_draftsection", "data"),
    ("submission_draftsection", "faulty"),
]


class Migration(migrations.Migration):
    dependencies = [("submission", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea USING convert_to({column}::text, 'UTF8')",
            migrations.RunSQL.noop,
        )
        for table, column in COLUMNS
    ]
