"""Leaving a reply, and what its writer does with the link in the letter."""
