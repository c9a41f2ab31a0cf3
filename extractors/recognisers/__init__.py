"""Trained recognisers: they read a document without the rules, and say how probable any mention is.

    models.py     which there are, and where their weights lie
    accurate.py   a fine-tuned encoder          fast.py       convolutions over characters, and known names
    stretches.py  a document cut into stretches pieces.py     a stretch cut into the encoder's pieces
    sequences.py  tag scores to mentions (CRF)  opinions.py   mentions of a document, chances of others
    sessions.py   onnxruntime

How they are trained is in the folder `training`; who wins where a rule says something else, in `resolution.py`.
"""
