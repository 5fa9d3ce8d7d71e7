import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels_inbox", "0004_archives"),
    ]

    operations = [
        migrations.CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("address", models.CharField(help_text="In lower case.", max_length=320, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                django.db.models.functions.text.Upper("address"),
                models.F("settled_at"),
                name="recipient_address",
            ),
        ),
    ]
