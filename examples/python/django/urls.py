"""Two addresses: the form, and the pages that habeas makes."""
from django.urls import path, re_path
from shop import views

urlpatterns = [
    path("signup", views.signup),
    re_path(r"^p(?P<page>/.*)$", views.page),  # the setting base_url of the store is https://shop.example/p
]
