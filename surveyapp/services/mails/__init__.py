"""What leaves by mail: its words, its queue, its reminders and its failures."""
