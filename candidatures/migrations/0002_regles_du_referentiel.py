from typing import Any

from django.db import migrations


def descendre(apps: Any, editor: Any) -> None:
    """Thresholds and gates become those of the version; the campaigns that share one had the same."""
    for campagne in apps.get_model("candidatures", "Campagne").objects.order_by("annee").select_related("version"):
        campagne.version.seuils = campagne.seuils
        campagne.version.portes = campagne.portes
        campagne.version.save(update_fields=["seuils", "portes"])


class Migration(migrations.Migration):
    dependencies = [("candidatures", "0001_initial"), ("referentiel", "0002_seuils_et_portes")]

    operations = [
        migrations.RunPython(descendre, migrations.RunPython.noop),
        migrations.RemoveField(model_name="campagne", name="portes"),
        migrations.RemoveField(model_name="campagne", name="seuils"),
    ]
