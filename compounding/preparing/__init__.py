"""One dose from the queue to the patient: its states, who may move it, what must hold, and its record."""
