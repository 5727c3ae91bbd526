"""Addresses where members write, answer, keep order and decide who reads."""

from django.urls import path

from media4sec.discussions.views import answering, order, sharing, writing

urlpatterns = [
    path("discussions/new/", writing.start, name="start"),
    path("discussions/mentions/", answering.mentions_new, name="mentions_new"),
    path("t/<int:pk>/mentions/", answering.mentions_in, name="mentions"),
    path("t/<int:pk>/reply/", writing.reply, name="reply"),
    path("t/<int:pk>/edit/", writing.edit_topic, name="edit_topic"),
    path("r/<int:pk>/edit/", writing.edit_reply, name="edit_reply"),
    path("t/<int:pk>/delete/", writing.delete_topic, name="delete_topic"),
    path("r/<int:pk>/delete/", writing.delete_reply, name="delete_reply"),
    path("r/<int:pk>/accept/", answering.accept, name="accept"),
    path("t/<int:pk>/take-back/", answering.take_back, name="take_back"),
    path("t/<int:pk>/react/<slug:word>/", answering.react_topic, name="react_topic"),
    path("r/<int:pk>/react/<slug:word>/", answering.react_reply, name="react_reply"),
    path("t/<int:pk>/follow/", answering.follow, name="follow"),
    path("t/<int:pk>/pin/", order.step, {"name": "pin"}, name="pin"),
    path("t/<int:pk>/unpin/", order.step, {"name": "unpin"}, name="unpin"),
    path("t/<int:pk>/lock/", order.step, {"name": "lock"}, name="lock"),
    path("t/<int:pk>/unlock/", order.step, {"name": "unlock"}, name="unlock"),
    path("t/<int:pk>/move/", order.move, name="move"),
    path("t/<int:pk>/narrow/", sharing.narrow_topic, name="narrow_topic"),
    path("r/<int:pk>/narrow/", sharing.narrow_reply, name="narrow_reply"),
    path("t/<int:pk>/widen/", sharing.widen, name="widen"),
    path("t/<int:pk>/propose-widening/", sharing.propose, name="propose_widening"),
    path("t/<int:pk>/widening/", sharing.answer, name="answer_widening"),
    path("t/<int:pk>/seal/", sharing.seal, name="seal"),
    path("t/<int:pk>/reveal/", sharing.reveal, name="reveal"),
]
