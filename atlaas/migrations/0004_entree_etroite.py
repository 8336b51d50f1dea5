from django.db import migrations


class Migration(migrations.Migration):
    """The rows of the search stay narrow: their words are stored apart, only read when they are ranked."""

    dependencies = [
        ('atlaas', '0003_fiche_complete'),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE atlaas_entree SET (toast_tuple_target = 128)",
            "ALTER TABLE atlaas_entree RESET (toast_tuple_target)",
        ),
    ]
