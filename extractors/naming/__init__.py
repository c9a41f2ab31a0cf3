"""How names are cut out of a sentence: boundaries, tails, lexicons, lists, weighed candidates; extractors share it."""
