from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What indexes need; trusted extensions, so the database's owner may create them."""

    initial = True
    dependencies = []
    operations = [TrigramExtension(), BtreeGinExtension()]
