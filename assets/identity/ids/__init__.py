"""Ids that stay from night to night: who has which earlier id, and what becomes of the ids that lose."""
