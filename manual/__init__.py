"""The generated pages of the documentation site: the questions, the model and the command line, in both languages.

`mkdocs.yml` names `manual/hook.py`, which puts them beside the pages in `docs/` whenever the site is built; nothing of
them is kept, so nothing can be stale. The examples are real: every build of the site builds the samples and asks.
"""
