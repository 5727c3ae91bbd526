"""Every address of the house: allauth's under /account/, each room its own."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("media4sec.kit.urls")),
    path("", include("media4sec.members.urls")),
    path("", include("media4sec.discussions.urls")),
    path("", include("media4sec.moderation.urls")),
    path("", include("media4sec.site.urls")),
]

handler400 = "media4sec.kit.io_views.too_large"
handler403 = "media4sec.kit.views.forbidden"
handler404 = "media4sec.kit.views.not_found"
handler429 = "media4sec.members.views.accounts.too_many"  # allauth asks for it
handler500 = "media4sec.kit.views.broken"
