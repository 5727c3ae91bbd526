"""Figures told with what they cannot tell."""

from __future__ import annotations

from math import sqrt

#: The quantile of the normal distribution that leaves 95 of 100 between it and its mirror.
_Z95 = 1.959964
#: Fewer say nothing that their own list does not say better.
FEWEST = 5


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Between which shares the true one lies, 95 times of 100 (Wilson's score interval, 1927:
    Journal of the American Statistical Association 22, 209-212). Shares from 0 to 1; with no
    tries, all are possible."""
    if not 0 <= hits <= tries:
        raise ValueError("as many hits as tries, or fewer")
    if tries == 0:
        return 0.0, 1.0
    share, z2 = hits / tries, _Z95**2
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    half = _Z95 * sqrt(share * (1 - share) / tries + z2 / (4 * tries**2)) / (1 + z2 / tries)
    return max(0.0, middle - half), min(1.0, middle + half)
