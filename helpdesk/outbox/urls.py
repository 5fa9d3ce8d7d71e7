from django.urls import URLPattern, URLResolver, path

from helpdesk.outbox import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.outbox, name="outbox"),
    path("new/", views.write, name="outbox-write"),
    path("<slug:name>/", views.mail, name="outbox-mail"),
    path("<slug:name>/body/", views.body, name="outbox-body"),
    path("<slug:name>/source/", views.source, name="outbox-source"),
    path("<slug:name>/files/<int:place>/", views.file, name="outbox-file"),
    path("<slug:name>/answer/", views.answer, name="outbox-answer"),
]
