"""The shape of what people send: accounts, profiles, groups, circles."""
