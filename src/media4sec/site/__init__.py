"""The front door: home, search, themes.

Here rooms meet that never meet each other. Words: home, search entry.
"""
