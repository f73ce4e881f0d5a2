"""Campaigns and points."""
from __future__ import annotations

from datetime import datetime
from typing import Callable, Optional, Union, cast

from .. import documents
from .._call import NULL, Document, enum_in
from .._callbacks import ProgressFunction, give, progress_of
from .._habeas import lib
from .._times import to_ms
from .._topic import Topic, d, o, od, t
from ..names import Signal
from ..values import HostCall


class Campaigns(Topic):
    """Rules: who enters, what happens then, and when."""

    def define(self, campaign: Document) -> int:
        """Declares one or its next version, and gives the number."""
        return self._number("int32_t *", lib.habeas_campaign_define, *d(campaign))

    def adopt(self, code: str) -> None:
        """Who is on the way goes on with the latest version."""
        self._run(lib.habeas_campaign_adopt, *t(code, "code"))

    def publish(self, code: str) -> None:
        """Also after a pause; what failed is tried again."""
        self._run(lib.habeas_campaign_publish, *t(code, "code"))

    def pause(self, code: str, reason: str = "") -> None:
        """Until it is published again."""
        self._run(lib.habeas_campaign_pause, *t(code, "code"), *t(reason, "reason"))

    def retire(self, code: str) -> None:
        """What was pending is stopped, for good."""
        self._run(lib.habeas_campaign_retire, *t(code, "code"))

    def all(self) -> documents.CampaignList:
        """All of them."""
        return cast(documents.CampaignList, self._document("campaign_list", lib.habeas_campaign_list))

    def find(self, code: str) -> documents.CampaignInfo:
        """One of them."""
        return cast(documents.CampaignInfo, self._document("campaign_info", lib.habeas_campaign_find, *t(code, "code")))

    def enrol(self, code: str, subject: int) -> None:
        """By hand: only where the definition says ``manual``."""
        self._run(lib.habeas_campaign_enrol, *t(code, "code"), subject)

    def remove_member(self, code: str, subject: int) -> None:
        """Stops what is pending for the subject."""
        self._run(lib.habeas_campaign_remove_member, *t(code, "code"), subject)

    def run(self, options: Optional[Document] = None,
            progress: Optional[ProgressFunction] = None) -> documents.CampaignRunReport:
        """The only clock of campaigns: refreshes sources, enrols, does what is due."""
        told = progress_of(progress)
        return cast(documents.CampaignRunReport, self._reported("campaign_run_report", lib.habeas_campaign_run,
                                                                *od(options), told.function, told.user))

    def record_signal(self, subject: int, kind: Union[Signal, str], key: str, at: Optional[datetime] = None) -> None:
        """What persons do; ``key``: code of the template or form. Decisions that wait for it follow."""
        self._run(lib.habeas_campaign_record_signal, subject, enum_in(Signal, kind, "kind"), *t(key, "key"),
                  to_ms(at, "at"))

    def attach_host(self, host: Optional[Callable[[HostCall], object]]) -> None:
        """What events ``call_host`` call, for as long as the store is open. What it raises does not stop a run: the
        step was not done and is tried again later, with the same ``key``."""
        if host is None:
            self._run(lib.habeas_campaign_host_set, NULL, NULL, NULL)
        else:
            self._run(lib.habeas_campaign_host_set, lib.habeas_py_host, give(host), lib.habeas_py_free)

    def simulate(self, start: datetime, until: datetime, code: str = "", limit: int = 0) -> documents.Simulation:
        """What would happen between two times if nobody did anything; nothing is changed."""
        return cast(documents.Simulation, self._document("simulation", lib.habeas_campaign_simulate,
                                                         to_ms(start, "start"), to_ms(until, "until"), *o(code, "code"),
                                                         limit))

    def counts(self, code: str) -> documents.EventCounts:
        """How often each event came to which outcome."""
        return cast(documents.EventCounts, self._document("event_counts", lib.habeas_campaign_counts, *t(code, "code")))

    def show(self, code: str) -> str:
        """The tree with its counts, as text to look at."""
        return self._text(lib.habeas_campaign_show, *t(code, "code"))

    def show_svg(self, code: str) -> str:
        """The same as a drawing."""
        return self._text(lib.habeas_campaign_show_svg, *t(code, "code"))


class Points(Topic):
    """Lead scoring: a profile, so points are kept only of subjects whose profiling is allowed."""

    def define(self, definition: Document) -> None:
        """Takes the place of the former one."""
        self._run(lib.habeas_points_define, *d(definition))

    def definition(self) -> documents.PointsDefinition:
        """As it is now."""
        return cast(documents.PointsDefinition, self._document("points_definition", lib.habeas_points_definition))

    def add(self, subject: int, points: int, reason: str) -> bool:
        """False if profiling is not allowed for the subject, so nothing was kept."""
        return self._number("int32_t *", lib.habeas_points_add, subject, points, *t(reason, "reason")) == 1

    def total(self, subject: int) -> int:
        """The sum, 0 where nothing was kept."""
        return self._number("int64_t *", lib.habeas_points_total, subject)

    def history(self, subject: int) -> documents.PointsHistory:
        """What gave them."""
        return cast(documents.PointsHistory, self._document("points_history", lib.habeas_points_history, subject))
