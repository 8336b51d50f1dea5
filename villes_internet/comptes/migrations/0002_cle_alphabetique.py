import django.db.models.functions.text
import villes_internet.socle.alphabet
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('comptes', '0001_initial'),
        ('socle', '0002_cle_alphabetique'),
    ]

    operations = [
        migrations.AddField(
            model_name='utilisateur',
            name='cle_alphabetique',
            field=models.GeneratedField(db_persist=True, expression=villes_internet.socle.alphabet.CleAlphabetique(django.db.models.functions.text.Concat('last_name', models.Value(' '), 'first_name')), output_field=models.TextField(db_collation='C'), verbose_name='clé alphabétique'),
        ),
        migrations.AddIndex(
            model_name='utilisateur',
            index=models.Index(fields=['cle_alphabetique', 'email'], name='utilisateur_alphabetique'),
        ),
    ]
