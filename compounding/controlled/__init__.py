"""Controlled drugs: each vial in, drawn, wasted and left; waste before a witness; counts; discrepancies."""
