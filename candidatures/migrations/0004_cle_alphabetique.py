from django.db import migrations, models

import villes_internet.socle.alphabet


class Migration(migrations.Migration):
    dependencies = [("candidatures", "0003_nb_manques_propres"), ("socle", "0002_cle_alphabetique")]

    operations = [
        migrations.AddField(
            model_name="resultat",
            name="cle_alphabetique",
            field=models.GeneratedField(
                db_persist=True,
                expression=villes_internet.socle.alphabet.CleAlphabetique("nom"),
                output_field=models.TextField(db_collation="C"),
                verbose_name="clé alphabétique",
            ),
        ),
        migrations.RemoveIndex(model_name="resultat", name="resultat_palmares"),
        migrations.AddIndex(
            model_name="resultat",
            index=models.Index(fields=["campagne", "-arobases", "cle_alphabetique", "id"], name="resultat_palmares"),
        ),
    ]
