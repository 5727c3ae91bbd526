"""What the pages and letters of this room need to know."""
