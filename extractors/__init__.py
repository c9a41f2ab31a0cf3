"""From a file to what it says: readers, outline, mentions, links, claims. Imports `ontology` and nothing of `graph`."""
