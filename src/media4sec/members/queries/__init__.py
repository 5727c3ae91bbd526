"""What pages about people and circles need to know, in few queries."""
