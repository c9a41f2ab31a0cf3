"""What the words mean: classes, shapes, vocabularies, and the records that every other room passes around.

This is the ground floor: it imports nothing of `extractors` or `graph`.
"""
