from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

from advocates.searching import NameWords

# No aggregate for each word, and nothing that is not PostgreSQL's own: an index is made of what this gives, and is made
# again from a back-up, where no schema but pg_catalog is looked into.
_WORDS = """
    CREATE OR REPLACE FUNCTION cle_name_words(key text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT array_to_tsvector(
                   string_to_array(key, ' ') || array_agg('.' || left(other.word, 1) || '.' || one.word)
                   || array_agg('.' || left(other.word, 2) || '.' || one.word)
               )
          FROM unnest(string_to_array(key, ' ')) WITH ORDINALITY AS one (word, place),
               unnest(string_to_array(key, ' ')) WITH ORDINALITY AS other (word, place)
         WHERE one.place <> other.place
    )
"""


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('advocates', '0021_lines_name_their_bar_by_the_file'),
    ]

    operations = [
        migrations.RunSQL(_WORDS, "DROP FUNCTION cle_name_words(text)"),
        AddIndexConcurrently(
            model_name='advocate',
            index=GinIndex(NameWords('search_key'), name='advocate_two_words'),
        ),
        RemoveIndexConcurrently(model_name='advocate', name='advocate_name_words'),
    ]
