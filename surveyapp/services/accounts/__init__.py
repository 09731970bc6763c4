"""Who may sign in, how, and what they find of their own."""
