"""Moderation: reports, and the glass in front of sealed things.

Anybody *reports* what they can see. Moderators read what every member reads; what
they may not read they open only by *breaking the glass*: an *opening* needs a
report, a reason, the *consent* of a second moderator, ends after a day, and leaves
a line in the author's and the circle's access log. Words: report, opening, consent.
"""
