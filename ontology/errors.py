"""The errors that policykg shows to people.

    PolicyKGError            our error or a bad document; exit status 1
    ├── UnreadableDocument   a file that cannot be read as text
    ├── BrokenGraph          a graph folder that is missing, foreign or half-built
    ├── QueryFailed          a query the engine refused, with its own words
    │   └── QueryRefused     a query that would leave the machine or change the graph
    ├── EngineFailed         an embedded engine that does not start or answer
    ├── TookTooLong          a question or query that was stopped at its time limit
    └── WrongUse             the caller asked for something that does not exist; exit status 2

Every message is one line: what is wrong, where, and what to do about it.
"""


class PolicyKGError(Exception):
    """Something failed; the message is one line that a person can act on."""

    exit_status = 1


class UnreadableDocument(PolicyKGError):
    """A document cannot be read; the rest of the batch goes on."""


class BrokenGraph(PolicyKGError):
    """A graph folder is missing, is not ours, or lacks a part."""


class QueryFailed(PolicyKGError):
    """A query was refused by its engine."""


class QueryRefused(QueryFailed):
    """A query would leave the machine or change the graph; no engine saw it."""


class EngineFailed(PolicyKGError):
    """An embedded engine did not start, or stopped answering."""


class TookTooLong(PolicyKGError):
    """A question or query was stopped at its time limit: nobody knows what it would have found."""


class WrongUse(PolicyKGError):
    """The caller named something that does not exist or cannot be combined."""

    exit_status = 2
