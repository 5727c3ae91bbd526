"""What leaves the house: feeds, social cards, and the fediverse.

Only TLP:CLEAR things leave, as their Entry lets them through the door "public". What is out
there is a *publication*; a *channel* is a feed of some of them. Elsewhere a *follower* follows
one of our *actors* and gets *messages* as *deliveries* to a *peer*; an answer from elsewhere is
an *echo*, held for a moderator.
Words: publication, channel, actor, remote actor, follower, message, delivery, peer, echo.
"""
