"""What is promised, held and erased about one person."""
