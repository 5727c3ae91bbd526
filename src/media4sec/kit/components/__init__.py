"""The parts pages are made of, as functions; ``templatetags/kit.py`` gives them to templates.

The small ones (icon, label, face, byline, time) stand on a page sixty times, so they are
strings kept ready, not templates.
"""
