from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mosaique", "0011_niveaux_des_cliches"),
    ]

    operations = [
        migrations.AddField(
            model_name="reponseenjeu",
            name="preuves",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="preuves gardées"),
        ),
    ]
