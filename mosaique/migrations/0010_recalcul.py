import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mosaique", "0009_commentaires_en_caracteres_lus"),
    ]

    operations = [
        migrations.CreateModel(
            name='Recalcul',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('millesime', models.PositiveSmallIntegerField(verbose_name='millésime')),
                ('demande_le', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='demandé le')),
                ('avance_le', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='dernier bloc')),
                ('fini_le', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
            ],
            options={
                'verbose_name': 'recalcul des mosaïques',
                'verbose_name_plural': 'recalculs des mosaïques',
                'constraints': [models.UniqueConstraint(condition=models.Q(('fini_le__isnull', True)), fields=('millesime',), name='recalcul_unique', violation_error_message='Les mosaïques de cette année sont déjà en cours de recalcul.')],
            },
        ),
    ]
