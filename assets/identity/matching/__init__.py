"""Which records are the same person: rules, candidates, comparisons and weights (`steps` says in which order)."""
