from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media4sec.patterns import checking


class Command(BaseCommand):
    """Changes nothing. What is wrong is said in sentences, and ends with code 1."""

    help = "Prove that the patterns that come with the software are complete, readable and linked."

    def handle(self, **options: Any) -> None:
        try:
            proof = checking.prove()
        except ImportError as error:
            raise CommandError(
                "Reading grades are measured with textstat, which is not installed: "
                "pip install --require-hashes -r requirements-dev.lock"
            ) from error
        for name, measured in proof.rows:
            self.stdout.write(f"{name:<14} {measured}")
        for trouble in proof.troubles:
            self.stderr.write(trouble)
        if proof.troubles:
            raise CommandError(
                f"The content is not as it should be: {len(proof.troubles)} troubles."
            )
        self.stdout.write("All is complete, readable and linked.")
