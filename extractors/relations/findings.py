"""What one relation module hands back."""

from dataclasses import dataclass, field

from ontology.records import Claim, Entity


@dataclass(slots=True)
class Findings:
    """Entities introduced and claims made, in reading order."""

    entities: list[Entity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def extend(self, other: "Findings") -> None:
        """Take over everything in *other*."""
        self.entities.extend(other.entities)
        self.claims.extend(other.claims)
