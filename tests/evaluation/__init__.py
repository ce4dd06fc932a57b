"""How well messages are understood and answered, by the questions in `tests/questions`."""
