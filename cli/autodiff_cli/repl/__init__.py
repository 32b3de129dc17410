"""The conversation: what is typed at a prompt, or comes through a pipe, line by line."""
