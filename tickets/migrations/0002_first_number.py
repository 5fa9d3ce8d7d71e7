from django.db import migrations

from tickets.models.ticket import FIRST_NUMBER


class Migration(migrations.Migration):
    """Numbers begin where they look like numbers of something."""

    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH {FIRST_NUMBER}", migrations.RunSQL.noop)
    ]
