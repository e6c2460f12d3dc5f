"""Progress of visits between two nights, from submissions that no load has taken in yet."""
