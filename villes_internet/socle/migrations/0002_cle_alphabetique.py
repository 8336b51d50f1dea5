from django.db import migrations

# IMMUTABLE: generated columns and indexes are made of it. Never change it in place, their rows would keep the old key.
CLE_ALPHABETIQUE = r"""
CREATE FUNCTION vi_cle_alphabetique(nom text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT btrim(regexp_replace(lower(regexp_replace(normalize(translate(
    replace(replace(replace(replace(replace(nom, 'Œ', 'oe'), 'œ', 'oe'), 'Æ', 'ae'), 'æ', 'ae'), 'ß', 'ss'),
    'ØøŁłĐđ', 'oolldd'), NFKD) COLLATE "C", '[\u0300-\u036f]', '', 'g')), '[^a-z0-9]+', ' ', 'g'), ' ')
$$
"""


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]

    operations = [migrations.RunSQL(CLE_ALPHABETIQUE, "DROP FUNCTION vi_cle_alphabetique(text)")]
