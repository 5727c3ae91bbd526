"""The room's addresses. Those of the fediverse never change: others keep them."""

from django.urls import path

from media4sec.feeds.views import federation, feeds, inbox, peers

app_name = "feeds"
urlpatterns = [
    path("feeds/", feeds.index, name="index"),
    path("feeds/all.opml", feeds.opml, name="opml"),
    path("feeds/<slug:channel>.atom", feeds.atom, name="atom"),
    path("feeds/<slug:channel>.json", feeds.json, name="json"),
    path("feeds/<slug:channel>.ics", feeds.calendar, name="calendar"),
    path("cards/<str:ref>.png", feeds.social_card, name="card"),
    path(".well-known/webfinger", federation.webfinger, name="webfinger"),
    path(".well-known/nodeinfo", federation.nodeinfo_links, name="nodeinfo_links"),
    path("nodeinfo/2.1", federation.nodeinfo, name="nodeinfo"),
    path("actors/<slug:name>/", federation.actor, name="actor"),
    path("actors/<slug:name>/outbox/", federation.outbox, name="outbox"),
    path("actors/<slug:name>/followers/", federation.followers, name="followers"),
    path("actors/<slug:name>/inbox/", inbox.inbox, name="inbox"),
    path("inbox/", inbox.inbox, name="shared_inbox"),
    path("notes/<str:ref>/", federation.note, name="note"),
    path("echoes/<int:pk>/", peers.echo, name="echo"),
    path("echoes/of/<str:ref>/", peers.echoes, name="echoes"),
    path("administration/servers/", peers.peers, name="peers"),
    path("administration/servers/<int:pk>/unblock/", peers.unblock, name="unblock"),
]
