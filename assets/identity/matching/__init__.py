"""Links records of the same person: rules, candidates, comparisons and weights, in the order of `steps`."""
