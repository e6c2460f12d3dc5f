"""Entity lists: the families that each companion's phone carries."""
