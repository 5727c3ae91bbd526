"""Addresses of people: the directory, oneself, the welcome, administration."""

from django.urls import path

from media4sec.members.views import accounts, administration, affiliations, people

urlpatterns = [
    path("people/", people.directory, name="directory"),
    path("people/<int:pk>/", people.profile, name="profile"),
    path("welcome/", people.welcome, name="welcome"),
    path("welcome/done/", people.welcomed, name="welcomed"),
    path("welcome/<slug:step>/", people.welcome, name="welcome"),
    path("me/", people.me, name="me"),
    path("me/profile/", people.edit_profile, name="edit_profile"),
    path("me/audience/", people.audience, name="audience"),
    path("me/access-log/", people.access_log, name="access_log"),
    path("me/data/", people.my_data, name="my_data"),
    path("me/data/download/", people.download, name="download"),
    path("me/close/", people.close, name="close_account"),
    path("me/sessions/<int:pk>/end/", accounts.end_session, name="end_session"),
    path("me/second-step.svg", accounts.second_step, name="second_step"),
    path("me/address/one-more-step/", accounts.half_confirmed, name="address_half_confirmed"),
    path("me/address/<str:token>/", accounts.agree_to_address, name="agree_to_address"),
    path("me/affiliations/", affiliations.mine, name="affiliations"),
    path("me/affiliations/ask/", affiliations.ask, name="ask_affiliation"),
    path("me/affiliations/by-address/", affiliations.by_address, name="affiliate_by_address"),
    path("me/affiliations/<int:pk>/take-back/", affiliations.take_back, name="take_back"),
    path("me/vouch/", affiliations.vouching, name="vouching"),
    path("me/vouch/<int:pk>/", affiliations.vouch, name="vouch"),
    path("administration/members/", administration.members, name="administration"),
    path("administration/members/<int:pk>/", administration.member, name="administer_member"),
    path("administration/members/<int:pk>/suspend/", administration.suspend, name="suspend"),
    path("administration/members/<int:pk>/restore/", administration.restore, name="restore"),
    path(
        "administration/members/<int:pk>/appoint/<str:office>/",
        administration.appoint,
        name="appoint",
    ),
    path(
        "administration/members/<int:pk>/dismiss/<str:office>/",
        administration.dismiss,
        name="dismiss",
    ),
    path("administration/members/<int:pk>/confirm/", administration.grant, name="grant"),
    path("administration/groups/<int:pk>/withdraw/", administration.withdraw, name="withdraw"),
    path("administration/groups/<int:pk>/decline/", administration.decline, name="decline"),
    path("administration/organisations/", administration.organisations, name="organisations"),
    path("administration/organisations/add/", administration.add, name="add_organisation"),
    path("administration/organisations/<int:pk>/", administration.revise, name="organisation"),
]
