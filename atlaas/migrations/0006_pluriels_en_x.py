from django.db import migrations

# The French stemmer leaves « lieux » apart from « lieu »: these plurals lose their x before it sees them.
PLURIELS = "lieu|milieu|jeu|enjeu|feu|voeu|aveu|neveu|cheveu|bijou|caillou|chou|genou|hibou|joujou|pou"
FONCTION = r"""
CREATE OR REPLACE FUNCTION vi_sans_accents(texte text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT {avant}translate(
    replace(replace(replace(replace(lower(texte), 'œ', 'oe'), 'æ', 'ae'), 'Œ', 'oe'), 'Æ', 'ae'),
    'àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸ’',
    'aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy'''){apres}
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('atlaas', '0006_carte'),
    ]

    operations = [
        migrations.RunSQL(
            FONCTION.format(avant="regexp_replace(", apres=rf", '\m({PLURIELS})x\M', '\1', 'g')"),
            FONCTION.format(avant="", apres=""),
        ),
    ]
