"""Links persons to households and families (`steps`)."""
