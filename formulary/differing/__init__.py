"""What a change changes, in the words of the field: pure, from the texts of two versions."""
