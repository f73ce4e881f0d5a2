"""What is declared: fields and purposes with the texts that people agree to."""
from __future__ import annotations

from typing import Union, cast

from .. import documents
from .._call import Document, enum_in
from .._habeas import lib
from .._topic import Topic, d, t
from ..names import Owner


class Fields(Topic):
    """Typed custom fields of subjects and organisations."""

    def define(self, field: Document) -> None:
        """Adds a field, at once whatever the size of the store.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.fields.define({"name": "shoe_size", "type": "number"})
        ...     store.fields.find("shoe_size")["type"]
        'number'
        """
        self._run(lib.habeas_field_define, *d(field))

    def update(self, field: Document) -> None:
        """Labels, choices, default, required, in_exports; class and uniqueness only where the data allows it.
        The document is the whole field, with the type it has."""
        self._run(lib.habeas_field_update, *d(field))

    def rename(self, name: str, to: str, *, owner: Union[Owner, str] = Owner.SUBJECT) -> None:
        """Values stay."""
        self._run(lib.habeas_field_rename, enum_in(Owner, owner, "owner"), *t(name, "name"), *t(to, "to"))

    def retire(self, name: str, *, owner: Union[Owner, str] = Owner.SUBJECT) -> None:
        """The field is kept and exported, but no longer written."""
        self._run(lib.habeas_field_retire, enum_in(Owner, owner, "owner"), *t(name, "name"))

    def remove(self, name: str, *, owner: Union[Owner, str] = Owner.SUBJECT) -> None:
        """Deletes the field and, as in an erasure, every byte of its values."""
        self._run(lib.habeas_field_remove, enum_in(Owner, owner, "owner"), *t(name, "name"))

    def all(self, *, owner: Union[Owner, str] = Owner.SUBJECT) -> documents.FieldList:
        """All of them."""
        return cast(documents.FieldList,
                    self._document("field_list", lib.habeas_field_list, enum_in(Owner, owner, "owner")))

    def find(self, name: str, *, owner: Union[Owner, str] = Owner.SUBJECT) -> documents.Field:
        """One of them."""
        return cast(documents.Field, self._document("field", lib.habeas_field_find, enum_in(Owner, owner, "owner"),
                                                    *t(name, "name")))


class Purposes(Topic):
    """Reasons for processing, each with its lawful basis (art. 6), channels and texts."""

    def define(self, purpose: Document) -> None:
        """Declares a purpose or changes it; gives every subject a consent field ``consent.<code>``.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing",
        ...                            "channels": ["email"]})
        ...     store.purposes.find("newsletter")["basis"]
        'consent'
        """
        self._run(lib.habeas_purpose_define, *d(purpose))

    def add_text(self, purpose: str, text: Document) -> int:
        """Adds the next text version, ``{"texts": [{"language", "text", "label"}]}``, and gives its number; the
        same content again gives the number it has."""
        return self._number("int32_t *", lib.habeas_purpose_add_text, *t(purpose, "purpose"), *d(text))

    def retire(self, purpose: str) -> None:
        """Nothing is allowed for it any more; what was recorded stays."""
        self._run(lib.habeas_purpose_retire, *t(purpose, "purpose"))

    def all(self) -> documents.PurposeList:
        """All of them."""
        return cast(documents.PurposeList, self._document("purpose_list", lib.habeas_purpose_list))

    def find(self, code: str) -> documents.Purpose:
        """One of them, with its texts."""
        return cast(documents.Purpose, self._document("purpose", lib.habeas_purpose_find, *t(code, "code")))
