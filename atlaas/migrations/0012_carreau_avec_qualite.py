from django.db import migrations, models


class Migration(migrations.Migration):
    """The list beside the map is put in order without reading the rows of its box; joins the two that came before."""

    dependencies = [
        ('atlaas', '0011_recherches_suivies'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='entree', name='entree_carreau'),
        migrations.AddIndex(
            model_name='entree',
            index=models.Index(fields=['carreau', 'tirage'], include=('abscisse', 'ordonnee', 'action', 'collectivite', 'qualite'), name='entree_carreau'),
        ),
    ]
