from django.db import migrations


def compter(apps, schema_editor):
    """How many running campaigns each version of the référentiel has, until now unwritten."""
    campagnes = apps.get_model("candidatures", "Campagne").objects
    for version in apps.get_model("referentiel", "Version").objects.all():
        en_cours = campagnes.filter(version=version).exclude(etat__in=["brouillon", "cloturee", "annulee"])
        version.nb_campagnes_en_cours = en_cours.count()
        version.save(update_fields=["nb_campagnes_en_cours"])


class Migration(migrations.Migration):
    dependencies = [("candidatures", "0004_resultat_publie"), ("referentiel", "0003_correspondances")]

    operations = [migrations.RunPython(compter, migrations.RunPython.noop, elidable=True)]
