"""Trains the accurate recogniser from the gold; needs torch, which the program itself never does.

    unpack ──► pretrain ──► finetune ──► export
    the base   masked       the gold     int8 ONNX, vocabulary, tags
    encoder    language

What `export` writes is what `recogniser.Recogniser` loads. Every step is seeded.
"""
