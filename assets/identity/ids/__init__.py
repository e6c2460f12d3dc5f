"""Keeps ids stable from night to night: assigns earlier ids to components, and records what happens to the ids that
lose.
"""
