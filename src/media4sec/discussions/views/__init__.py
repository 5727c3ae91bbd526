"""What discussions show, and what they take: a request in, one call, a page out."""
