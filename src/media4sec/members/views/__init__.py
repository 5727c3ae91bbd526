"""HTTP into one call: accounts, people, groups, administration, circles."""
