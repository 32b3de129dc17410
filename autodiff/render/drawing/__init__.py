"""Pictures of a computation graph: as text, as SVG and PNG, for Graphviz and for Mermaid."""
