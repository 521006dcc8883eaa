"""Lots received, held, recalled and used; and what a scanned code is."""
