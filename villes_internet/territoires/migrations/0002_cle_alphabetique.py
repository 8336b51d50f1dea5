import villes_internet.socle.alphabet
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territoires', '0001_initial'),
        ('socle', '0002_cle_alphabetique'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='collectivite',
            options={'ordering': ['cle_alphabetique', 'code'], 'verbose_name': 'collectivité'},
        ),
        migrations.AlterModelOptions(
            name='region',
            options={'ordering': ['cle_alphabetique'], 'verbose_name': 'région'},
        ),
        migrations.AddField(
            model_name='collectivite',
            name='cle_alphabetique',
            field=models.GeneratedField(db_persist=True, expression=villes_internet.socle.alphabet.CleAlphabetique('nom'), output_field=models.TextField(db_collation='C'), verbose_name='clé alphabétique'),
        ),
        migrations.AddField(
            model_name='region',
            name='cle_alphabetique',
            field=models.GeneratedField(db_persist=True, expression=villes_internet.socle.alphabet.CleAlphabetique('nom'), output_field=models.TextField(db_collation='C'), verbose_name='clé alphabétique'),
        ),
        migrations.AddIndex(
            model_name='collectivite',
            index=models.Index(fields=['cle_alphabetique', 'code'], name='collectivite_alphabetique'),
        ),
    ]
