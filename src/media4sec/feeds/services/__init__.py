"""Verbs of what leaves the house."""

from media4sec.feeds.services.delivering import deliver_due as deliver_due
from media4sec.feeds.services.delivering import deliver_soon as deliver_soon
from media4sec.feeds.services.inbox import receive as receive
from media4sec.feeds.services.peers import block as block
from media4sec.feeds.services.peers import unblock as unblock
from media4sec.feeds.services.publishing import bring_up_to_date as bring_up_to_date
from media4sec.feeds.services.publishing import catch_up as catch_up
from media4sec.feeds.services.publishing import read_activity as read_activity
from media4sec.feeds.services.remote import host_of as host_of
from media4sec.feeds.services.remote import parsed as parsed
from media4sec.feeds.services.remote import remote_actor as remote_actor
from media4sec.feeds.services.telling import forget_old as forget_old
from media4sec.feeds.services.telling import tell as tell
