"""The chat on a company's website: a visitor writes in a bubble of the page, and agents answer from the desk."""
