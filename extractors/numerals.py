"""Chinese numerals up to 99, as they stand in ordinals and counts (三, 十二, 两)."""

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}


def read_numeral(text: str) -> str:
    """Return a Chinese numeral as Arabic digits ("十二" → "12"); anything else comes back as it is."""
    if not text or any(char not in _DIGITS and char != "十" for char in text):
        return text
    tens, ten, units = text.rpartition("十")
    if not ten:
        return str(_DIGITS[text]) if len(text) == 1 else text
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0))
