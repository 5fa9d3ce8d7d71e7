from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"

    def ready(self) -> None:
        from helpdesk import celery  # noqa: F401  (tasks bind to this queue)
        from helpdesk.outbox import checks  # noqa: F401  (registers them)
