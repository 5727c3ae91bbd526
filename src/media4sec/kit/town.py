"""The demo community while it is being furnished: each room adds its part, through its services."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Town:
    """What rooms need of each other while furnishing: people and circles by key, one dice."""

    today: datetime
    dice: random.Random
    password: str
    people: dict[str, Any] = field(default_factory=dict)
    circles: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # lines for the terminal
