"""Moderation: reports, decisions with reasons, and the glass in front of sealed things.

Anybody *reports* what they can see; reports about one thing are one *case*. Moderators
*release* or *decline* what is held, *keep*, *hide* or *restore* what is there. Nothing is
restricted without a *decision*, written first, that says why. What moderators may not
read they open only by *breaking the glass*: an *opening* needs a report, a reason, the
*consent* of a second moderator, and ends after a day. Words: report, case, decision,
opening, consent.
"""
