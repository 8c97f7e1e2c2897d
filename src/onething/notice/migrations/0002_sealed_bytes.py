"""Sealed JSON becomes bytes; what is there stays as it is, as text in UTF-8."""

from django.db import migrations

COLUMNS = [
    ("notice_noticeissued", "answers"),
    ("notice_noticeissued", "plan"),
]


class Migration(migrations.Migration):
    dependencies = [("notice", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea USING convert_to({column}::text, 'UTF8')",
            migrations.RunSQL.noop,
        )
        for table, column in COLUMNS
    ]
