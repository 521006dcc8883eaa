"""Data of drugs from files that people keep elsewhere: tables as CSV, a whole drug as YAML. Always a draft, never released."""
