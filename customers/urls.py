from django.urls import URLPattern, URLResolver, path

from customers import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/", views.customers, name="customers"),
    path("customers/suggestions/", views.suggestions, name="customer-suggestions"),
    path("customers/<int:customer_id>/", views.CustomerPage.as_view(), name="customer"),
    path("customers/<int:customer_id>/notes/", views.Notes.as_view(), name="customer-notes"),
    path("customers/<int:customer_id>/identities/", views.Identities.as_view(), name="customer-identities"),
    path("customers/<int:customer_id>/erasure/", views.Erasure.as_view(), name="customer-erasure"),
    path("customers/<int:customer_id>/merges/", views.Merges.as_view(), name="customer-merges"),
    path(
        "customers/<int:customer_id>/merges/<int:merge_id>/", views.MergeOf.as_view(), name="customer-merge"
    ),
]
