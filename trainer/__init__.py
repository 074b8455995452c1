"""Recipe to teacher, student and distilled checkpoint; stands on qareport."""
