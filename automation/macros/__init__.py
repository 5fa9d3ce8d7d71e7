"""Answers and steps that agents choose from the composer."""
