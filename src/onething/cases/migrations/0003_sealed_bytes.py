"""Sealed JSON becomes bytes; what is there stays as it is, as text in UTF-8."""

from django.db import migrations

COLUMNS = [
    ("cases_onethingcase", "plan"),
    ("cases_onethingcase", "answers"),
    ("cases_onethingcase", "form_values"),
    ("cases_itemcase", "opinion"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_material_followed")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea USING convert_to({column}::text, 'UTF8')",
            migrations.RunSQL.noop,
        )
        for table, column in COLUMNS
    ]
