"""The host's own tables. They know habeas by one number."""
from django.db import models


class Customer(models.Model):
    """A person, in the shop's words."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    subject = models.BigIntegerField(null=True, unique=True)  # the number in habeas
    restricted = models.BooleanField(default=False)  # art. 18: kept, not used


class Order(models.Model):
    """What was bought. The invoice has to be kept for ten years; the rest goes with the person."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL)
    placed_at = models.DateTimeField()
    total = models.DecimalField(max_digits=10, decimal_places=2)
    address = models.TextField(blank=True)
    invoice_number = models.CharField(max_length=20, blank=True)


class Basket(models.Model):
    """What was not bought."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    content = models.TextField()
