"""Chinese numerals: ordinals and years (十二, 二〇二四), counts (三十五, 两千), halves (半)."""

_DIGITS = {
    char: value
    for value, chars in enumerate(("〇○零", "一", "二两双", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000}


def to_number(numeral: str) -> int:
    """Return the value of an ordinal (`十二`, `12`) or a year in digits (`二〇二四`); raises ValueError."""
    if numeral.isdecimal():
        return int(numeral)
    if numeral and all(char in _DIGITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    count = read_count(numeral)
    if count is None:
        raise ValueError(f"{numeral!r} is no numeral")
    return int(count)


def read_count(words: str) -> float | None:
    """Return the number below 10,000 that Chinese figures spell (`三百二十`, `半`), None where *words* spell none."""
    total, digit = 0.0, 0.0
    for char in words:
        if char == "半":
            digit = 0.5
        elif char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _MULTIPLIERS:
            total += (digit or 1) * _MULTIPLIERS[char]
            digit = 0
        else:
            return None
    return total + digit if words else None
