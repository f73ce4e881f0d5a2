"""The smallest project that shows how a host links habeas to its own tables. Not for production as it stands."""
import os
from pathlib import Path

BASE_DIR = Path(os.environ.get("SHOP_FOLDER", Path(__file__).resolve().parent))
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only-for-trying-out")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware",
              "django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
# Django's own SQLite file and the store are two files: two copies of SQLite must never meet on one.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "shop.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
HABEAS_STORE = BASE_DIR / "shop.habeas"
