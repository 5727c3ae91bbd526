"""The addresses of circles and invitations; ``urls.py`` takes them in."""

from django.urls import path

from media4sec.members.views import circles, invitations

urlpatterns = [
    path("circles/", circles.circles, name="circles"),
    path("circles/new/", circles.found, name="found"),
    path("circles/invited/<int:pk>/", invitations.my_invitation, name="my_invitation"),
    path("circles/<slug:slug>/", circles.circle, name="circle"),
    path("circles/<slug:slug>/about/", circles.circle_about, name="circle_about"),
    path("circles/<slug:slug>/members/", circles.circle_members, name="circle_members"),
    path("circles/<slug:slug>/desk/", circles.circle_desk, name="circle_desk"),
    path("circles/<slug:slug>/enter/", circles.enter, name="enter"),
    path("circles/<slug:slug>/leave/", circles.leave, name="leave"),
    path("circles/<slug:slug>/ask/", circles.ask, name="ask"),
    path("circles/<slug:slug>/requests/<int:pk>/", circles.answer, name="answer_request"),
    path(
        "circles/<slug:slug>/requests/<int:pk>/withdraw/",
        circles.withdraw_request,
        name="withdraw_request",
    ),
    path("circles/<slug:slug>/invite/", invitations.invite, name="invite"),
    path(
        "circles/<slug:slug>/invitations/<int:pk>/withdraw/",
        invitations.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("circles/<slug:slug>/members/<int:pk>/host/", circles.make_host, name="make_host"),
    path("circles/<slug:slug>/members/<int:pk>/hand-over/", circles.hand_over, name="hand_over"),
    path("circles/<slug:slug>/members/<int:pk>/remove/", circles.remove_member, name="remove"),
    path("circles/<slug:slug>/step-down/", circles.step_down, name="step_down"),
    path("circles/<slug:slug>/take-over/", circles.take_over, name="take_over"),
    path("circles/<slug:slug>/edit/", circles.revise, name="revise_circle"),
    path("circles/<slug:slug>/kind/", circles.close_further, name="close_further"),
    path("circles/<slug:slug>/archive/", circles.archive, name="archive_circle"),
    path("circles/<slug:slug>/reopen/", circles.reopen, name="reopen_circle"),
    path("invitations/<str:key>/", invitations.invitation, name="invitation"),
]
