"""Who gets which ticket: to those who are there, as far as they have room, one after the other."""
