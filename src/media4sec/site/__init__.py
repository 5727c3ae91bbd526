"""The front door: home, search, themes, the pages about this site.

Here rooms meet that never meet each other. Words: home, search entry, page.
"""
