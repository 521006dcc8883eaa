"""Substitution: for a time, a released alternative takes the place of how something is usually made."""
