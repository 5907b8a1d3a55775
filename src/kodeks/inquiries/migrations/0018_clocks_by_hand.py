# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A clock of the law that a person sees in a text where no rule did, or where somebody said that it
does not run: beside the one that a rule noticed, so that what was said of that stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0017_answer_to_each")]

    operations = [
        migrations.AddField(
            model_name="legalclock",
            name="by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveConstraint(model_name="legalclock", name="legal_clock_once"),
        migrations.AddConstraint(
            model_name="legalclock",
            constraint=models.UniqueConstraint(
                fields=("inquiry", "kind", "by_hand"), name="legal_clock_once"
            ),
        ),
    ]
