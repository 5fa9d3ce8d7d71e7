"""The demo shop: people and conversations as data, and the loader that lives them through."""
