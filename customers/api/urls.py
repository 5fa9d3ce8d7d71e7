from django.urls import path

from customers.api.views import CustomerResource

urlpatterns = [
    path("customers/", CustomerResource.as_view({"get": "list", "post": "create"}), name="api-customers"),
    path(
        "customers/<int:pk>/",
        CustomerResource.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-customer",
    ),
    path(
        "customers/<int:pk>/identities/",
        CustomerResource.as_view({"post": "add_identity"}),
        name="api-customer-identities",
    ),
]
