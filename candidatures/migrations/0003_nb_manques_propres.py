from django.db import migrations, models


class Migration(migrations.Migration):
    """The former count mixed in what other rooms move: it is not kept, the next save counts anew."""

    dependencies = [("candidatures", "0002_regles_du_referentiel")]

    operations = [
        migrations.RemoveField(model_name="dossier", name="nb_manques"),
        migrations.AddField(
            model_name="dossier",
            name="nb_manques_propres",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="points manquants du dossier"),
        ),
    ]
