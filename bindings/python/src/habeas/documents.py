"""Documents of the library as typed dictionaries: shapes as in ``share/habeas/schemas``.

Times are ``datetime`` in UTC and days are ``date`` where the library gives a document; where it takes one,
they may be such, or text in the form of RFC 3339.
"""
# Made by tools/generate.py: change that, or what it reads.

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Dict, List, Literal, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import NotRequired


class ApplyReport(TypedDict):
    """What applying definitions changed."""

    changes: List[str]


class BackupInfo(TypedDict):
    """What a backup says of itself."""

    format: int
    store: str
    schema_version: int
    page_size: int
    pages: int
    bytes: int
    created_at: Union[datetime, None]
    journal_sequence: int
    key_id: str


BreachOccurred = TypedDict(
    "BreachOccurred",
    {"from": Union[str, None], "until": Union[str, None]},
    total=False,
)


class BreachAffected(TypedDict):
    """Part of a document."""

    filter: NotRequired[Union[Dict[str, Any], List[Any], None]]
    fields: NotRequired[Union[List[str], None]]
    subjects: NotRequired[Union[str, None]]
    persons: NotRequired[Union[int, None]]
    records: NotRequired[Union[int, None]]


class Breach(TypedDict):
    """What is known of a breach."""

    code: str
    title: str
    nature: NotRequired[Union[List[Literal["confidentiality", "integrity", "availability"]], None]]
    description: NotRequired[Union[str, None]]
    occurred: NotRequired[Union[BreachOccurred, None]]
    aware_at: NotRequired[Union[Union[datetime, None], None]]
    processor: NotRequired[Union[str, None]]
    processor_told_at: NotRequired[Union[Union[datetime, None], None]]
    affected: NotRequired[Union[BreachAffected, None]]
    consequences: NotRequired[Union[str, None]]
    measures: NotRequired[Union[str, None]]


class BreachCommunication(TypedDict):
    """The persons were told, or need not be."""

    at: NotRequired[Union[Union[datetime, None], None]]
    how: NotRequired[Union[str, None]]
    ground: NotRequired[Union[Literal["a", "b", "c"], None]]
    reason: NotRequired[Union[str, None]]


class BreachListItemClock(TypedDict):
    """Part of a document."""

    due: datetime
    begins: datetime
    counted: datetime
    working_days_disputed: bool
    overdue: bool


class BreachListItem(TypedDict):
    """Part of a document."""

    breach: str
    number: int
    title: str
    state: Literal["recorded", "assessed", "notified", "closed", "dismissed"]
    risk: Literal["unassessed", "none", "risk", "high"]
    aware_at: datetime
    recorded_at: datetime
    clock: BreachListItemClock
    waits_for: List[Literal["assessment", "authority", "further_information", "persons", "documentation"]]
    persons: Union[int, None]
    notified_at: Union[datetime, None]
    informed_at: Union[datetime, None]
    ground: Union[Literal["34(3)(a)", "34(3)(b)", "34(3)(c)"], None]
    closed_at: Union[datetime, None]


class BreachNotice(TypedDict):
    """The authority was told."""

    at: NotRequired[Union[Union[datetime, None], None]]
    authority: NotRequired[Union[str, None]]
    reference: NotRequired[Union[str, None]]
    reason: NotRequired[Union[str, None]]
    note: NotRequired[Union[str, None]]
    complete: NotRequired[Union[bool, None]]


class BreachQuery(TypedDict):
    """Which breaches."""

    open_only: NotRequired[Union[bool, None]]
    within_hours: NotRequired[Union[int, None]]


class BreachRecordClock(TypedDict):
    """Part of a document."""

    due: datetime
    begins: datetime
    counted: datetime
    working_days_disputed: bool
    overdue: bool


BreachRecordFiguresFieldsItem = TypedDict(
    "BreachRecordFiguresFieldsItem",
    {"class": Literal["personal", "special", "sealed"], "field": str, "persons": int},
    total=False,
)


class BreachRecordFigures(TypedDict):
    """Part of a document."""

    at: datetime
    classes: Dict[str, int]
    countries: Dict[str, int]
    fields: List[BreachRecordFiguresFieldsItem]
    persons: int
    records: int


class BreachRecordCommunication(TypedDict):
    """Part of a document."""

    listed: int
    told: int
    refused: int
    left: int
    messages: Dict[str, int]


class BreachRecordStepsItemActor(TypedDict):
    """Part of a document."""

    kind: Literal["system", "person", "subject"]
    id: str
    reason: str


class BreachRecordStepsItem(TypedDict):
    """Part of a document."""

    at: datetime
    step: Literal["recorded", "changed", "counted", "assessed", "notified", "told", "informed", "noted", "closed", "dismissed", "reopened"]
    state: Literal["recorded", "assessed", "notified", "closed", "dismissed"]
    actor: BreachRecordStepsItemActor
    facts: Dict[str, Any]


class BreachRecordGapsItem(TypedDict):
    """Part of a document."""

    reference: str
    text: str
    bars: bool


class BreachRecord(TypedDict):
    """The record of a breach (art. 33(3), (5))."""

    breach: str
    number: int
    title: str
    state: Literal["recorded", "assessed", "notified", "closed", "dismissed"]
    risk: Literal["unassessed", "none", "risk", "high"]
    aware_at: datetime
    recorded_at: datetime
    clock: BreachRecordClock
    waits_for: List[Literal["assessment", "authority", "further_information", "persons", "documentation"]]
    persons: Union[int, None]
    notified_at: Union[datetime, None]
    informed_at: Union[datetime, None]
    ground: Union[Literal["34(3)(a)", "34(3)(b)", "34(3)(c)"], None]
    closed_at: Union[datetime, None]
    facts: Breach
    figures: Union[BreachRecordFigures, None]
    risk_reason: str
    more_follows: bool
    communication: BreachRecordCommunication
    controller: Dict[str, str]
    steps: List[BreachRecordStepsItem]
    gaps: List[BreachRecordGapsItem]


class BreachTold(TypedDict):
    """What was queued for the persons concerned."""

    queued: int
    refused: int
    left: int
    reasons: Dict[str, int]


class CallOpenActor(TypedDict):
    """Part of a document."""

    kind: NotRequired[Union[Literal["system", "person", "subject"], None]]
    id: NotRequired[Union[str, None]]
    reason: NotRequired[Union[str, None]]


class CallOpen(TypedDict):
    """How a store is opened."""

    path: NotRequired[Union[str, None]]
    create: NotRequired[Union[bool, None]]
    memory: NotRequired[Union[bool, None]]
    key: NotRequired[Union[str, None]]
    key_file: NotRequired[Union[str, None]]
    journal_file: NotRequired[Union[str, None]]
    durability: NotRequired[Union[Literal["full", "normal"], None]]
    busy_timeout_ms: NotRequired[Union[int, None]]
    read_only: NotRequired[Union[bool, None]]
    auto_migrate: NotRequired[Union[bool, None]]
    accept_missing_journal: NotRequired[Union[bool, None]]
    accept_lost_key: NotRequired[Union[bool, None]]
    clock: NotRequired[Union[bool, None]]
    actor: NotRequired[Union[CallOpenActor, None]]


class CampaignSources(TypedDict):
    """Part of a document."""

    segments: NotRequired[Union[List[str], None]]
    forms: NotRequired[Union[List[str], None]]
    manual: NotRequired[Union[bool, None]]


CampaignPublish = TypedDict(
    "CampaignPublish",
    {"from": Union[str, None], "until": Union[str, None]},
    total=False,
)


class CampaignFailures(TypedDict):
    """Part of a document."""

    attempts: NotRequired[Union[int, None]]
    pause_at: NotRequired[Union[int, None]]
    alert_to: NotRequired[Union[str, None]]


CampaignEventsItemWhenHours = TypedDict(
    "CampaignEventsItemWhenHours",
    {"from": str, "to": str},
    total=False,
)


class CampaignEventsItemWhen(TypedDict):
    """Part of a document."""

    after: NotRequired[Union[str, None]]
    at: NotRequired[Union[Union[datetime, None], None]]
    hours: NotRequired[Union[CampaignEventsItemWhenHours, None]]
    weekdays: NotRequired[Union[List[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], None]]


class CampaignEventsItem(TypedDict):
    """Part of a document."""

    id: str
    action: NotRequired[str]
    decision: NotRequired[Literal["opened", "clicked", "submitted", "consented"]]
    condition: NotRequired[Union[Dict[str, Any], List[Any]]]
    when: NotRequired[Union[CampaignEventsItemWhen, None]]
    key: NotRequired[str]
    channel: NotRequired[str]
    no_after: NotRequired[str]
    then: NotRequired[List[Dict[str, Any]]]
    yes: NotRequired[List[Dict[str, Any]]]
    no: NotRequired[List[Dict[str, Any]]]


class Campaign(TypedDict):
    """A campaign."""

    habeas_campaign: NotRequired[Literal[1]]
    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    sources: CampaignSources
    restart: NotRequired[Union[bool, None]]
    on_leaving: NotRequired[Union[Literal["stop", "continue"], None]]
    publish: NotRequired[Union[CampaignPublish, None]]
    failures: NotRequired[Union[CampaignFailures, None]]
    events: List[CampaignEventsItem]


class CampaignInfo(TypedDict):
    """A campaign and how it goes."""

    code: str
    state: Literal["draft", "published", "paused", "retired"]
    version: int
    definition: Campaign
    pause_reason: str
    published_at: Union[datetime, None]
    members: int
    pending: int
    failed: int


class CampaignRunOptions(TypedDict):
    """Options of running campaigns."""

    now: NotRequired[Union[str, None]]
    campaign: NotRequired[Union[str, None]]
    limit: NotRequired[Union[int, None]]
    batch: NotRequired[Union[int, None]]


class CampaignRunReport(TypedDict):
    """What a run of campaigns did."""

    enrolled: int
    left: int
    done: int
    skipped: int
    failed: int
    host_calls: int
    paused: List[str]
    more: bool


class ChangePageChangesItem(TypedDict):
    """Part of a document."""

    sequence: int
    subject: int
    kinds: List[Literal["created", "profile", "organisation", "consent", "merged", "erased", "segment", "tag", "points", "request", "submission", "message", "campaign"]]
    at: datetime


class ChangePage(TypedDict):
    """A page of the change feed."""

    changes: List[ChangePageChangesItem]
    position: str


class CommitmentEvent(TypedDict):
    """Part of a document."""

    subject: Union[int, None]
    kind: str
    purpose: Union[int, None]
    channel: int
    scope: Union[str, None]
    effective_at: int
    recorded_at: int
    actor: int
    text_version: Union[int, None]
    evidence: Union[str, None]


class Commitment(TypedDict):
    """What proves an erased event."""

    habeas_commitment: Literal[1]
    store: str
    sequence: int
    purpose: str
    event: CommitmentEvent
    nonce: str


class CsvOptions(TypedDict):
    """Options of an export of many."""

    recipient: str
    columns: NotRequired[Union[List[str], None]]
    purpose: NotRequired[Union[str, None]]
    channel: NotRequired[Union[Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"], None]]
    changed_since: NotRequired[Union[str, None]]
    neutralise_formulas: NotRequired[Union[bool, None]]


class Deadline(TypedDict):
    """A time limit as counted."""

    due: Union[date, datetime]
    nominal: NotRequired[date]
    moved: NotRequired[Literal["none", "saturday", "sunday", "public_holiday"]]
    extended: NotRequired[bool]
    extension_notice_latest: NotRequired[date]
    cautious: NotRequired[date]
    safe: NotRequired[date]
    due_suspended: NotRequired[Union[date, None]]
    asked_late: NotRequired[bool]
    uk_identity: NotRequired[Union[date, None]]
    uk_clarification: NotRequired[Union[date, None]]
    begins: NotRequired[datetime]
    counted: NotRequired[datetime]
    working_days_disputed: NotRequired[bool]


class DeadlineQuery(TypedDict):
    """A time limit to count."""

    rule: NotRequired[Union[Literal["answer", "breach", "months", "days", "working_days", "calendar_days"], None]]
    event: str
    count: NotRequired[Union[int, None]]
    extension_months: NotRequired[Union[int, None]]
    notice: NotRequired[Union[date, None]]
    asked: NotRequired[Union[date, None]]
    answered: NotRequired[Union[date, None]]
    hours: NotRequired[Union[int, None]]


class DefinitionsSettingsController(TypedDict):
    """Part of a document."""

    name: NotRequired[Union[str, None]]
    address: NotRequired[Union[str, None]]
    email: NotRequired[Union[str, None]]
    phone: NotRequired[Union[str, None]]
    url: NotRequired[Union[str, None]]
    contact: NotRequired[Union[str, None]]
    representative: NotRequired[Union[str, None]]
    authority: NotRequired[Union[str, None]]
    dpo: NotRequired[Union[str, None]]
    country: NotRequired[Union[str, None]]


class DefinitionsSettingsPacingRatesItem(TypedDict):
    """Part of a document."""

    gateway: NotRequired[Union[str, None]]
    domain: NotRequired[Union[str, None]]
    messages: int
    per: str


DefinitionsSettingsPacingQuietHoursItem = TypedDict(
    "DefinitionsSettingsPacingQuietHoursItem",
    {"from": str, "to": str, "weekdays": Union[List[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], None], "purposes": Union[List[str], None], "channels": Union[List[Literal["email", "sms", "phone", "post", "push", "web"]], None]},
    total=False,
)


class DefinitionsSettingsPacingCapsItem(TypedDict):
    """Part of a document."""

    messages: int
    per: str
    purposes: NotRequired[Union[List[str], None]]
    channels: NotRequired[Union[List[Literal["email", "sms", "phone", "post", "push", "web"]], None]]


class DefinitionsSettingsPacing(TypedDict):
    """Part of a document."""

    rates: NotRequired[Union[List[DefinitionsSettingsPacingRatesItem], None]]
    quiet_hours: NotRequired[Union[List[DefinitionsSettingsPacingQuietHoursItem], None]]
    caps: NotRequired[Union[List[DefinitionsSettingsPacingCapsItem], None]]


class DefinitionsSettings(TypedDict):
    """Part of a document."""

    controller: NotRequired[Union[DefinitionsSettingsController, None]]
    default_country: NotRequired[Union[str, None]]
    time_zone: NotRequired[Union[str, None]]
    place: NotRequired[Union[str, None]]
    base_url: NotRequired[Union[str, None]]
    sender: NotRequired[Union[str, None]]
    unsubscribe_mailto: NotRequired[Union[str, None]]
    message_retention: NotRequired[Union[str, None]]
    pacing: NotRequired[Union[DefinitionsSettingsPacing, None]]
    tracking_purpose: NotRequired[Union[str, None]]
    optin_quiet: NotRequired[Union[str, None]]
    request_template: NotRequired[Union[str, None]]
    bounce_address: NotRequired[Union[str, None]]


class DefinitionsFormsItemLimit(TypedDict):
    """Part of a document."""

    count: NotRequired[Union[int, None]]
    minutes: NotRequired[Union[int, None]]


class DefinitionsFormsItemFieldsItemOptionsItem(TypedDict):
    """Part of a document."""

    value: str
    label: NotRequired[Union[Union[str, None], Dict[str, str]]]


class DefinitionsFormsItemFieldsItemConditionsItem(TypedDict):
    """Part of a document."""

    field: str
    values: NotRequired[Union[List[str], None]]
    negated: NotRequired[Union[bool, None]]


class DefinitionsFormsItemFieldsItem(TypedDict):
    """Part of a document."""

    name: NotRequired[Union[str, None]]
    type: NotRequired[Union[Literal["text", "textarea", "email", "tel", "url", "number", "date", "datetime", "time", "select", "multiselect", "country", "radio", "checkbox", "switch", "checkbox_group", "hidden", "honeypot", "text_block", "page_break", "button", "checkboxgrp", "radiogrp", "freetext", "pagebreak"], None]]
    language: NotRequired[Union[str, None]]
    label: NotRequired[Union[Union[str, None], Dict[str, str]]]
    show_label: NotRequired[Union[bool, None]]
    help: NotRequired[Union[Union[str, None], Dict[str, str]]]
    maps_to: NotRequired[Union[str, None]]
    purpose: NotRequired[Union[str, None]]
    purposes: NotRequired[Union[List[str], None]]
    channels: NotRequired[Union[List[Literal["email", "sms", "phone", "post", "push", "web", "internal"]], None]]
    required: NotRequired[Union[bool, None]]
    default: NotRequired[Union[str, bool, None]]
    options: NotRequired[Union[List[Union[str, DefinitionsFormsItemFieldsItemOptionsItem]], None]]
    field_choices: NotRequired[Union[bool, None]]
    show_when_value_exists: NotRequired[Union[bool, None]]
    show_after_submissions: NotRequired[Union[int, None]]
    conditions: NotRequired[Union[List[DefinitionsFormsItemFieldsItemConditionsItem], None]]
    category: NotRequired[Union[str, None]]
    recipients: NotRequired[Union[List[str], None]]
    text_version: NotRequired[Union[int, None]]
    material_change: NotRequired[Union[bool, None]]
    existing: NotRequired[Union[Literal["", "keep", "reconsent"], None]]
    inverted: NotRequired[Union[bool, None]]
    explicit: NotRequired[Union[bool, None]]


class DefinitionsFormsItemActionsItemConditionsItem(TypedDict):
    """Part of a document."""

    field: str
    values: NotRequired[Union[List[str], None]]
    negated: NotRequired[Union[bool, None]]


class DefinitionsFormsItemActionsItem(TypedDict):
    """Part of a document."""

    type: Literal["message", "redirect", "notify", "open_request", "set_fields", "add_segment", "remove_segment", "add_tag", "remove_tag", "send_message", "points"]
    text: NotRequired[Union[Union[str, None], Dict[str, str]]]
    target: NotRequired[Union[str, None]]
    template: NotRequired[Union[str, None]]
    fields: NotRequired[Union[Dict[str, str], None]]
    conditions: NotRequired[Union[List[DefinitionsFormsItemActionsItemConditionsItem], None]]
    points: NotRequired[Union[int, None]]


class DefinitionsFormsItemWithdrawal(TypedDict):
    """Part of a document."""

    steps: NotRequired[Union[int, None]]
    login: NotRequired[Union[bool, None]]


class DefinitionsFormsItemTemplate(TypedDict):
    """Part of a document."""

    list_unsubscribe: NotRequired[Union[bool, None]]
    visible_unsubscribe: NotRequired[Union[bool, None]]
    open_tracking: NotRequired[Union[bool, None]]
    click_tracking: NotRequired[Union[bool, None]]


class DefinitionsFormsItemAgeCheck(TypedDict):
    """Part of a document."""

    kind: NotRequired[Union[str, None]]
    parental_flow: NotRequired[Union[bool, None]]


class DefinitionsFormsItemPrivacy(TypedDict):
    """Part of a document."""

    mentions_transfer: NotRequired[Union[bool, None]]
    retention: NotRequired[Union[str, None]]


class DefinitionsFormsItemButtons(TypedDict):
    """Part of a document."""

    accept: NotRequired[Union[str, None]]
    refuse: NotRequired[Union[str, None]]


class DefinitionsFormsItem(TypedDict):
    """Part of a document."""

    code: NotRequired[Union[str, None]]
    name: NotRequired[Union[str, None]]
    language: NotRequired[Union[str, None]]
    country: NotRequired[Union[str, None]]
    title: NotRequired[Union[Union[str, None], Dict[str, str]]]
    introduction: NotRequired[Union[Union[str, None], Dict[str, str]]]
    submit_label: NotRequired[Union[Union[str, None], Dict[str, str]]]
    primary_purpose: NotRequired[Union[str, None]]
    preferences: NotRequired[Union[bool, None]]
    confirm_template: NotRequired[Union[str, None]]
    limit: NotRequired[Union[DefinitionsFormsItemLimit, None]]
    fields: List[DefinitionsFormsItemFieldsItem]
    actions: NotRequired[Union[List[DefinitionsFormsItemActionsItem], None]]
    controller: NotRequired[Union[str, None]]
    privacy_url: NotRequired[Union[str, None]]
    postal_address: NotRequired[Union[str, None]]
    withdrawal_text: NotRequired[Union[bool, None]]
    double_opt_in: NotRequired[Union[bool, None]]
    processors: NotRequired[Union[List[str], None]]
    audience: NotRequired[Union[str, None]]
    delivers: NotRequired[Union[str, None]]
    withdrawal: NotRequired[Union[DefinitionsFormsItemWithdrawal, None]]
    template: NotRequired[Union[DefinitionsFormsItemTemplate, None]]
    age_check: NotRequired[Union[DefinitionsFormsItemAgeCheck, None]]
    privacy: NotRequired[Union[DefinitionsFormsItemPrivacy, None]]
    buttons: NotRequired[Union[DefinitionsFormsItemButtons, None]]
    publish: NotRequired[Union[bool, None]]
    override_reason: NotRequired[Union[str, None]]


class DefinitionsCampaignsItemSources(TypedDict):
    """Part of a document."""

    segments: NotRequired[Union[List[str], None]]
    forms: NotRequired[Union[List[str], None]]
    manual: NotRequired[Union[bool, None]]


class DefinitionsCampaignsItemFailures(TypedDict):
    """Part of a document."""

    attempts: NotRequired[Union[int, None]]
    pause_at: NotRequired[Union[int, None]]
    alert_to: NotRequired[Union[str, None]]


DefinitionsCampaignsItemEventsItemWhenHours = TypedDict(
    "DefinitionsCampaignsItemEventsItemWhenHours",
    {"from": str, "to": str},
    total=False,
)


class DefinitionsCampaignsItemEventsItemWhen(TypedDict):
    """Part of a document."""

    after: NotRequired[Union[str, None]]
    at: NotRequired[Union[Union[datetime, None], None]]
    hours: NotRequired[Union[DefinitionsCampaignsItemEventsItemWhenHours, None]]
    weekdays: NotRequired[Union[List[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], None]]


class DefinitionsCampaignsItemEventsItem(TypedDict):
    """Part of a document."""

    id: str
    action: NotRequired[str]
    decision: NotRequired[Literal["opened", "clicked", "submitted", "consented"]]
    condition: NotRequired[Union[Dict[str, Any], List[Any]]]
    when: NotRequired[Union[DefinitionsCampaignsItemEventsItemWhen, None]]
    key: NotRequired[str]
    channel: NotRequired[str]
    no_after: NotRequired[str]
    then: NotRequired[List[Dict[str, Any]]]
    yes: NotRequired[List[Dict[str, Any]]]
    no: NotRequired[List[Dict[str, Any]]]


class DefinitionsCampaignsItem(TypedDict):
    """Part of a document."""

    habeas_campaign: NotRequired[Literal[1]]
    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    sources: DefinitionsCampaignsItemSources
    restart: NotRequired[Union[bool, None]]
    on_leaving: NotRequired[Union[Literal["stop", "continue"], None]]
    publish: NotRequired[Union[bool, None]]
    failures: NotRequired[Union[DefinitionsCampaignsItemFailures, None]]
    events: List[DefinitionsCampaignsItemEventsItem]


class DefinitionsPointsItemRulesItem(TypedDict):
    """Part of a document."""

    code: str
    on: Literal["opened", "clicked", "submitted", "consented", "tagged", "segment"]
    key: NotRequired[Union[str, None]]
    points: int
    limit: NotRequired[Union[int, None]]


class DefinitionsPointsItem(TypedDict):
    """What gives points."""

    purpose: NotRequired[Union[str, None]]
    rules: List[DefinitionsPointsItemRulesItem]


class DefinitionsPageTextsItem(TypedDict):
    """Part of a document."""

    key: str
    language: str
    text: str


class Definitions(TypedDict):
    """What a store declares."""

    habeas_definitions: Literal[1]
    settings: NotRequired[Union[DefinitionsSettings, None]]
    fields: NotRequired[Union[List[Field], None]]
    purposes: NotRequired[Union[List[Purpose], None]]
    segments: NotRequired[Union[List[Segment], None]]
    templates: NotRequired[Union[List[MessageTemplate], None]]
    forms: NotRequired[Union[List[DefinitionsFormsItem], None]]
    campaigns: NotRequired[Union[List[DefinitionsCampaignsItem], None]]
    points: NotRequired[Union[List[DefinitionsPointsItem], None]]
    retention: NotRequired[Union[List[RetentionRule], None]]
    processors: NotRequired[Union[List[Processor], None]]
    holders: NotRequired[Union[List[Holder], None]]
    page_texts: NotRequired[Union[List[DefinitionsPageTextsItem], None]]


class DeliveryFilter(TypedDict):
    """Which events."""

    kind: NotRequired[Union[Literal["delivered", "opened", "clicked", "soft_bounced", "hard_bounced", "blocked", "not_sent", "complained", "unsubscribed", "unknown", "delayed"], None]]
    subject: NotRequired[Union[int, None]]
    message: NotRequired[Union[int, None]]
    limit: NotRequired[Union[int, None]]
    after: NotRequired[Union[int, None]]


class DeliveryListItem(TypedDict):
    """Part of a document."""

    id: int
    kind: Literal["delivered", "opened", "clicked", "soft_bounced", "hard_bounced", "blocked", "not_sent", "complained", "unsubscribed", "unknown", "delayed"]
    message: Union[int, None]
    subject: Union[int, None]
    gateway: str
    at: Union[datetime, None]
    recorded_at: Union[datetime, None]
    reason: str


class ErasurePlanRowsItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int
    action: Literal["delete", "keep", "ask"]
    reason: str


class ErasurePlan(TypedDict):
    """What an erasure would do."""

    subject: int
    rows: List[ErasurePlanRowsItem]


class ErasureReceiptFiles(TypedDict):
    """Part of a document."""

    deleted: int
    about_several: int


class ErasureReceiptStaysItem(TypedDict):
    """Part of a document."""

    what: str
    why: str


class ErasureReceiptAudit(TypedDict):
    """Part of a document."""

    sequence: int
    head: str


class ErasureReceiptHoldersItemRemovedItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int


class ErasureReceiptHoldersItemRetainedItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int
    ground: str
    until: Union[datetime, None]


class ErasureReceiptHoldersItem(TypedDict):
    """Part of a document."""

    holder: str
    state: Literal["waiting", "calling", "failed", "done", "retained", "cancelled"]
    key: str
    answered_at: Union[datetime, None]
    removed: List[ErasureReceiptHoldersItemRemovedItem]
    retained: List[ErasureReceiptHoldersItemRetainedItem]


class ErasureReceiptRecipientsItem(TypedDict):
    """Part of a document."""

    recipient: str
    told_at: Union[datetime, None]


class ErasureReceipt(TypedDict):
    """Receipt of an erasure."""

    habeas_erasure_receipt: Literal[1]
    id: str
    store: str
    subject: int
    merged_subjects: NotRequired[List[int]]
    ground: str
    logical_at: datetime
    removed: Dict[str, int]
    files: ErasureReceiptFiles
    stays: List[ErasureReceiptStaysItem]
    audit: ErasureReceiptAudit
    replayed: NotRequired[bool]
    physical_at: Union[datetime, None]
    state: Literal["physical_pending", "physical"]
    holders: NotRequired[List[ErasureReceiptHoldersItem]]
    holders_complete: NotRequired[bool]
    recipients: NotRequired[List[ErasureReceiptRecipientsItem]]


class ErasureResultsItem(TypedDict):
    """Part of a document."""

    subject: int
    already: bool
    state: Literal["logical", "physical_pending", "physical"]
    receipt: Union[ErasureReceipt, None]
    commitments: List[Commitment]
    files_shared: List[str]


class EventCountsItem(TypedDict):
    """Part of a document."""

    event: str
    outcome: str
    count: int


class ExplanationStepsItem(TypedDict):
    """Part of a document."""

    question: str
    answer: str
    decided: bool


class Explanation(TypedDict):
    """A decision in words."""

    allowed: bool
    reason: str
    reference: str
    event: int
    holds_until: Union[datetime, None]
    summary: str
    steps: List[ExplanationStepsItem]


class FieldChoicesItem(TypedDict):
    """Part of a document."""

    value: str
    labels: NotRequired[Union[Dict[str, str], None]]


Field = TypedDict(
    "Field",
    {"name": str, "type": Union[Literal["text", "longtext", "boolean", "select", "multiselect", "number", "money", "date", "datetime", "time", "email", "phone", "url", "country", "region", "language", "timezone"], None], "owner": Union[Literal["subject", "organisation"], None], "class": Union[Literal["personal", "special", "sealed"], None], "labels": Union[Dict[str, str], None], "choices": Union[List[FieldChoicesItem], None], "default_value": Union[str, None], "scale": Union[int, None], "required": Union[bool, None], "unique": Union[bool, None], "in_exports": Union[bool, None], "retired": Union[bool, None]},
    total=False,
)


class FormLimit(TypedDict):
    """Part of a document."""

    count: NotRequired[Union[int, None]]
    minutes: NotRequired[Union[int, None]]


class FormFieldsItemOptionsItem(TypedDict):
    """Part of a document."""

    value: str
    label: NotRequired[Union[Union[str, None], Dict[str, str]]]


class FormFieldsItemConditionsItem(TypedDict):
    """Part of a document."""

    field: str
    values: NotRequired[Union[List[str], None]]
    negated: NotRequired[Union[bool, None]]


class FormFieldsItem(TypedDict):
    """Part of a document."""

    name: NotRequired[Union[str, None]]
    type: NotRequired[Union[Literal["text", "textarea", "email", "tel", "url", "number", "date", "datetime", "time", "select", "multiselect", "country", "radio", "checkbox", "switch", "checkbox_group", "hidden", "honeypot", "text_block", "page_break", "button", "checkboxgrp", "radiogrp", "freetext", "pagebreak"], None]]
    language: NotRequired[Union[str, None]]
    label: NotRequired[Union[Union[str, None], Dict[str, str]]]
    show_label: NotRequired[Union[bool, None]]
    help: NotRequired[Union[Union[str, None], Dict[str, str]]]
    maps_to: NotRequired[Union[str, None]]
    purpose: NotRequired[Union[str, None]]
    purposes: NotRequired[Union[List[str], None]]
    channels: NotRequired[Union[List[Literal["email", "sms", "phone", "post", "push", "web", "internal"]], None]]
    required: NotRequired[Union[bool, None]]
    default: NotRequired[Union[str, bool, None]]
    options: NotRequired[Union[List[Union[str, FormFieldsItemOptionsItem]], None]]
    field_choices: NotRequired[Union[bool, None]]
    show_when_value_exists: NotRequired[Union[bool, None]]
    show_after_submissions: NotRequired[Union[int, None]]
    conditions: NotRequired[Union[List[FormFieldsItemConditionsItem], None]]
    category: NotRequired[Union[str, None]]
    recipients: NotRequired[Union[List[str], None]]
    text_version: NotRequired[Union[int, None]]
    material_change: NotRequired[Union[bool, None]]
    existing: NotRequired[Union[Literal["", "keep", "reconsent"], None]]
    inverted: NotRequired[Union[bool, None]]
    explicit: NotRequired[Union[bool, None]]


class FormActionsItemConditionsItem(TypedDict):
    """Part of a document."""

    field: str
    values: NotRequired[Union[List[str], None]]
    negated: NotRequired[Union[bool, None]]


class FormActionsItem(TypedDict):
    """Part of a document."""

    type: Literal["message", "redirect", "notify", "open_request", "set_fields", "add_segment", "remove_segment", "add_tag", "remove_tag", "send_message", "points"]
    text: NotRequired[Union[Union[str, None], Dict[str, str]]]
    target: NotRequired[Union[str, None]]
    template: NotRequired[Union[str, None]]
    fields: NotRequired[Union[Dict[str, str], None]]
    conditions: NotRequired[Union[List[FormActionsItemConditionsItem], None]]
    points: NotRequired[Union[int, None]]


class FormWithdrawal(TypedDict):
    """Part of a document."""

    steps: NotRequired[Union[int, None]]
    login: NotRequired[Union[bool, None]]


class FormTemplate(TypedDict):
    """Part of a document."""

    list_unsubscribe: NotRequired[Union[bool, None]]
    visible_unsubscribe: NotRequired[Union[bool, None]]
    open_tracking: NotRequired[Union[bool, None]]
    click_tracking: NotRequired[Union[bool, None]]


class FormAgeCheck(TypedDict):
    """Part of a document."""

    kind: NotRequired[Union[str, None]]
    parental_flow: NotRequired[Union[bool, None]]


class FormPrivacy(TypedDict):
    """Part of a document."""

    mentions_transfer: NotRequired[Union[bool, None]]
    retention: NotRequired[Union[str, None]]


class FormButtons(TypedDict):
    """Part of a document."""

    accept: NotRequired[Union[str, None]]
    refuse: NotRequired[Union[str, None]]


class Form(TypedDict):
    """A form."""

    code: NotRequired[Union[str, None]]
    name: NotRequired[Union[str, None]]
    language: NotRequired[Union[str, None]]
    country: NotRequired[Union[str, None]]
    title: NotRequired[Union[Union[str, None], Dict[str, str]]]
    introduction: NotRequired[Union[Union[str, None], Dict[str, str]]]
    submit_label: NotRequired[Union[Union[str, None], Dict[str, str]]]
    primary_purpose: NotRequired[Union[str, None]]
    preferences: NotRequired[Union[bool, None]]
    confirm_template: NotRequired[Union[str, None]]
    limit: NotRequired[Union[FormLimit, None]]
    fields: List[FormFieldsItem]
    actions: NotRequired[Union[List[FormActionsItem], None]]
    controller: NotRequired[Union[str, None]]
    privacy_url: NotRequired[Union[str, None]]
    postal_address: NotRequired[Union[str, None]]
    withdrawal_text: NotRequired[Union[bool, None]]
    double_opt_in: NotRequired[Union[bool, None]]
    processors: NotRequired[Union[List[str], None]]
    audience: NotRequired[Union[str, None]]
    delivers: NotRequired[Union[str, None]]
    withdrawal: NotRequired[Union[FormWithdrawal, None]]
    template: NotRequired[Union[FormTemplate, None]]
    age_check: NotRequired[Union[FormAgeCheck, None]]
    privacy: NotRequired[Union[FormPrivacy, None]]
    buttons: NotRequired[Union[FormButtons, None]]


class FormInfo(TypedDict):
    """A form and its version."""

    form: Form
    version: int
    hash: str
    published_at: Union[datetime, None]
    retired_at: Union[datetime, None]
    overridden: str
    submissions: int


class Gateway1(TypedDict):
    """Part of a document."""

    kind: Literal["smtp"]
    id: NotRequired[Union[str, None]]
    host: str
    port: NotRequired[Union[int, None]]
    tls: NotRequired[Union[Literal["starttls", "implicit", "none"], None]]
    ca_file: NotRequired[Union[str, None]]
    hello: NotRequired[Union[str, None]]
    envelope_sender: NotRequired[Union[str, None]]
    processor: NotRequired[Union[str, None]]
    batch_size: NotRequired[Union[int, None]]
    connect_timeout_ms: NotRequired[Union[int, None]]
    timeout_ms: NotRequired[Union[int, None]]


class Gateway2(TypedDict):
    """Part of a document."""

    kind: Literal["mailjet"]
    base_url: NotRequired[Union[str, None]]
    ca_file: NotRequired[Union[str, None]]
    sandbox: NotRequired[Union[bool, None]]
    processor: NotRequired[Union[str, None]]
    connect_timeout_ms: NotRequired[Union[int, None]]
    timeout_ms: NotRequired[Union[int, None]]


class Gateway3(TypedDict):
    """Part of a document."""

    kind: Literal["directory"]
    folder: str


class HistoryItemEvidence(TypedDict):
    """Part of a document."""

    method: NotRequired[str]
    language: NotRequired[str]
    form: NotRequired[str]
    submission: NotRequired[str]
    document: NotRequired[str]
    ip: NotRequired[str]
    user_agent: NotRequired[str]
    note: NotRequired[str]
    text_version: NotRequired[int]
    preticked: NotRequired[bool]
    below_gdpr_standard: NotRequired[bool]
    explicit_consent: NotRequired[bool]
    parental_authorisation: NotRequired[bool]
    controllers: NotRequired[List[str]]
    expires_at: NotRequired[datetime]


class HistoryItemActor(TypedDict):
    """Part of a document."""

    kind: Literal["system", "person", "subject"]
    id: str
    reason: str


class HistoryItem(TypedDict):
    """Part of a document."""

    event: int
    subject: int
    kind: str
    purpose: Union[str, None]
    channel: Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]
    scope: Union[str, None]
    effective_at: datetime
    recorded_at: datetime
    evidence: HistoryItemEvidence
    data: Dict[str, str]
    actor: HistoryItemActor


class HoldListItem(TypedDict):
    """What keeps an erasure from being done, or done wholly."""

    hold: int
    subject: int
    holder: Union[str, None]
    ground: str
    until: Union[datetime, None]
    placed_at: datetime
    ended_at: Union[datetime, None]


class HolderDatabaseTablesItemErase(TypedDict):
    """Part of a document."""

    null: NotRequired[Union[List[str], None]]
    mask: NotRequired[Union[Dict[str, str], None]]


HolderDatabaseTablesItemKeep = TypedDict(
    "HolderDatabaseTablesItemKeep",
    {"ground": str, "until": Union[str, None], "after": Union[str, None], "for": Union[str, None], "null": Union[List[str], None], "mask": Union[Dict[str, str], None]},
    total=False,
)


class HolderDatabaseTablesItem(TypedDict):
    """Part of a document."""

    table: str
    key: str
    match: str
    export: NotRequired[Union[List[str], None]]
    erase: NotRequired[Union[Literal["delete"], HolderDatabaseTablesItemErase, None]]
    keep: NotRequired[Union[HolderDatabaseTablesItemKeep, None]]
    rectify: NotRequired[Union[Dict[str, str], None]]
    restrict: NotRequired[Union[str, None]]


class HolderDatabase(TypedDict):
    """Part of a document."""

    path: str
    tables: List[HolderDatabaseTablesItem]


class Holder(TypedDict):
    """A data holder: callbacks of the host, or another SQLite file."""

    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    processor: NotRequired[Union[str, None]]
    operations: NotRequired[Union[List[Literal["export", "erase", "rectify", "restrict", "lift", "tell"]], None]]
    database: NotRequired[Union[HolderDatabase, None]]


class HolderAnswerRowsItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int


class HolderAnswerRetainedItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int
    ground: str
    until: NotRequired[Union[str, None]]


class HolderAnswer(TypedDict):
    """What a data holder did."""

    next: NotRequired[Union[str, None]]
    rows: NotRequired[Union[List[HolderAnswerRowsItem], None]]
    retained: NotRequired[Union[List[HolderAnswerRetainedItem], None]]
    data: NotRequired[Any]


class HolderCallIdentifiersItem(TypedDict):
    """Part of a document."""

    kind: str
    normal: str
    typed: str


class HolderCall(TypedDict):
    """Whom a data holder is asked about."""

    former: List[int]
    identifiers: List[HolderCallIdentifiersItem]
    fields: Union[Dict[str, Union[str, None]], None]


class HolderExportItem(TypedDict):
    """Part of a document."""

    holder: str
    complete: bool
    exported_at: Union[datetime, None]
    data: List[Any]


class HolderInfo(TypedDict):
    """A data holder as it is declared."""

    code: str
    operations: List[Literal["export", "erase", "rectify", "restrict", "lift", "tell"]]
    declared: bool
    waiting: int
    definition: Holder


class HolderRunOptions(TypedDict):
    """How data holders are called."""

    now: NotRequired[Union[str, None]]
    limit: NotRequired[Union[int, None]]
    time_out_ms: NotRequired[Union[int, None]]
    first_backoff_ms: NotRequired[Union[int, None]]
    longest_backoff_ms: NotRequired[Union[int, None]]


class HolderRunReport(TypedDict):
    """What a run did."""

    calls: int
    done: int
    retained: int
    failed: int
    holds_ended: int
    unattended: int


class HolderTaskRowsItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int


class HolderTaskRetainedItem(TypedDict):
    """Part of a document."""

    place: str
    rows: int
    ground: str
    until: Union[datetime, None]


class HolderTask(TypedDict):
    """What a data holder is asked, and has answered."""

    task: int
    subject: int
    holder: str
    operation: Literal["export", "erase", "rectify", "restrict", "lift", "tell"]
    about: Union[Literal["export", "erase", "rectify", "restrict", "lift", "tell"], None]
    request: Union[int, None]
    state: Literal["waiting", "calling", "failed", "done", "retained", "cancelled"]
    key: str
    pages: int
    attempts: int
    reason: Union[str, None]
    opened_at: datetime
    due_at: Union[datetime, None]
    ended_at: Union[datetime, None]
    rows: List[HolderTaskRowsItem]
    retained: List[HolderTaskRetainedItem]


class HolderTaskQuery(TypedDict):
    """Which tasks."""

    subject: NotRequired[Union[int, None]]
    holder: NotRequired[Union[str, None]]
    operation: NotRequired[Union[Literal["export", "erase", "rectify", "restrict", "lift", "tell"], None]]
    open_only: NotRequired[Union[bool, None]]


class ImportOptionsColumnsItem(TypedDict):
    """Part of a document."""

    header: str
    target: str
    format: NotRequired[Union[Literal["", "iso", "dmy", "mdy", "point", "comma"], None]]


class ImportOptions(TypedDict):
    """Options of an import."""

    columns: NotRequired[Union[List[ImportOptionsColumnsItem], None]]
    delimiter: NotRequired[Union[str, None]]
    encoding: NotRequired[Union[Literal["utf-8", "windows-1252"], None]]
    list_separator: NotRequired[Union[str, None]]
    on_match: NotRequired[Union[Literal["update", "skip", "fail"], None]]
    blank: NotRequired[Union[Literal["keep", "overwrite"], None]]
    dry_run: NotRequired[Union[bool, None]]
    source: NotRequired[Union[str, None]]
    rejects_file: NotRequired[Union[str, None]]
    default_country: NotRequired[Union[str, None]]
    batch: NotRequired[Union[int, None]]
    consent_time_column: NotRequired[Union[str, None]]
    consent_text_version_column: NotRequired[Union[str, None]]
    consent_document: NotRequired[Union[str, None]]


class ImportReport(TypedDict):
    """What an import did."""

    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    consents: int
    cancelled: bool
    unmapped: List[str]
    reasons: Dict[str, int]


class IngestReport(TypedDict):
    """What was told."""

    received: int
    recorded: int
    repeated: int
    untracked: int
    unmatched: int
    unread: int


class JournalComparison(TypedDict):
    """A copy of a restore journal."""

    store: str
    sequence: int
    records: int
    bytes: int
    last_at: Union[datetime, None]
    relation: Literal["same", "older", "newer", "diverged"]


class JournalInfo(TypedDict):
    """A restore journal."""

    store: str
    sequence: int
    records: int
    bytes: int
    last_at: Union[datetime, None]


class LintFindingsItem(TypedDict):
    """Part of a document."""

    rule: str
    severity: Literal["off", "info", "warning", "error"]
    title: str
    reference: str
    pointer: str
    remedy: str


class MembershipsItem(TypedDict):
    """Part of a document."""

    organisation: int
    role: str
    primary: bool


class Message(TypedDict):
    """A message to a subject."""

    subject: int
    key: str
    message_template: NotRequired[Union[str, None]]
    data: NotRequired[Union[Dict[str, Any], None]]
    secret_data: NotRequired[Union[Dict[str, Any], None]]
    language: NotRequired[Union[str, None]]
    subject_line: NotRequired[Union[str, None]]
    text: NotRequired[Union[str, None]]
    html: NotRequired[Union[str, None]]
    not_before: NotRequired[Union[str, None]]
    purpose: NotRequired[Union[str, None]]
    channel: NotRequired[Union[Literal["email", "sms", "phone", "post", "push", "web"], None]]
    priority: NotRequired[Union[int, None]]


class MessageFilter(TypedDict):
    """Which messages."""

    state: NotRequired[Union[Literal["queued", "sending", "sent", "failed", "uncertain", "stopped", "refused"], None]]
    subject: NotRequired[Union[int, None]]
    limit: NotRequired[Union[int, None]]
    after: NotRequired[Union[int, None]]


class MessageInfo(TypedDict):
    """A message of the queue."""

    message: int
    key: str
    reference: str
    subject: Union[int, None]
    kind: Literal["marketing", "transactional", "internal"]
    purpose: str
    channel: Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]
    message_template: str
    template_version: int
    state: Literal["queued", "sending", "sent", "failed", "uncertain", "stopped", "refused"]
    reason: str
    priority: int
    attempts: int
    queued_at: datetime
    not_before: Union[datetime, None]
    due_at: Union[datetime, None]
    finished_at: Union[datetime, None]
    gateway: str
    gateway_reference: str
    subject_line: str


class MessageTemplateLanguagesValue(TypedDict):
    """Part of a document."""

    subject: NotRequired[Union[str, None]]
    text: NotRequired[Union[str, None]]
    html: NotRequired[Union[str, None]]


class MessageTemplate(TypedDict):
    """A template of messages."""

    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    kind: NotRequired[Union[Literal["marketing", "transactional", "internal"], None]]
    purpose: NotRequired[Union[str, None]]
    channel: NotRequired[Union[Literal["email", "sms", "phone", "post", "push", "web"], None]]
    sender: NotRequired[Union[str, None]]
    reply_to: NotRequired[Union[str, None]]
    default_language: NotRequired[Union[str, None]]
    languages: NotRequired[Union[Dict[str, MessageTemplateLanguagesValue], None]]


class MigrationOptionsServer(TypedDict):
    """Part of a document."""

    host: NotRequired[Union[str, None]]
    port: NotRequired[Union[int, None]]
    socket: NotRequired[Union[str, None]]
    user: NotRequired[Union[str, None]]
    password: NotRequired[Union[str, None]]
    database: NotRequired[Union[str, None]]
    insecure: NotRequired[Union[bool, None]]


class MigrationOptionsColumnsItem(TypedDict):
    """Part of a document."""

    header: str
    target: str
    format: NotRequired[Union[Literal["", "iso", "dmy", "mdy", "point", "comma"], None]]


class MigrationOptionsConsentsItem(TypedDict):
    """Part of a document."""

    column: str
    purpose: str
    channel: NotRequired[Union[str, None]]
    granted: NotRequired[Union[List[str], None]]
    time_column: NotRequired[Union[str, None]]
    text_version: NotRequired[Union[int, None]]


class MigrationOptions(TypedDict):
    """Where people come from on another platform, and what becomes of it."""

    contacts: NotRequired[Union[str, None]]
    dump: NotRequired[Union[str, None]]
    server: NotRequired[Union[MigrationOptionsServer, None]]
    table_prefix: NotRequired[Union[str, None]]
    opt_outs: NotRequired[Union[List[str], None]]
    no_opt_outs: NotRequired[Union[bool, None]]
    subscription_types: NotRequired[Union[Dict[str, str], None]]
    columns: NotRequired[Union[List[MigrationOptionsColumnsItem], None]]
    consents: NotRequired[Union[List[MigrationOptionsConsentsItem], None]]
    accept_unproven: NotRequired[Union[bool, None]]
    define_fields: NotRequired[Union[bool, None]]
    delimiter: NotRequired[Union[str, None]]
    encoding: NotRequired[Union[Literal["utf-8", "windows-1252"], None]]
    time_zone: NotRequired[Union[str, None]]
    dates: NotRequired[Union[Literal["iso", "dmy", "mdy"], None]]
    default_country: NotRequired[Union[str, None]]
    rejects_file: NotRequired[Union[str, None]]
    batch: NotRequired[Union[int, None]]
    resume: NotRequired[Union[bool, None]]


class MigrationReportSourcesItem(TypedDict):
    """Part of a document."""

    name: str
    sha256: str


class MigrationReportPartsItem(TypedDict):
    """Part of a document."""

    name: str
    rows: int
    created: int
    updated: int
    unchanged: int
    merged: int
    suppressed: int
    skipped: int
    rejected: int
    reasons: Dict[str, int]


MigrationReportItemsItem = TypedDict(
    "MigrationReportItemsItem",
    {"kind": Literal["field", "segment", "campaign", "subscription_type"], "from": str, "to": str, "outcome": Literal["created", "there", "static", "left"], "notes": List[str]},
    total=False,
)


class MigrationReportSamplesItem(TypedDict):
    """Part of a document."""

    part: str
    row: int
    field: str
    reason: str


class MigrationReport(TypedDict):
    """What became of every row of another platform."""

    platform: Literal["mautic", "hubspot"]
    preview: bool
    cancelled: bool
    resumed: bool
    balanced: bool
    refusals: List[str]
    sources: List[MigrationReportSourcesItem]
    parts: List[MigrationReportPartsItem]
    consents: int
    consents_unproven: int
    consents_withheld: int
    opted_out: int
    items: List[MigrationReportItemsItem]
    unmapped: List[str]
    left: List[str]
    dropped: Dict[str, int]
    samples: List[MigrationReportSamplesItem]


class Notice(TypedDict):
    """A message to an employee or the host."""

    to: str
    key: str
    about: NotRequired[Union[int, None]]
    message_template: NotRequired[Union[str, None]]
    data: NotRequired[Union[Dict[str, Any], None]]
    subject_line: NotRequired[Union[str, None]]
    text: NotRequired[Union[str, None]]
    html: NotRequired[Union[str, None]]
    not_before: NotRequired[Union[str, None]]


class OpendsrRequestSubjectIdentitiesItem(TypedDict):
    """Part of a document."""

    identity_type: Literal["controller_customer_id", "email"]
    identity_value: str
    identity_format: Literal["raw"]


class OpendsrRequest(TypedDict):
    """The request of OpenDSR 2.0 to a processor."""

    regulation: Literal["gdpr"]
    subject_request_id: str
    subject_request_type: Literal["access", "erasure"]
    submitted_time: datetime
    subject_identities: List[OpendsrRequestSubjectIdentitiesItem]
    api_version: Literal["2.0"]


class OptinConsentsItem(TypedDict):
    """Part of a document."""

    event: int
    purpose: str
    channel: Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]
    text_version: int
    language: str


class Optin(TypedDict):
    """A sign-up to be confirmed."""

    optin: int
    subject: int
    state: Literal["waiting", "confirmed", "expired", "cancelled"]
    language: str
    message_template: str
    consents: List[OptinConsentsItem]
    granted: List[int]
    mails: int
    withheld: str
    message: Union[int, None]
    requested_at: Union[datetime, None]
    expires_at: Union[datetime, None]
    last_mail_at: Union[Union[datetime, None], None]
    closed_at: Union[Union[datetime, None], None]


class OptinContext(TypedDict):
    """Who confirms, as evidence."""

    ip: NotRequired[Union[str, None]]
    user_agent: NotRequired[Union[str, None]]


class OptinFilter(TypedDict):
    """Which sign-ups."""

    state: NotRequired[Union[Literal["waiting", "confirmed", "expired", "cancelled"], None]]
    subject: NotRequired[Union[int, None]]
    limit: NotRequired[Union[int, None]]
    after: NotRequired[Union[int, None]]


class OptinInputConsentsItem(TypedDict):
    """Part of a document."""

    purpose: str
    channel: NotRequired[Union[Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"], None]]
    method: NotRequired[Union[str, None]]
    text_version: NotRequired[Union[int, None]]
    language: NotRequired[Union[str, None]]
    form: NotRequired[Union[str, None]]
    submission: NotRequired[Union[str, None]]
    document: NotRequired[Union[str, None]]
    ip: NotRequired[Union[str, None]]
    user_agent: NotRequired[Union[str, None]]
    note: NotRequired[Union[str, None]]
    explicit_consent: NotRequired[Union[bool, None]]


class OptinInput(TypedDict):
    """What is asked of a person, to be confirmed by mail."""

    subject: int
    consents: List[OptinInputConsentsItem]
    language: NotRequired[Union[str, None]]
    message_template: NotRequired[Union[str, None]]
    data: NotRequired[Union[Dict[str, Any], None]]


class Organisation(TypedDict):
    """An organisation."""

    id: int
    version: int
    name: str
    external: str
    fields: Dict[str, Union[str, float, bool, None, List[str]]]


class OrganisationInput(TypedDict):
    """What to write of an organisation."""

    name: NotRequired[Union[str, None]]
    external: NotRequired[Union[str, None]]
    fields: NotRequired[Union[Dict[str, Union[str, float, bool, None, List[str]]], None]]


class OutgoingMessageSender(TypedDict):
    """Part of a document."""

    name: str
    address: str


class OutgoingMessageReplyTo(TypedDict):
    """Part of a document."""

    name: str
    address: str


class OutgoingMessageRecipient(TypedDict):
    """Part of a document."""

    name: str
    address: str


class OutgoingMessageHeadersItem(TypedDict):
    """Part of a document."""

    name: str
    value: str


class OutgoingMessage(TypedDict):
    """What a gateway is to send."""

    message: int
    reference: str
    kind: Literal["marketing", "transactional", "internal"]
    subject: Union[int, None]
    purpose: str
    channel: Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]
    language: str
    sender: OutgoingMessageSender
    reply_to: Union[OutgoingMessageReplyTo, None]
    return_path: str
    recipient: OutgoingMessageRecipient
    subject_line: str
    text: str
    html: str
    headers: List[OutgoingMessageHeadersItem]
    date: datetime


class Page(TypedDict):
    """A page to be served as it is."""

    status: int
    headers: Dict[str, str]
    html: str


class PageRequest(TypedDict):
    """What a browser asks for."""

    path: str
    language: NotRequired[Union[str, None]]
    ip: NotRequired[Union[str, None]]
    user_agent: NotRequired[Union[str, None]]


class PlaceCheck(TypedDict):
    """Which day, under which law."""

    at: NotRequired[Union[Union[datetime, None], None]]
    without: NotRequired[Union[List[str], None]]


class PlaceReportPlace(TypedDict):
    """Part of a document."""

    setting: str
    answer: Union[TransferAnswer, None]


class PlaceReportRecipientsItem(TypedDict):
    """Part of a document."""

    name: str
    answer: TransferAnswer
    registered: bool
    hosts_store: bool
    as_law_stands: bool
    purposes: List[str]
    holders: List[str]


class PlaceReportStopsItem(TypedDict):
    """Part of a document."""

    purpose: str
    recipients: List[str]
    people: Dict[str, int]


class PlaceReport(TypedDict):
    """Everything on a day, with what would stop."""

    day: date
    law_as_of: date
    without: List[str]
    asked: bool
    place: PlaceReportPlace
    recipients: List[PlaceReportRecipientsItem]
    stops: List[PlaceReportStopsItem]


class PointsDefinitionRulesItem(TypedDict):
    """Part of a document."""

    code: str
    on: Literal["opened", "clicked", "submitted", "consented", "tagged", "segment"]
    key: NotRequired[Union[str, None]]
    points: int
    limit: NotRequired[Union[int, None]]


class PointsDefinition(TypedDict):
    """What gives points."""

    purpose: NotRequired[Union[str, None]]
    rules: List[PointsDefinitionRulesItem]


class PointsHistoryItem(TypedDict):
    """Part of a document."""

    at: datetime
    points: int
    reason: str


class PrivacyNoticePurposesItem(TypedDict):
    """Part of a document."""

    purpose: str
    label: str
    description: str
    basis: str
    basis_text: str
    art9_exception: Union[str, None]
    channels: List[str]
    controllers: List[str]
    recipients: List[str]
    retention: str
    validity: Union[str, None]


PrivacyNoticeCategoriesItem = TypedDict(
    "PrivacyNoticeCategoriesItem",
    {"field": str, "label": str, "class": Literal["personal", "special", "sealed"]},
    total=False,
)


class PrivacyNoticeRecipientsItem(TypedDict):
    """Part of a document."""

    name: str
    role: Union[Literal["processor", "controller"], None]
    countries: List[str]
    verdict: Literal["allowed", "allowed_with_safeguards", "denied"]
    safeguard: str


class PrivacyNoticeRightsItem(TypedDict):
    """Part of a document."""

    article: str
    title: str
    text: str


class PrivacyNoticeGapsItem(TypedDict):
    """Part of a document."""

    reference: str
    text: str


class PrivacyNotice(TypedDict):
    """Draft of a privacy notice (arts. 13, 14)."""

    as_of: date
    store: str
    language: str
    controller: Dict[str, str]
    purposes: List[PrivacyNoticePurposesItem]
    categories: List[PrivacyNoticeCategoriesItem]
    required: List[str]
    recipients: List[PrivacyNoticeRecipientsItem]
    sources: List[Literal["api", "import", "person"]]
    rights: List[PrivacyNoticeRightsItem]
    automated: List[str]
    gaps: List[PrivacyNoticeGapsItem]


class ProcessingRecordsActivitiesItem(TypedDict):
    """Part of a document."""

    purpose: str
    label: str
    description: str
    basis: str
    kind: str
    channels: List[str]
    controllers: List[str]
    recipients: List[str]
    special_category: bool
    retention: Union[str, None]
    validity: Union[str, None]


ProcessingRecordsCategoriesItem = TypedDict(
    "ProcessingRecordsCategoriesItem",
    {"field": str, "label": str, "of": Literal["subject", "organisation"], "class": Literal["personal", "special", "sealed"], "retired": bool},
    total=False,
)


class ProcessingRecordsRecipientsItem(TypedDict):
    """Part of a document."""

    name: str
    role: Union[Literal["processor", "controller"], None]
    established: str
    data_locations: List[str]
    remote_access_from: List[str]
    purposes: List[str]
    holders: List[str]
    hosts_store: bool
    verdict: Literal["allowed", "allowed_with_safeguards", "denied"]
    safeguard: str


class ProcessingRecordsHoldersItem(TypedDict):
    """Part of a document."""

    holder: str
    operations: List[str]


class ProcessingRecordsGapsItem(TypedDict):
    """Part of a document."""

    reference: str
    text: str


class ProcessingRecords(TypedDict):
    """Records of processing activities (art. 30)."""

    as_of: date
    store: str
    controller: Dict[str, str]
    place: str
    activities: List[ProcessingRecordsActivitiesItem]
    categories: List[ProcessingRecordsCategoriesItem]
    recipients: List[ProcessingRecordsRecipientsItem]
    holders: List[ProcessingRecordsHoldersItem]
    retention: List[RetentionRule]
    security: List[str]
    gaps: List[ProcessingRecordsGapsItem]


class ProcessorHistoryItemContract(TypedDict):
    """Part of a document."""

    signed: NotRequired[Union[date, None]]
    until: NotRequired[Union[date, None]]
    reference: NotRequired[Union[str, None]]


class ProcessorHistoryItemAssessment(TypedDict):
    """Part of a document."""

    result: Literal["ok", "negative"]
    made: NotRequired[Union[date, None]]
    reference: NotRequired[Union[str, None]]


ProcessorHistoryItem = TypedDict(
    "ProcessorHistoryItem",
    {"from": Union[date, None], "role": Union[Literal["processor", "controller"], None], "established": Union[str, None], "owner": Union[str, None], "data_locations": Union[List[str], None], "remote_access_from": Union[List[str], None], "contract": Union[ProcessorHistoryItemContract, None], "tool": Union[str, None], "tool_signed": Union[date, None], "assessment": Union[ProcessorHistoryItemAssessment, None], "dpf_listed": Union[bool, None], "commercial": Union[bool, None], "systematic": Union[bool, None], "hosts_store": Union[bool, None], "ended": Union[bool, None], "note": Union[str, None]},
    total=False,
)


class Processor(TypedDict):
    """A recipient of data, and what holds of it by date."""

    code: str
    name: str
    history: List[ProcessorHistoryItem]


class ProcessorSeedItem(TypedDict):
    """Part of a document."""

    processor: Processor
    regions_eea: List[str]
    regions_other: List[str]
    verified: bool
    note: str


class ProcessorVersionsItemFactsContract(TypedDict):
    """Part of a document."""

    signed: NotRequired[Union[date, None]]
    until: NotRequired[Union[date, None]]
    reference: NotRequired[Union[str, None]]


class ProcessorVersionsItemFactsAssessment(TypedDict):
    """Part of a document."""

    result: Literal["ok", "negative"]
    made: NotRequired[Union[date, None]]
    reference: NotRequired[Union[str, None]]


ProcessorVersionsItemFacts = TypedDict(
    "ProcessorVersionsItemFacts",
    {"from": Union[date, None], "role": Union[Literal["processor", "controller"], None], "established": Union[str, None], "owner": Union[str, None], "data_locations": Union[List[str], None], "remote_access_from": Union[List[str], None], "contract": Union[ProcessorVersionsItemFactsContract, None], "tool": Union[str, None], "tool_signed": Union[date, None], "assessment": Union[ProcessorVersionsItemFactsAssessment, None], "dpf_listed": Union[bool, None], "commercial": Union[bool, None], "systematic": Union[bool, None], "hosts_store": Union[bool, None], "ended": Union[bool, None], "note": Union[str, None]},
    total=False,
)


class ProcessorVersionsItemActor(TypedDict):
    """Part of a document."""

    kind: Literal["system", "person", "subject"]
    id: str
    reason: str


class ProcessorVersionsItem(TypedDict):
    """Part of a document."""

    facts: ProcessorVersionsItemFacts
    recorded_at: datetime
    actor: ProcessorVersionsItemActor
    superseded: bool


class Purpose(TypedDict):
    """A reason for processing."""

    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    descriptions: NotRequired[Union[Dict[str, str], None]]
    basis: NotRequired[Union[Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests", "soft_opt_in", "casl_implied", "opt_out_regime"], None]]
    kind: NotRequired[Union[Literal["marketing", "profiling", "transactional", "service", "confirmation", "legal", "legal_claims", "storage", "safety", "security", "research"], None]]
    channels: NotRequired[Union[List[Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]], None]]
    validity: NotRequired[Union[str, None]]
    retention: NotRequired[Union[str, None]]
    double_opt_in: NotRequired[Union[bool, None]]
    double_opt_in_validity: NotRequired[Union[str, None]]
    contains_marketing: NotRequired[Union[bool, None]]
    balancing_test: NotRequired[Union[bool, None]]
    special_category: NotRequired[Union[bool, None]]
    art9_exception: NotRequired[Union[str, None]]
    aimed_at_children: NotRequired[Union[bool, None]]
    information_society_service: NotRequired[Union[bool, None]]
    own_similar_products: NotRequired[Union[bool, None]]
    opt_out_in_each_message: NotRequired[Union[bool, None]]
    controllers: NotRequired[Union[List[str], None]]
    recipients: NotRequired[Union[List[str], None]]
    texts: NotRequired[Union[List[TextVersion], None]]
    retired: NotRequired[Union[bool, None]]
    retired_at: NotRequired[Union[datetime, None]]


class QueueResultDecision(TypedDict):
    """Part of a document."""

    allowed: bool
    reason: str
    event: int
    holds_until: Union[datetime, None]


class QueueResult(TypedDict):
    """What became of a message that was to be queued."""

    message: int
    state: Literal["queued", "sending", "sent", "failed", "uncertain", "stopped", "refused"]
    again: bool
    decision: Union[QueueResultDecision, None]


class RecordsLintTextsItemFindingsItem(TypedDict):
    """Part of a document."""

    rule: str
    severity: Literal["info", "warning", "error"]
    title: str
    reference: str
    remedy: str


class RecordsLintTextsItem(TypedDict):
    """Part of a document."""

    purpose: str
    version: int
    language: str
    findings: List[RecordsLintTextsItemFindingsItem]


class RecordsLintFormsItemFindingsItem(TypedDict):
    """Part of a document."""

    rule: str
    severity: Literal["info", "warning", "error"]
    title: str
    reference: str
    remedy: str
    pointer: str


class RecordsLintFormsItem(TypedDict):
    """Part of a document."""

    form: str
    version: int
    overridden: str
    findings: List[RecordsLintFormsItemFindingsItem]


class RecordsLint(TypedDict):
    """Consent texts and published forms against the rules."""

    texts: List[RecordsLintTextsItem]
    forms: List[RecordsLintFormsItem]
    errors: int
    warnings: int


class RectificationChangesItem(TypedDict):
    """Part of a document."""

    name: str
    label: str
    before: Union[str, None]
    after: Union[str, None]


class RectificationRecipientsItem(TypedDict):
    """Part of a document."""

    recipient: str
    last_at: datetime


class Rectification(TypedDict):
    """What was rectified: for the person."""

    format: Literal["urn:habeas:schema:rectification:1"]
    request: int
    subject: int
    at: datetime
    language: str
    preview: bool
    changes: List[RectificationChangesItem]
    recipients: List[RectificationRecipientsItem]


class RectifyOptions(TypedDict):
    """How to rectify."""

    language: NotRequired[str]
    note: NotRequired[str]
    overwrite_blanks: NotRequired[bool]
    preview: NotRequired[bool]


class RefreshReport(TypedDict):
    """What a refresh of a segment changed."""

    segment: str
    added: List[int]
    removed: List[int]
    full: bool


class RenderOptions(TypedDict):
    """Options of rendering a form."""

    language: NotRequired[Union[str, None]]
    action: NotRequired[Union[str, None]]
    csrf_name: NotRequired[Union[str, None]]
    csrf_value: NotRequired[Union[str, None]]
    classes: NotRequired[Union[Dict[str, str], None]]
    id_prefix: NotRequired[Union[str, None]]
    subject: NotRequired[Union[int, None]]
    values: NotRequired[Union[Dict[str, Union[str, List[str]]], None]]
    errors: NotRequired[Union[Dict[str, str], None]]


class RenderedForm(TypedDict):
    """A form as HTML."""

    html: str
    language: str
    version: int


class RenderedMessage(TypedDict):
    """A message as it would be sent."""

    language: str
    subject: str
    text: str
    html: str


class RequestContact(TypedDict):
    """Part of a document."""

    kind: Literal["email", "phone"]
    value: str


class Request(TypedDict):
    """A request of a data subject."""

    request: int
    subject: Union[int, None]
    contact: Union[RequestContact, None]
    kind: Literal["access", "portability", "rectification", "erasure", "restriction", "objection", "withdrawal", "automated_decisions"]
    state: Literal["received", "identity_asked", "verified", "in_progress", "extended", "fulfilled", "partly_fulfilled", "refused", "withdrawn", "expired"]
    origin: str
    vouched_by: str
    ground: str
    received_at: datetime
    asked_at: Union[datetime, None]
    verified_at: Union[datetime, None]
    extended_at: Union[datetime, None]
    extension_months: int
    lifting_announced_at: Union[datetime, None]
    lifted_at: Union[datetime, None]
    closed_at: Union[datetime, None]
    token_expires_at: Union[datetime, None]
    due: date
    warn: date
    due_suspended: Union[date, None]
    extension_notice_latest: date
    late: bool


class RequestQuery(TypedDict):
    """Which requests."""

    subject: NotRequired[Union[int, None]]
    kind: NotRequired[Union[Literal["access", "portability", "rectification", "erasure", "restriction", "objection", "withdrawal", "automated_decisions"], None]]
    open_only: NotRequired[Union[bool, None]]
    by_urgency: NotRequired[Union[bool, None]]


class RequestStepsItemActor(TypedDict):
    """Part of a document."""

    kind: Literal["system", "person", "subject"]
    id: str
    reason: str


class RequestStepsItem(TypedDict):
    """Part of a document."""

    at: datetime
    state: Literal["received", "identity_asked", "verified", "in_progress", "extended", "fulfilled", "partly_fulfilled", "refused", "withdrawn", "expired"]
    actor: RequestStepsItemActor
    note: str


class RestoreReport(TypedDict):
    """What a restore did."""

    backup: BackupInfo
    journal_records: int
    overwritten: bool


class RetentionInfo(TypedDict):
    """A rule and how it fares."""

    rule: RetentionRule
    looked_at: Union[datetime, None]
    fault: str


class RetentionPreviewsItemDueItem(TypedDict):
    """Part of a document."""

    subject: int
    due_at: datetime


class RetentionPreviewsItemKept(TypedDict):
    """Part of a document."""

    hold: NotRequired[int]
    request: NotRequired[int]
    restricted: NotRequired[int]
    objection: NotRequired[int]
    contract: NotRequired[int]
    retention_until: NotRequired[int]
    last_identifier: NotRequired[int]


class RetentionPreviewsItem(TypedDict):
    """Part of a document."""

    rule: str
    subjects: int
    due: List[RetentionPreviewsItemDueItem]
    kept: RetentionPreviewsItemKept


class RetentionRule(TypedDict):
    """What goes by itself, and when."""

    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    about: Literal["subject", "field", "evidence", "submissions", "messages", "points", "campaigns", "deliveries"]
    of: NotRequired[Union[str, None]]
    action: NotRequired[Union[Literal["delete", "anonymise"], None]]
    keep: NotRequired[Union[List[str], None]]
    characters: NotRequired[Union[int, None]]
    since: Literal["created", "activity", "date", "consent_end"]
    since_of: NotRequired[Union[str, None]]
    period: str
    filter: NotRequired[Union[Dict[str, Any], List[Any], None]]
    paused: NotRequired[Union[bool, None]]


class RetentionRunsItemActor(TypedDict):
    """Part of a document."""

    kind: Literal["system", "person", "subject"]
    id: str
    reason: str


class RetentionRunsItemKept(TypedDict):
    """Part of a document."""

    hold: NotRequired[int]
    request: NotRequired[int]
    restricted: NotRequired[int]
    objection: NotRequired[int]
    contract: NotRequired[int]
    retention_until: NotRequired[int]
    last_identifier: NotRequired[int]


class RetentionRunsItem(TypedDict):
    """Part of a document."""

    run: int
    rule: str
    at: Union[datetime, None]
    actor: Union[RetentionRunsItemActor, None]
    subjects: int
    rows: int
    kept: RetentionRunsItemKept
    complete: bool


class Segment(TypedDict):
    """A segment: a saved filter over subjects."""

    code: str
    labels: NotRequired[Union[Dict[str, str], None]]
    filter: NotRequired[Union[Dict[str, Any], List[Any], None]]
    live: NotRequired[Union[bool, None]]
    vouched: NotRequired[Union[str, None]]


class SegmentExplanationStepsItem(TypedDict):
    """Part of a document."""

    pointer: str
    question: str
    holds: bool
    depth: int


class SegmentExplanation(TypedDict):
    """Why a subject is in a segment or not."""

    sql: str
    plan: List[str]
    steps: List[SegmentExplanationStepsItem]
    matches: bool
    manual: Literal["added", "removed", ""]
    member: bool


class SegmentInfo(TypedDict):
    """A segment and how many are in it."""

    segment: Segment
    members: int
    refreshed_at: Union[datetime, None]


class SendOptions(TypedDict):
    """Options of sending."""

    limit: NotRequired[Union[int, None]]
    now: NotRequired[Union[str, None]]
    max_attempts: NotRequired[Union[int, None]]
    lease_ms: NotRequired[Union[int, None]]
    first_backoff_ms: NotRequired[Union[int, None]]
    longest_backoff_ms: NotRequired[Union[int, None]]


class SendReport(TypedDict):
    """What was sent."""

    sent: int
    failed: int
    retried: int
    uncertain: int
    stopped: int
    deferred: int
    resolved: int


class SimulationStepsItem(TypedDict):
    """Part of a document."""

    at: datetime
    subject: int
    campaign: str
    event: str
    what: str
    outcome: str


class Simulation(TypedDict):
    """What would happen."""

    steps: List[SimulationStepsItem]
    more: bool


class StoreInfo(TypedDict):
    """A store."""

    id: str
    path: Union[str, None]
    schema_version: int
    key_id: str
    warnings: List[str]


class SubjectIdentifiersItem(TypedDict):
    """Part of a document."""

    kind: str
    value: str


class Subject(TypedDict):
    """A data subject."""

    id: int
    version: int
    created_at: datetime
    changed_at: datetime
    source: str
    fields: Dict[str, Union[str, float, bool, None, List[str]]]
    identifiers: List[SubjectIdentifiersItem]


class SubjectInputIdentifiersItem(TypedDict):
    """Part of a document."""

    kind: str
    value: str


class SubjectInput(TypedDict):
    """What to write of a subject."""

    fields: NotRequired[Union[Dict[str, Union[str, float, bool, None, List[str]]], None]]
    identifiers: NotRequired[Union[List[SubjectInputIdentifiersItem], None]]
    source: NotRequired[Union[str, None]]


class SubjectPage(TypedDict):
    """A page of subjects."""

    subjects: List[Subject]
    next: str


class Submission(TypedDict):
    """What somebody sent."""

    submission: int
    subject: int
    form: str
    version: int
    language: str
    page: str
    at: datetime
    identified: bool
    values: Dict[str, str]


class SubmissionContext(TypedDict):
    """Around a submission."""

    ip: NotRequired[Union[str, None]]
    user_agent: NotRequired[Union[str, None]]
    language: NotRequired[Union[str, None]]
    page: NotRequired[Union[str, None]]
    subject: NotRequired[Union[int, None]]


class SubmissionResult(TypedDict):
    """What became of a submission."""

    outcome: Literal["accepted", "invalid", "rate_limited"]
    submission: Union[int, None]
    subject: Union[int, None]
    errors: Dict[str, str]
    message: str
    redirect: str
    requests: List[int]
    messages: List[int]
    optin: Union[int, None]
    not_taken: List[str]


class TemplateCheckOptions(TypedDict):
    """How a template is checked."""

    subjects: NotRequired[Union[List[int], None]]
    data: NotRequired[Union[Dict[str, Any], None]]
    limit: NotRequired[Union[int, None]]


class TemplateInfo(TypedDict):
    """A template and its version."""

    template: MessageTemplate
    version: int


class TemplateReportFindingsItem(TypedDict):
    """Part of a document."""

    code: Literal["link_missing", "link_relative", "link_plain_http", "link_scheme", "link_no_words", "image_no_words", "image_relative", "image_plain_http", "image_inline", "image_invisible", "active_content", "text_from_html", "language_default"]
    severity: Literal["error", "hint"]
    language: str
    part: Literal["html", ""]
    detail: str


class TemplateReportMissingItem(TypedDict):
    """Part of a document."""

    language: str
    variable: str
    subjects: int


class TemplateReport(TypedDict):
    """What to look at before a template is used."""

    version: int
    findings: List[TemplateReportFindingsItem]
    variables: List[str]
    recipients: int
    more: bool
    languages: Dict[str, int]
    missing: List[TemplateReportMissingItem]


class TextVersionTextsItem(TypedDict):
    """Part of a document."""

    language: str
    text: str
    label: NotRequired[Union[str, None]]


class TextVersion(TypedDict):
    """What is shown when consent is asked, in each language."""

    texts: List[TextVersionTextsItem]
    material_change: NotRequired[Union[bool, None]]
    number: NotRequired[Union[int, None]]
    hash: NotRequired[Union[str, None]]
    recorded_at: NotRequired[Union[datetime, None]]


class TokenInfo(TypedDict):
    """Whom a link in a message is about."""

    use: Literal["unsubscribe", "preferences"]
    message: int
    subject: int
    purpose: str
    channel: Literal["any", "email", "sms", "phone", "post", "push", "web", "internal"]
    expires_at: Union[datetime, None]


class TransferAnswer(TypedDict):
    """May data go there?."""

    verdict: Literal["allowed", "allowed_with_safeguards", "denied"]
    rule: str
    reference: str
    sentence: str
    place: str
    basis: str


class UpsertResultsItem(TypedDict):
    """Part of a document."""

    outcome: Literal["created", "updated", "unchanged", "skipped", "rejected"]
    subject: NotRequired[int]
    field: NotRequired[str]
    reason: NotRequired[str]


class VerifyOptions(TypedDict):
    """What a verification looks for."""

    residue: NotRequired[Union[List[str], None]]
    residue_paths: NotRequired[Union[List[str], None]]


class VerifyReportFindingsItem(TypedDict):
    """Part of a document."""

    severity: Literal["notice", "error"]
    code: str
    message: str
    sequence: int


class VerifyReport(TypedDict):
    """What a verification found."""

    ok: bool
    events: int
    erased: int
    ready_rows: int
    head: str
    findings: List[VerifyReportFindingsItem]


BreachList = List[BreachListItem]
CampaignList = List[CampaignInfo]
DeliveryList = List[DeliveryListItem]
ErasureResults = List[ErasureResultsItem]
EventCounts = List[EventCountsItem]
FieldList = List[Field]
FormList = List[FormInfo]
FormValues = Dict[str, Union[str, List[str]]]
Gateway = Union[Gateway1, Gateway2, Gateway3]
History = List[HistoryItem]
HoldList = List[HoldListItem]
HolderExport = List[HolderExportItem]
HolderList = List[HolderInfo]
HolderTaskList = List[HolderTask]
LintFindings = List[LintFindingsItem]
Memberships = List[MembershipsItem]
MessageList = List[MessageInfo]
OptinList = List[Optin]
PointsHistory = List[PointsHistoryItem]
ProcessorList = List[Processor]
ProcessorSeed = List[ProcessorSeedItem]
ProcessorVersions = List[ProcessorVersionsItem]
PurposeList = List[Purpose]
RefreshReports = List[RefreshReport]
RequestList = List[Request]
RequestSteps = List[RequestStepsItem]
RetentionList = List[RetentionInfo]
RetentionPreviews = List[RetentionPreviewsItem]
RetentionRuns = List[RetentionRunsItem]
SegmentList = List[SegmentInfo]
SubjectNumbers = List[int]
SubmissionList = List[Submission]
TagList = List[str]
TemplateList = List[TemplateInfo]
UpsertResults = List[UpsertResultsItem]
UpsertRows = List[SubjectInput]

# Where times ("time") and days ("day") are; "*" is every member, a name in brackets another document.
PLACES: Dict[str, Any] = {
    "backup_info": {"created_at": "time"},
    "breach": {"aware_at": "time", "processor_told_at": "time"},
    "breach_communication": {"at": "time"},
    "breach_list": [{"aware_at": "time", "recorded_at": "time", "clock": {"due": "time", "begins": "time", "counted": "time"}, "notified_at": "time", "informed_at": "time", "closed_at": "time"}],
    "breach_notice": {"at": "time"},
    "breach_record": {"aware_at": "time", "recorded_at": "time", "clock": {"due": "time", "begins": "time", "counted": "time"}, "notified_at": "time", "informed_at": "time", "closed_at": "time", "facts": "<breach>", "figures": {"at": "time"}, "steps": [{"at": "time"}]},
    "campaign": {"events": [{"when": {"at": "time"}}]},
    "campaign_info": {"definition": "<campaign>", "published_at": "time"},
    "campaign_list": ["<campaign_info>"],
    "change_page": {"changes": [{"at": "time"}]},
    "deadline": {"due": "day", "nominal": "day", "extension_notice_latest": "day", "cautious": "day", "safe": "day", "due_suspended": "day", "uk_identity": "day", "uk_clarification": "day", "begins": "time", "counted": "time"},
    "deadline_query": {"notice": "day", "asked": "day", "answered": "day"},
    "definitions": {"fields": ["<field>"], "purposes": ["<purpose>"], "segments": ["<segment>"], "templates": ["<message_template>"], "campaigns": [{"events": [{"when": {"at": "time"}}]}], "retention": ["<retention_rule>"], "processors": ["<processor>"], "holders": ["<holder>"]},
    "delivery_list": [{"at": "time", "recorded_at": "time"}],
    "erasure_receipt": {"logical_at": "time", "physical_at": "time", "holders": [{"answered_at": "time", "retained": [{"until": "time"}]}], "recipients": [{"told_at": "time"}]},
    "erasure_results": [{"receipt": "<erasure_receipt>", "commitments": ["<commitment>"]}],
    "explanation": {"holds_until": "time"},
    "field_list": ["<field>"],
    "form_info": {"form": "<form>", "published_at": "time", "retired_at": "time"},
    "form_list": ["<form_info>"],
    "history": [{"effective_at": "time", "recorded_at": "time", "evidence": {"expires_at": "time"}}],
    "hold_list": [{"until": "time", "placed_at": "time", "ended_at": "time"}],
    "holder_export": [{"exported_at": "time"}],
    "holder_info": {"definition": "<holder>"},
    "holder_list": ["<holder_info>"],
    "holder_task": {"opened_at": "time", "due_at": "time", "ended_at": "time", "retained": [{"until": "time"}]},
    "holder_task_list": ["<holder_task>"],
    "journal_comparison": {"last_at": "time"},
    "journal_info": {"last_at": "time"},
    "message_info": {"queued_at": "time", "not_before": "time", "due_at": "time", "finished_at": "time"},
    "message_list": ["<message_info>"],
    "opendsr_request": {"submitted_time": "time"},
    "optin": {"requested_at": "time", "expires_at": "time", "last_mail_at": "time", "closed_at": "time"},
    "optin_list": ["<optin>"],
    "outgoing_message": {"date": "time"},
    "place_check": {"at": "time"},
    "place_report": {"day": "day", "law_as_of": "day", "place": {"answer": "<transfer_answer>"}, "recipients": [{"answer": "<transfer_answer>"}]},
    "points_history": [{"at": "time"}],
    "privacy_notice": {"as_of": "day"},
    "processing_records": {"as_of": "day", "retention": ["<retention_rule>"]},
    "processor": {"history": [{"from": "day", "contract": {"signed": "day", "until": "day"}, "tool_signed": "day", "assessment": {"made": "day"}}]},
    "processor_list": ["<processor>"],
    "processor_seed": [{"processor": "<processor>"}],
    "processor_versions": [{"facts": {"from": "day", "contract": {"signed": "day", "until": "day"}, "tool_signed": "day", "assessment": {"made": "day"}}, "recorded_at": "time"}],
    "purpose": {"texts": ["<text_version>"], "retired_at": "time"},
    "purpose_list": ["<purpose>"],
    "queue_result": {"decision": {"holds_until": "time"}},
    "rectification": {"at": "time", "recipients": [{"last_at": "time"}]},
    "refresh_reports": ["<refresh_report>"],
    "request": {"received_at": "time", "asked_at": "time", "verified_at": "time", "extended_at": "time", "lifting_announced_at": "time", "lifted_at": "time", "closed_at": "time", "token_expires_at": "time", "due": "day", "warn": "day", "due_suspended": "day", "extension_notice_latest": "day"},
    "request_list": ["<request>"],
    "request_steps": [{"at": "time"}],
    "restore_report": {"backup": "<backup_info>"},
    "retention_info": {"rule": "<retention_rule>", "looked_at": "time"},
    "retention_list": ["<retention_info>"],
    "retention_previews": [{"due": [{"due_at": "time"}]}],
    "retention_runs": [{"at": "time"}],
    "segment_info": {"segment": "<segment>", "refreshed_at": "time"},
    "segment_list": ["<segment_info>"],
    "simulation": {"steps": [{"at": "time"}]},
    "subject": {"created_at": "time", "changed_at": "time"},
    "subject_page": {"subjects": ["<subject>"]},
    "submission": {"at": "time"},
    "submission_list": ["<submission>"],
    "template_info": {"template": "<message_template>"},
    "template_list": ["<template_info>"],
    "text_version": {"recorded_at": "time"},
    "token_info": {"expires_at": "time"},
    "upsert_rows": ["<subject_input>"],
}
