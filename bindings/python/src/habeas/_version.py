"""The version of the package; a test holds it against the library's."""
__version__ = "0.1.0"
