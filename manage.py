"""Django's own commands, for developers. Operators have ``media4sec``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")
    sys.path.insert(0, "src")
    execute_from_command_line(sys.argv)
