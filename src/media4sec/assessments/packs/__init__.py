"""Rule packs: what the law asks of an activity, as data. Nothing here knows a database."""
