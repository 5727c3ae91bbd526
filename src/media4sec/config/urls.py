"""Every address of the house: allauth's under /account/, each room its own."""

from importlib.util import find_spec

from django.urls import include, path

from media4sec.config.rooms import OPEN_ROOMS
from media4sec.members.views.accounts import Sessions

_rooms = [f"{room}.urls" for room in OPEN_ROOMS if find_spec(f"{room}.urls")]

urlpatterns = [
    # In place of allauth's own, under its name.
    path("account/sessions/", Sessions.as_view()),
    path("account/", include("allauth.urls")),
    path("", include("media4sec.kit.urls")),
    *(path("", include(urls)) for urls in _rooms),
    path("", include("media4sec.site.urls")),
]

handler400 = "media4sec.kit.io_views.too_large"
handler403 = "media4sec.kit.views.forbidden"
handler404 = "media4sec.kit.views.not_found"
handler429 = "media4sec.members.views.accounts.too_many"  # allauth asks for it
handler500 = "media4sec.kit.views.broken"
