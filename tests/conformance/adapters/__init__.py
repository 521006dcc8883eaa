"""One module a topic, each with `answer(case)`."""
