"""The FDA's NDC directory as reference data: read at the border, kept as a whole, searched. It decides nothing."""
