"""Batches made ahead of any order: proposed from history, made and checked like a dose, kept as serialised units."""
