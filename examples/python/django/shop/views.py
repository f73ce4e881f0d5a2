"""What people see: one form of the shop's own, and the pages of habeas as they are."""
from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from shop import privacy
from shop.models import Customer


@require_POST
def signup(request: HttpRequest) -> HttpResponse:
    """A customer, and their consent with what proves it: which words they saw, where, when."""
    email = request.POST.get("email", "")
    store = privacy.store()
    try:
        customer, _ = Customer.objects.get_or_create(email=email.strip().lower())
        subject = privacy.subject_of(customer)
    except ValueError:
        return HttpResponseBadRequest("Please give an e-mail address")
    if request.POST.get("news") == "yes":
        store.consents.record("granted", subject, "newsletter", "email", text_version=1, method="form", language="en",
                              form="shop-signup", ip=request.META.get("REMOTE_ADDR", ""),
                              user_agent=request.META.get("HTTP_USER_AGENT", ""))
    return HttpResponse("Thank you")


@csrf_exempt  # the pages carry tokens of their own; mail programs post without a cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, page: str) -> HttpResponse:
    """Status, headers and page as habeas gives them."""
    pages, more = privacy.store().pages, {"ip": request.META.get("REMOTE_ADDR", ""),
                                          "user_agent": request.META.get("HTTP_USER_AGENT", "")}
    made = pages.post(page, request.body, **more) if request.method == "POST" else pages.get(page, **more)
    response = HttpResponse(made["html"], status=made["status"])
    for name, value in made["headers"].items():
        response[name] = value
    return response
