from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        import_module("customers.subscribers")
