"""Consent records with their evidence for about 60 % of the contacts, and lines that must not count."""

from people import respelt, can_be_respelt

COLUMNS = ("email purpose channel action at text_version language method form ip user_agent document "
           "preticked").split()

PEOPLE = 3000
# What happened to how many of them; the rest gave one plain consent to the newsletter.
STORIES = {"both_purposes": 500, "refused": 150, "withdrawn": 250, "withdrawn_then_again": 80, "pending": 100,
           "confirmed": 200, "no_text_version": 100, "preticked": 60, "paper": 60, "telephone": 40,
           "profiling_refused": 100, "withdrawn_under_other_spelling": 40, "withdrawal_first_in_file": 15,
           "profiling_only": 60}
# The newsletter's second text came into force on this day.
TEXT_2_FROM = "2025-04-01"

FORMS = ["signup", "checkout", "footer", "event-2025"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
          "Mobile/15E148 Safari/604.1",
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"]
ZONES = ["Z", "Z", "+00:00", "+01:00", "+02:00", "+03:00"]


def truncated_ip(random):
    """Networks set aside for documentation, cut to /24 and /48."""
    if random.chance(25):
        return f"2001:db8:{random.below(65536):x}::"
    return random.pick(["192.0.2.0", "198.51.100.0", "203.0.113.0"])


def moment(random, day):
    fraction = f".{random.below(1000):03}" if random.chance(20) else ""
    return f"{day}T{random.time()}{fraction}{random.pick(ZONES)}"


def record(random, contact, purpose, action, day, method="form"):
    language = "de" if contact.country.code in ("DE", "AT", "LI") or contact.country.locales[0] == "de_LU" else "en"
    line = dict.fromkeys(COLUMNS, "")
    email = contact.address
    if random.chance(5) and can_be_respelt("case", email):
        email = respelt(random, "case", email)
    line |= {"email": email, "purpose": purpose, "channel": "email", "action": action, "at": moment(random, day),
             "method": method, "preticked": "0"}
    if action != "withdrawn":
        line["text_version"] = "2" if purpose == "newsletter" and day >= TEXT_2_FROM else "1"
        line["language"] = language
    if method == "form":
        line |= {"form": random.pick(FORMS) if action != "withdrawn" else "unsubscribe", "ip": truncated_ip(random),
                 "user_agent": random.pick(AGENTS)}
    elif method == "paper":
        line["document"] = f"archive/{day[:4]}/card-{random.below(10**5):05}.pdf"
    elif method == "phone":
        line["document"] = f'call {day}, "agent {random.below(40):02}"'
    return line


def tell(random, contact, story):
    """The records of one person, oldest first."""
    early, later, last = random.date(2023, 2024), random.date(2025, 2025), f"2026-{1 + random.below(9):02}-15"
    day = random.pick([early, early, later, last])

    def one(purpose, action, when=day, method="form"):
        return record(random, contact, purpose, action, when, method)

    if story == "both_purposes":
        return [one("newsletter", "granted"), one("profiling", "granted")]
    if story == "refused":
        return [one("newsletter", "refused")]
    if story in ("withdrawn", "withdrawal_first_in_file"):
        return [one("newsletter", "granted", early), one("newsletter", "withdrawn", later)]
    if story == "withdrawn_then_again":
        return [one("newsletter", "granted", early), one("newsletter", "withdrawn", later),
                one("newsletter", "granted", last)]
    if story == "pending":
        return [one("newsletter", "requested")]
    if story == "confirmed":
        asked, hour = one("newsletter", "requested"), 6 + random.below(16)
        asked["at"] = f"{day}T{hour:02}:{random.below(60):02}:{random.below(60):02}Z"
        return [asked, dict(asked, action="granted", at=asked["at"].replace(f"T{hour:02}", f"T{hour + 1:02}"))]
    if story == "no_text_version":
        line = one("newsletter", "granted", early, "import")
        return [dict(line, text_version="", language="")]
    if story == "preticked":
        return [dict(one("newsletter", "granted", early), preticked="1")]
    if story in ("paper", "telephone"):
        return [one("newsletter", "granted", day, {"paper": "paper", "telephone": "phone"}[story])]
    if story == "profiling_refused":
        return [one("newsletter", "granted"), one("profiling", "refused")]
    if story == "profiling_only":
        return [one("profiling", "granted")]
    if story == "withdrawn_under_other_spelling":
        kind = next(k for k in ("a_label", "nfd", "case", "blanks") if can_be_respelt(k, contact.address))
        gone = dict(one("newsletter", "withdrawn", later), email=respelt(random, kind, contact.address))
        return [one("newsletter", "granted", early), gone]
    return [one("newsletter", "granted")]


def faulty(random, contacts):
    """Lines that an import has to reject, each with its reason."""
    def line(**changes):
        return dict(record(random, random.pick(contacts), "newsletter", "granted", "2025-06-15"), **changes)

    faults = {
        "unknown_address": [line(email=f"nobody{n}@example.com") for n in range(12)],
        "broken_address": [line(email=e) for e in ("anna.example.com", "a@@example.org", "no one@example.net", "")],
        "bad_date": [line(at=at) for at in ("2025-02-30T10:00:00Z", "15.06.2025 10:00", "15/06/2025", "yesterday", "",
                                            "2025-06-15T25:00:00Z")],
        "future_date": [line(at="2099-01-01T00:00:00Z"), line(at="2199-12-31T23:59:59+02:00")],
        "unknown_purpose": [line(purpose=p) for p in ("newsleter", "sms_offers", "")],
        "unknown_action": [line(action=a) for a in ("yes", "opt-in")],
        "unknown_text_version": [line(text_version="9")],
    }
    return [(kind, entry) for kind, entries in faults.items() for entry in entries]


def make_consents(random, contacts):
    """The lines of the file, and how many people have which story."""
    able = [c for c in contacts if c.address and not c.kind.startswith(("duplicate", "spoilt"))]
    minors = [c for c in able if c.minor]
    others = [c for c in able if not c.minor]
    random.shuffle(others)
    chosen = minors + others[:PEOPLE - len(minors)]
    stories = {"minor": len(minors), "plain": PEOPLE - len(minors) - sum(STORIES.values())} | STORIES
    lines, first, position = [], [], len(minors)
    for contact in minors:
        contact.consents = [record(random, contact, "newsletter", "granted", "2026-06-15")]
        contact.story = "minor"
    for story, count in {"plain": stories["plain"], **STORIES}.items():
        for contact in chosen[position:position + count]:
            contact.consents = tell(random, contact, story)
            contact.story = story
        position += count
    for contact in chosen:
        if contact.story == "withdrawal_first_in_file":
            first.append(contact.consents[-1])
            lines.extend(contact.consents[:-1])
        else:
            lines.extend(contact.consents)
    lines.sort(key=lambda line: line["at"])
    repeated = [dict(lines[random.below(len(lines))]) for _ in range(5)]
    rejected = faulty(random, others)
    for entry in repeated + [entry for _, entry in rejected]:
        lines.insert(len(lines) // 2 + random.below(len(lines) // 2), entry)
    counts = {}
    for kind, _ in rejected:
        counts[kind] = counts.get(kind, 0) + 1
    return first + lines, stories, counts, len(repeated)


def rfc4180(rows):
    """With a byte order mark and CRLF, as spreadsheet programs write it."""
    lines = ["\ufeff" + ",".join(rows[0])] if rows else []
    for row in rows[1:]:
        lines.append(",".join('"' + cell.replace('"', '""') + '"' if any(ch in ',"\r\n' for ch in cell)
                              or cell != cell.strip() else cell for cell in row))
    return "\r\n".join(lines) + "\r\n"
