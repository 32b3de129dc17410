"""Text to tape: the grammar, the lexer, what names mean, and what is refused."""
