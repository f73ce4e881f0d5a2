"""Forms, double opt-in, and the pages that people get."""
from __future__ import annotations

from datetime import timedelta
from typing import Dict, Mapping, Optional, Sequence, Tuple, Union, cast

from .. import documents
from .._call import Document, check, document_out, take_text
from .._habeas import ffi, lib
from .._times import seconds
from .._topic import Topic, d, o, od, t

Values = Mapping[str, Union[str, Sequence[str]]]


class Forms(Topic):
    """What a person is asked; what was shown becomes the proof of what was agreed to.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.forms.define({"code": "contact", "fields": [{"name": "email", "type": "email", "label": "E-mail",
    ...                         "maps_to": "email"}]})
    1
    """

    def define(self, form: Document) -> int:
        """Declares one or its next version, and gives the number. Nobody can send it before it is published."""
        return self._number("int32_t *", lib.habeas_form_define, *d(form))

    def publish(self, code: str, override_reason: str = "") -> None:
        """``override_reason``: why what the lint calls an error is right, kept for good."""
        self._run(lib.habeas_form_publish, *t(code, "code"), *t(override_reason, "override_reason"))

    def retire(self, code: str) -> None:
        """No more submissions; what was sent stays."""
        self._run(lib.habeas_form_retire, *t(code, "code"))

    def all(self) -> documents.FormList:
        """Without the retired."""
        return cast(documents.FormList, self._document("form_list", lib.habeas_form_list))

    def find(self, code: str, version: int = 0) -> documents.FormInfo:
        """A version; 0: the latest."""
        return cast(documents.FormInfo, self._document("form_info", lib.habeas_form_find, *t(code, "code"), version))

    def lint(self, form: Document) -> documents.LintFindings:
        """All that the rules of law find in this store. A finding is no failure."""
        return cast(documents.LintFindings, self._document("lint_findings", lib.habeas_form_lint, *d(form)))

    def render(self, code: str, options: Optional[Document] = None, *, draft: bool = False) -> documents.RenderedForm:
        """The published version as HTML; ``draft``: the latest one, to look at."""
        return cast(documents.RenderedForm, self._document("rendered_form", lib.habeas_form_render, *t(code, "code"),
                                                           *od(options), int(draft)))

    def submit(self, code: str, values: Values, context: Optional[Document] = None) -> documents.SubmissionResult:
        """Takes what somebody sent, in one transaction. Values that are wrong are no failure: see ``outcome``."""
        return cast(documents.SubmissionResult, self._document("submission_result", lib.habeas_form_submit,
                                                               *t(code, "code"), *d(values), *od(context)))

    def confirm(self, token: str) -> Optional[int]:
        """Confirms a sign-up by a form; ``None`` where the token does not count."""
        return self._number("int64_t *", lib.habeas_form_confirm, *t(token, "token")) or None

    def submission(self, submission: int) -> documents.Submission:
        """One of them."""
        return cast(documents.Submission, self._document("submission", lib.habeas_form_submission, submission))

    def submissions(self, code: str = "", *, subject: Optional[int] = None, limit: int = 100,
                    after: int = 0) -> documents.SubmissionList:
        """In order of number."""
        return cast(documents.SubmissionList, self._document("submission_list", lib.habeas_form_submissions,
                                                             *o(code, "code"), subject or 0, limit, after))


def lint_form(form: Document) -> documents.LintFindings:
    """What the rules of law find in the definition alone, without a store.

    >>> findings = lint_form({"code": "news", "fields": [{"name": "email", "type": "email", "label": "E-mail"}]})
    >>> {each["severity"] for each in findings} <= {"info", "warning", "error"}
    True
    """
    out = ffi.new("habeas_string *")
    check(lib.habeas_form_lint_definition(*d(form), out))
    return cast(documents.LintFindings, document_out(take_text(out), "lint_findings"))


class Optins(Topic):
    """Double opt-in for pages of one's own; forms do this by themselves."""

    def ask(self, input: Document) -> documents.Optin:
        """Records what is asked and queues the mail; ``withheld`` says why there was none."""
        return cast(documents.Optin, self._document("optin", lib.habeas_optin_ask, *d(input)))

    def look_up(self, token: str) -> Optional[int]:
        """Would this token count now, or has it counted? Changes nothing."""
        return self._number("int64_t *", lib.habeas_optin_look_up, *t(token, "token")) or None

    def confirm(self, token: str, context: Optional[Document] = None) -> Optional[int]:
        """For a POST, never a GET. ``None`` where the token does not count."""
        return self._number("int64_t *", lib.habeas_optin_confirm, *t(token, "token"), *od(context)) or None

    def vouch(self, optin: int, by: str) -> None:
        """The host vouches for the confirmation: who and how."""
        self._run(lib.habeas_optin_vouch, optin, *t(by, "by"))

    def resend(self, optin: int) -> documents.Optin:
        """Another mail with a new token; at most twice."""
        return cast(documents.Optin, self._document("optin", lib.habeas_optin_resend, optin))

    def cancel(self, optin: int) -> None:
        """Its token no longer counts."""
        self._run(lib.habeas_optin_cancel, optin)

    def get(self, optin: int) -> documents.Optin:
        """One of them."""
        return cast(documents.Optin, self._document("optin", lib.habeas_optin_get, optin))

    def all(self, filter: Optional[Document] = None) -> documents.OptinList:
        """``filter``: ``{"state", "subject", "limit", "after"}``."""
        return cast(documents.OptinList, self._document("optin_list", lib.habeas_optin_list, *od(filter)))


class Pages(Topic):
    """Pages of habeas, which the host serves below its setting ``base_url``: ``/unsubscribe/``, ``/preferences/``,
    ``/confirm/`` and ``/request/``, each with a token.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.pages.get("/unsubscribe/no-such-token")["status"]
    404
    """

    def preferences_link(self, subject: int, valid_for: Optional[timedelta] = None) -> str:
        """The address of a person's preference centre: for the person's own address alone. A week unless said."""
        return self._text(lib.habeas_preferences_link, subject, seconds(valid_for, "valid_for"))

    def get(self, path: str, *, language: str = "", ip: str = "", user_agent: str = "") -> documents.Page:
        """Changes nothing. Send status, all headers and ``html`` as they are."""
        return cast(documents.Page, self._document("page", lib.habeas_page_get,
                                                   *d(_request(path, language, ip, user_agent))))

    def post(self, path: str, body: Union[str, bytes], *, language: str = "", ip: str = "",
             user_agent: str = "") -> documents.Page:
        """What its buttons do, and the one-click unsubscribe of mail programs (RFC 8058)."""
        data = body.encode() if isinstance(body, str) else body
        return cast(documents.Page, self._document("page", lib.habeas_page_post,
                                                   *d(_request(path, language, ip, user_agent)), data, len(data)))


def _request(path: str, language: str, ip: str, user_agent: str) -> Dict[str, str]:
    given: Tuple[Tuple[str, str], ...] = (("language", language), ("ip", ip), ("user_agent", user_agent))
    return {"path": path, **{name: value for name, value in given if value}}
