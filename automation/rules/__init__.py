"""What is done by itself: when something happened, or when time has passed."""
