"""Patients and orders: parsed once at the border into values that cannot be wrong."""
