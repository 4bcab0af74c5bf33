"""How well a reader reads: worked briefs with what an expert would extract, and what was read instead."""
