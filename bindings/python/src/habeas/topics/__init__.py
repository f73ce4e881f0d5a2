"""The topics of a store, one module a group."""
from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .backups import Backups, Journal
from .breaches import Breaches
from .campaigns import Campaigns, Points
from .consents import Consents, Deciding, Suppression
from .erasure import Erasures, Exports, Imports
from .forms import Forms, Optins, Pages
from .messages import Deliveries, Messages, Outbox, Templates
from .processors import Processors
from .purposes import Fields, Purposes
from .requests import Holders, Requests
from .segments import Changes, Retention, Segments, Tags
from .subjects import Organisations, Subjects

if TYPE_CHECKING:
    from ..store import Store


class Topics:
    """Each is made when it is asked for, so that a store and its topics hold no circle."""

    @property
    def subjects(self) -> Subjects:
        """See :class:`Subjects`."""
        return Subjects(cast("Store", self))

    @property
    def organisations(self) -> Organisations:
        """See :class:`Organisations`."""
        return Organisations(cast("Store", self))

    @property
    def fields(self) -> Fields:
        """See :class:`Fields`."""
        return Fields(cast("Store", self))

    @property
    def purposes(self) -> Purposes:
        """See :class:`Purposes`."""
        return Purposes(cast("Store", self))

    @property
    def consents(self) -> Consents:
        """See :class:`Consents`."""
        return Consents(cast("Store", self))

    @property
    def decisions(self) -> Deciding:
        """See :class:`Deciding`."""
        return Deciding(cast("Store", self))

    @property
    def suppression(self) -> Suppression:
        """See :class:`Suppression`."""
        return Suppression(cast("Store", self))

    @property
    def erasures(self) -> Erasures:
        """See :class:`Erasures`."""
        return Erasures(cast("Store", self))

    @property
    def exports(self) -> Exports:
        """See :class:`Exports`."""
        return Exports(cast("Store", self))

    @property
    def imports(self) -> Imports:
        """See :class:`Imports`."""
        return Imports(cast("Store", self))

    @property
    def segments(self) -> Segments:
        """See :class:`Segments`."""
        return Segments(cast("Store", self))

    @property
    def tags(self) -> Tags:
        """See :class:`Tags`."""
        return Tags(cast("Store", self))

    @property
    def changes(self) -> Changes:
        """See :class:`Changes`."""
        return Changes(cast("Store", self))

    @property
    def retention(self) -> Retention:
        """See :class:`Retention`."""
        return Retention(cast("Store", self))

    @property
    def processors(self) -> Processors:
        """See :class:`Processors`."""
        return Processors(cast("Store", self))

    @property
    def breaches(self) -> Breaches:
        """See :class:`Breaches`."""
        return Breaches(cast("Store", self))

    @property
    def requests(self) -> Requests:
        """See :class:`Requests`."""
        return Requests(cast("Store", self))

    @property
    def holders(self) -> Holders:
        """See :class:`Holders`."""
        return Holders(cast("Store", self))

    @property
    def templates(self) -> Templates:
        """See :class:`Templates`."""
        return Templates(cast("Store", self))

    @property
    def messages(self) -> Messages:
        """See :class:`Messages`."""
        return Messages(cast("Store", self))

    @property
    def outbox(self) -> Outbox:
        """See :class:`Outbox`."""
        return Outbox(cast("Store", self))

    @property
    def deliveries(self) -> Deliveries:
        """See :class:`Deliveries`."""
        return Deliveries(cast("Store", self))

    @property
    def forms(self) -> Forms:
        """See :class:`Forms`."""
        return Forms(cast("Store", self))

    @property
    def optins(self) -> Optins:
        """See :class:`Optins`."""
        return Optins(cast("Store", self))

    @property
    def pages(self) -> Pages:
        """See :class:`Pages`."""
        return Pages(cast("Store", self))

    @property
    def campaigns(self) -> Campaigns:
        """See :class:`Campaigns`."""
        return Campaigns(cast("Store", self))

    @property
    def points(self) -> Points:
        """See :class:`Points`."""
        return Points(cast("Store", self))

    @property
    def backups(self) -> Backups:
        """See :class:`Backups`."""
        return Backups(cast("Store", self))

    @property
    def journal(self) -> Journal:
        """See :class:`Journal`."""
        return Journal(cast("Store", self))
