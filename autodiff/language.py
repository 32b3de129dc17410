"""The language of messages, under its public name."""

from autodiff.messages import speak as speak
