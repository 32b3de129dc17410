"""The loops that read a tape: evaluate, linearize, push and pull, in any number system."""
