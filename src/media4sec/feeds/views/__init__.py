"""Doors of the room: feeds for people and their software, and what other servers ask."""
