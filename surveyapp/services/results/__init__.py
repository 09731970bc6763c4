"""What is released, to whom, and what is agreed on after it."""
