"""What is typed one line after another: names that persist, and what is asked about them."""
