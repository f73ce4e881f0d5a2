"""Erasure (art. 17) and exports (arts. 15 and 20)."""
from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union, cast

from .. import documents
from .._call import Arguments, Document, check, enum_in, optional_document
from .._callbacks import ProgressFunction, progress_of
from .._habeas import ffi, lib
from .._times import to_ms
from .._topic import Topic, d, numbers, t
from ..names import BundleFormat, Proof


class Erasures(Topic):
    """Provable erasure.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     ada = store.subjects.create({"email": "ada@example.org"})
    ...     result = store.erasures.execute(ada)
    ...     result["already"], store.subjects.find("email", "ada@example.org")
    (False, None)
    """

    def plan(self, subject: int) -> documents.ErasurePlan:
        """What would go, what would stay and why; ``DeniedError`` while a hold keeps it back."""
        return cast(documents.ErasurePlan, self._document("erasure_plan", lib.habeas_erasure_plan, subject))

    def execute(self, subject: int, *, suppress: bool = True, ground: str = "",
                proofs: Optional[Mapping[str, Union[Proof, str]]] = None, proof_until: Optional[datetime] = None,
                ) -> documents.ErasureResultsItem:
        """Erases one; again succeeds and says so. See :meth:`execute_many`."""
        return self.execute_many([subject], suppress=suppress, ground=ground, proofs=proofs,
                                 proof_until=proof_until)[0]

    def execute_many(self, subjects: Sequence[int], *, suppress: bool = True, ground: str = "",
                     proofs: Optional[Mapping[str, Union[Proof, str]]] = None, proof_until: Optional[datetime] = None,
                     progress: Optional[ProgressFunction] = None) -> documents.ErasureResults:
        """Erases many in one transaction, then their bytes. Without ``suppress`` no keyed hashes stay, so an
        import or a restored backup may bring them back. ``ground``: ``"17(1)(b)"`` unless given; ``proofs``: what
        stays provable, by purpose."""
        kept, told = Arguments(), progress_of(progress)
        options = kept.keep(ffi.new("habeas_erasure_options *"))
        options.struct_size = ffi.sizeof("habeas_erasure_options")
        options.without_suppression = int(not suppress)
        kept.text(options.ground, ground, "ground")
        options.proof_until = to_ms(proof_until, "proof_until")
        if proofs:
            array = kept.keep(ffi.new("habeas_proof[]", len(proofs)))
            for at, (purpose, proof) in enumerate(proofs.items()):
                kept.text(array[at].purpose, purpose, "proofs")
                array[at].proof = enum_in(Proof, proof, f"proofs/{purpose}")
            options.proofs, options.proof_count = array, len(proofs)
        given, count = numbers(subjects)
        return cast(documents.ErasureResults, self._document(
            "erasure_results", lib.habeas_erasure_execute, given, count, options, told.function, told.user))

    def receipt(self, subject: int) -> documents.ErasureReceipt:
        """Without personal data."""
        return cast(documents.ErasureReceipt, self._document("erasure_receipt", lib.habeas_erasure_receipt, subject))

    def check_commitment(self, commitment: Union[str, Document]) -> bool:
        """Does what a person brings fit what stayed in the audit chain?"""
        text = t(commitment, "commitment") if isinstance(commitment, str) else d(commitment)
        return self._number("int32_t *", lib.habeas_erasure_check_commitment, *text) == 1

    def open_proof(self, subject: int, purpose: str, *, ground: str) -> List[documents.Commitment]:
        """Reads sealed evidence (art. 17(3)(e)). The ground is recorded first."""
        return cast(List[documents.Commitment], json.loads(self._text(
            lib.habeas_erasure_open_proof, subject, *t(purpose, "purpose"), *t(ground, "ground"))))


class Exports(Topic):
    """What a person gets of their data, and tables of many for others."""

    def _options(self, kept: Arguments, preview: bool, language: str, recipient: str, password: str) -> Any:
        out = kept.keep(ffi.new("habeas_bundle_options *"))
        out.struct_size = ffi.sizeof("habeas_bundle_options")
        out.preview = int(preview)
        kept.text(out.language, language, "language")
        kept.text(out.recipient, recipient, "recipient")
        kept.text(out.password, password, "password")
        return out

    def json(self, subject: int, *, preview: bool = False, language: str = "", recipient: str = "") -> Dict[str, Any]:
        """A person's data, structured and machine-readable (art. 20(1)); times are text, for handing out.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     ada = store.subjects.create({"email": "ada@example.org"})
        ...     store.exports.json(ada, preview=True)["subject"]["id"] == ada
        True
        """
        kept = Arguments()
        return cast(Dict[str, Any], json.loads(self._text(
            lib.habeas_export_json, subject, self._options(kept, preview, language, recipient, ""))))

    def html(self, subject: int, *, preview: bool = False, language: str = "", recipient: str = "") -> str:
        """The page for the person: one document that needs nothing else."""
        kept = Arguments()
        return self._text(lib.habeas_export_html, subject, self._options(kept, preview, language, recipient, ""))

    def csv(self, subject: int, *, preview: bool = False, language: str = "", recipient: str = "") -> str:
        """One header row and one row, safe against formula injection."""
        kept = Arguments()
        return self._text(lib.habeas_export_csv, subject, self._options(kept, preview, language, recipient, ""))

    def file(self, subject: int, path: Union[str, os.PathLike[str]],
             format: Union[BundleFormat, str] = BundleFormat.ZIP, *, preview: bool = False, language: str = "",
             recipient: str = "", password: str = "") -> None:
        """The same as a new file (mode 0600), which an erasure deletes, as does the tick after 30 days."""
        kept = Arguments()
        self._run(lib.habeas_export_file, subject, *t(os.fspath(path), "path"),
                  enum_in(BundleFormat, format, "format"), self._options(kept, preview, language, recipient, password))

    def many(self, path: Union[str, os.PathLike[str]], options: Document,
             progress: Optional[ProgressFunction] = None) -> int:
        """CSV of many to a new file; ``options`` name the recipient at least. Gives how many rows."""
        told, out = progress_of(progress), ffi.new("uint64_t *")
        check(lib.habeas_export_many(self._handle, *t(os.fspath(path), "path"), *d(options), told.function, told.user,
                                     out))
        return int(out[0])


class Imports(Topic):
    """CSV as a stream. Importing a contact makes nobody mailable: consent comes only from columns declared as
    consent, with their evidence."""

    def contacts(self, path: Union[str, os.PathLike[str]], options: Optional[Document] = None,
                 progress: Optional[ProgressFunction] = None) -> documents.ImportReport:
        """``progress`` counts bytes; what it stops stays as far as it came: ``report`` of the error says how far."""
        return self._import(lib.habeas_import_contacts, t(os.fspath(path), "path"), options, progress)

    def contacts_text(self, csv: Union[str, bytes], options: Optional[Document] = None,
                      progress: Optional[ProgressFunction] = None) -> documents.ImportReport:
        r"""The same from memory.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     report = store.imports.contacts_text("email\nada@example.org\nno address\n")
        ...     report["created"], report["rejected"]
        (1, 1)
        """
        return self._import(lib.habeas_import_contacts_text, _bytes(csv), options, progress)

    def consents(self, path: Union[str, os.PathLike[str]], options: Optional[Document] = None,
                 progress: Optional[ProgressFunction] = None) -> documents.ImportReport:
        """CSV of consent events; the same file again adds nothing."""
        return self._import(lib.habeas_import_consents, t(os.fspath(path), "path"), options, progress)

    def consents_text(self, csv: Union[str, bytes], options: Optional[Document] = None,
                      progress: Optional[ProgressFunction] = None) -> documents.ImportReport:
        """The same from memory."""
        return self._import(lib.habeas_import_consents_text, _bytes(csv), options, progress)

    def preview_migration(self, platform: str, options: Document,
                          progress: Optional[ProgressFunction] = None) -> documents.MigrationReport:
        """What :meth:`migrate` would do; nothing is kept. ``progress`` must not call the store."""
        return self._migration(lib.habeas_migration_preview, platform, options, progress)

    def migrate(self, platform: str, options: Document,
                progress: Optional[ProgressFunction] = None) -> documents.MigrationReport:
        """People and opt-outs of another platform (``"mautic"``, ``"hubspot"``): opt-outs first, every row accounted
        for. What ``progress`` stops goes on where it was when it is done again."""
        return self._migration(lib.habeas_migration_run, platform, options, progress)

    def _migration(self, function: Any, platform: str, options: Document,
                   progress: Optional[ProgressFunction]) -> documents.MigrationReport:
        told = progress_of(progress)
        return cast(documents.MigrationReport, self._reported(
            "migration_report", function, *t(platform, "platform"), *optional_document(options), told.function,
            told.user))

    def _import(self, function: Any, what: Any, options: Optional[Document],
                progress: Optional[ProgressFunction]) -> documents.ImportReport:
        told = progress_of(progress)
        return cast(documents.ImportReport, self._reported(
            "import_report", function, *what, *optional_document(options), told.function, told.user))


def _bytes(csv: Union[str, bytes]) -> Any:
    data = csv.encode() if isinstance(csv, str) else csv
    return data, len(data)
