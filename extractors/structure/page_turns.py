"""Where one page ends and the next begins in a text file: page numbers, and the lines that come back beside them."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from extractors.structure.words import pattern, words

_LONGEST = 40  # characters of a header or footer
_WORDS = re.compile(r"[^\W\d_]{2}.*[^，。；]$")
_DIGITS = re.compile(r"\d+")


def find_running(lines: Sequence[tuple[int, str]], feeds: Sequence[int]) -> set[int]:
    """Return the offsets of the *lines* (offset, words; none blank) that are page numbers, headers or footers.

    A header or footer stands next to a page number, a form feed (at the offsets *feeds*) or an end of the text, and
    comes back, its digits aside. A title that comes back as header stays where the text begins with it. Offsets are
    those of the raw text.
    """
    numbers = {place for place, (_, line) in enumerate(lines) if len(line) < 20 and pattern("page-number").match(line)}
    if not lines or not (numbers or feeds):
        return set()
    turns = {0, len(lines), *(bisect_left(lines, (feed,)) for feed in feeds)}
    beside = {place + step for place in numbers for step in (-1, 1)} | turns | {turn - 1 for turn in turns}
    masked = {place: _DIGITS.sub("#", lines[place][1]) for place in beside - numbers if 0 <= place < len(lines)}
    often = Counter(line for line in masked.values() if len(line) <= _LONGEST and _WORDS.search(line))
    running = numbers | {place for place, line in masked.items() if often[line] >= 2}
    title = lines[0][1]
    if title.endswith(words("title_end")) and all(line != title for _, line in lines[1:3]):
        running.discard(0)
    return {lines[place][0] for place in running}
