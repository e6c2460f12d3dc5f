"""Pages for supervisors, and sheets for companions to print."""
