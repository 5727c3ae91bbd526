"""The shape of what members write about patterns and experiences."""
