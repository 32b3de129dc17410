"""Worksheet to text, one module for each format. Renderers compute nothing."""
