"""Can we do this? The ethics, legal and data-protection check of a planned use of social media."""
