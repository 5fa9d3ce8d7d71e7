"""The pages of this room: signing in, settings, the shell."""
