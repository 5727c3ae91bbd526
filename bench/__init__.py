"""What we measure: one command prints the table (``make bench``)."""
