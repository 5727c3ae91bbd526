"""Reporting, the desk, decisions, and the glass."""
