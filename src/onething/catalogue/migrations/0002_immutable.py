"""What is published never changes (I7, R5.3): the database itself refuses, whoever asks."""

from django.db import migrations

TABLES = ("catalogue_edition", "catalogue_release", "catalogue_releaseentry")

CREATE = """
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published rows of % never change; publish a new release instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION catalogue_refuse_change();\n"
    for table in TABLES
)

DROP = "".join(f"DROP TRIGGER {table}_immutable ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION catalogue_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
