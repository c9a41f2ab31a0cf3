"""What follows from all documents together: across years, across levels, between a target and its outcome.

    claims of documents ─► Facts ─┬► outcomes    a target and its outcome: met or missed
                                  ├► targets     a target and that of the year before: raised, lowered, not stated
                                  ├► conflicts   values that cannot both hold, names that mean two things
                                  ├► tasks       which task goes on with which, year by year
                                  ├► cascades    which tasks take up those of the level above
                                  └► problems    which tasks take up a problem that was named before

One module is one kind of conclusion, a function in `CONCLUSIONS`. Tasks are compared by `agendas` (what an area plans
for a year), `likeness` (what speaks for a link) and `chances` (how probable that makes it).

Every conclusion is an inferred claim with a confidence and the words of both sides. Nothing is concluded from a claim
that a person rejected, and nothing from silence: "not mentioned" is never "ended". `conclude` runs anew after every
change; the store then keeps what stayed the same.
"""

from collections.abc import Callable, Iterator

from graph.claims import ClaimsStore
from graph.lineage import cascades, conflicts, outcomes, problems, targets, tasks
from graph.lineage.facts import Facts
from ontology.records import Claim, Entity

Conclusion = Callable[[Facts], Iterator[Claim | Entity]]

CONCLUSIONS: tuple[Conclusion, ...] = (
    outcomes.judge_targets,
    targets.compare_targets,
    conflicts.find_conflicts,
    conflicts.find_homonyms,
    tasks.trace_tasks,
    cascades.trace_cascades,
    problems.answer_problems,
)
"""What is concluded; each may yield things that no document names by itself, before the claims that speak of them."""


def conclude(store: ClaimsStore) -> tuple[list[Claim], list[Entity]]:
    """Return the claims that follow from all documents of *store* together, and the things that they introduce."""
    facts = Facts(store)
    claims, entities = [], []
    for conclusion in CONCLUSIONS:
        for found in conclusion(facts):
            if isinstance(found, Entity):
                entities.append(found)
            else:
                claims.append(found)
    return claims, entities
