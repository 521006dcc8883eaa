"""batch_records."""
