"""Telling people, gently: watching, notices, letters, the newsletter.

A member *watches* things, circles, themes and kinds. What happened there becomes a *notice*;
notices become *letters* in the member's *rhythm*. The *newsletter* is for everybody.
Words: watch, notice, rhythm, quiet hours, letter, subscriber.
"""
