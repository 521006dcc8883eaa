"""The house's own numbers under change control: rules, beyond-use table, supplies."""
