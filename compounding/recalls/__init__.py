"""Recalls: what was touched is held wherever it is, everybody is told, and nothing is forgotten until all of it is decided."""
