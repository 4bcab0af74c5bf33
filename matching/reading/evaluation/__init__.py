"""How well a reader reads: worked briefs with what a careful expert would extract, and what was read instead."""
