"""What granian calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")
application = get_wsgi_application()
