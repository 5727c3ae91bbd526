"""MEDI@4SEC Community: how we work with social media for public security, never whom we watch."""

__version__ = "0.1.0"
