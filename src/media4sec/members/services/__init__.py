"""The verbs: people and their accounts, confirmed groups, circles."""
