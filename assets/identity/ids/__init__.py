"""Ids that stay from night to night (`steps`)."""
