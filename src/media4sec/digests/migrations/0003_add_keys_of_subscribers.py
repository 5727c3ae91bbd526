import media4sec.digests.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digests', '0002_say_why_letters_stopped'),
    ]

    operations = [
        # Nobody could subscribe before this: there are no rows to fill.
        migrations.AddField(
            model_name='subscriber',
            name='key',
            field=models.CharField(default=media4sec.digests.models.new_key, max_length=40, unique=True),
        ),
    ]
