"""What every room is built from. The kit knows no community.

A thing belongs here when two rooms need it and it would make sense in another
product. It does not belong here when it knows a member, a circle or a topic.
Corridors between rooms: *Kind* (a sort of thing), *Ref* (its address), *Activity*
(what happened), *Link* (what belongs together), *Entry* (how a thing leaves the
house, never further than its marking allows), *Slot* (room for a neighbour's panel).
"""
