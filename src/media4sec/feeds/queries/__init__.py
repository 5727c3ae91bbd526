"""What feeds, cards and other servers are told: only what is public this very moment."""

from media4sec.feeds.queries.channels import Channel as Channel
from media4sec.feeds.queries.channels import FeedPage as FeedPage
from media4sec.feeds.queries.channels import channel as channel
from media4sec.feeds.queries.channels import channels as channels
from media4sec.feeds.queries.channels import chosen as chosen
from media4sec.feeds.queries.channels import dates as dates
from media4sec.feeds.queries.channels import feed_page as feed_page
from media4sec.feeds.queries.federation import PeersPage as PeersPage
from media4sec.feeds.queries.federation import actor as actor
from media4sec.feeds.queries.federation import actors as actors
from media4sec.feeds.queries.federation import answered_by as answered_by
from media4sec.feeds.queries.federation import echo_count as echo_count
from media4sec.feeds.queries.federation import echo_entry as echo_entry
from media4sec.feeds.queries.federation import echoes_of as echoes_of
from media4sec.feeds.queries.federation import fetch_echoes as fetch_echoes
from media4sec.feeds.queries.federation import follower_count as follower_count
from media4sec.feeds.queries.federation import held_echoes as held_echoes
from media4sec.feeds.queries.federation import is_blocked as is_blocked
from media4sec.feeds.queries.federation import outbox as outbox
from media4sec.feeds.queries.federation import peers_page as peers_page
from media4sec.feeds.queries.federation import said_by as said_by
from media4sec.feeds.queries.federation import was_public as was_public
from media4sec.feeds.queries.publications import live as live
from media4sec.feeds.queries.publications import public_entry as public_entry
from media4sec.feeds.queries.publications import publication_at as publication_at
from media4sec.feeds.queries.publications import syndicated as syndicated
