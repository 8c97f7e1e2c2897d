"""The running number in case numbers: a sequence, so that submitting never waits for a row all cases share."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE kit_case_number START 1 MINVALUE 1 MAXVALUE 999999999999 NO CYCLE",
            reverse_sql="DROP SEQUENCE kit_case_number",
        )
    ]
