"""5,000 contacts in the columns of Mautic's contact export, with what a real export has wrong in it."""

import unicodedata
from dataclasses import dataclass, field

from countries import COUNTRIES, ROMAN

# The contact fields of Mautic 5 in its export's order (group core, then social), then a shop's own.
COLUMNS = ("id title firstname lastname company position email mobile phone points fax address1 address2 city "
           "state zipcode country preferred_locale timezone last_active attribution_date attribution website "
           "facebook foursquare instagram linkedin skype twitter "
           "birthday customer_since vip interests loyalty_number lifetime_value notes").split()

ROWS = 5000
DUPLICATES = {"exact": 20, "case": 40, "nfd": 20, "a_label": 20, "blanks": 20}
BROKEN = {"no_at": 12, "two_at": 12, "trailing_dot": 12, "space_inside": 12, "no_dot_in_domain": 6,
          "header_injection": 3}
BLANK = {"phone_only": 60, "name_only": 25, "nothing": 15}
# One value that does not fit its field, in a row whose address is good.
SPOILT = {"country_unknown": 20, "mobile_broken": 15, "phone_broken": 15, "date_broken": 15, "url_broken": 10,
          "choice_unknown": 5, "boolean_broken": 5, "number_broken": 5}
COUNTRY_SYNONYMS = 200
MINORS = {15: 12, 13: 12}  # age all through June to December 2026

DOMAINS = ("example.com " * 6 + "example.org " * 3 + "example.net " * 3
           + "mail.example post.example kontakt.example shop.example firma.example").split()
IDN_DOMAINS = {"de": ["müller.example", "straße.example", "bücher.example"], "el": ["βιβλία.example"],
               "bg": ["книги.example"], "pl": ["żółw.example"], "is": ["ísland.example"], "cs": ["žluťoučký.example"],
               "fr": ["forêt.example"], "es": ["señal.example"], "sv": ["smörgås.example"], "mt": ["ħobż.example"]}
COMPANIES = ["{0} GmbH", "{0}, {1} & Co.", 'Café "{0}"', "{0} S.A.", "Studio {0}", "{0} & {1}", '"{0}", Inh. {1}',
             "{0} AB"]
POSITIONS = ["Buyer", "Owner", "CEO, founder", 'Head of "Everything Else"', "Einkauf", "Υπεύθυνη πωλήσεων",
             "Счетоводител", "Księgowa", "Aðstoðarmaður", "Responsable achats"]
INTERESTS = ["books", "music", "garden", "kitchen", "toys", "tools"]
NOTES = ["prefers post", 'says "no calls", ever', "met at the fair,\nstand 12", "zahlt immer spät;\r\nfreundlich",
         "moved in 2024", "=HYPERLINK(\"http://evil.example\",\"click\")", "+1+1", "@SUM(A1:A9)", "-2+3",
         "συνεργάτης, Αθήνα"]


class Random:
    """SplitMix64: the same numbers in every version of Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        x = self.state
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return (x ^ (x >> 31)) % bound

    def chance(self, percent):
        return self.below(1000) < percent * 10

    def pick(self, items):
        return items[self.below(len(items))]

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

    def date(self, first_year, last_year):
        return f"{first_year + self.below(last_year - first_year + 1)}-{1 + self.below(12):02}-{1 + self.below(28):02}"

    def time(self):
        return f"{6 + self.below(17):02}:{self.below(60):02}:{self.below(60):02}"


@dataclass
class Contact:
    row: dict
    country: object
    address: str = ""  # the deliverable address in its usual spelling; empty where there is none
    kind: str = "plain"  # plain, duplicate:…, broken:…, blank:…, spoilt:…
    of: object = None  # the contact that a duplicate repeats
    minor: int = 0
    consents: list = field(default_factory=list)


def roman(text):
    """ASCII letters for the local part of an address."""
    out = ""
    for ch in unicodedata.normalize("NFD", text.lower()):
        out += ROMAN.get(ch, ch if "a" <= ch <= "z" else "")
    return out


def a_label(domain):
    """IDNA2008 without mapping: the labels above are lower case and NFC already."""
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode()
                    for label in domain.split("."))


def keeps_case(text):
    """Whether upper and lower case lead back to the same text, letter by letter (not so for ß and final ς)."""
    return all(len(ch.upper()) == 1 and ch.upper().lower() == ch for ch in text)


def digits(random, pattern):
    return "".join(str(random.below(10)) if ch == "#" else ch for ch in pattern)


def phone(random, country, patterns, taken=None):
    """A number as people write it: international, with 00, or as dialled inside the country. With `taken`,
    one that nobody else has: Mautic's column mobile becomes the identifier phone."""
    number = digits(random, random.pick(patterns.split("/")))
    while taken is not None and (country.dial, number) in taken:
        number = digits(random, random.pick(patterns.split("/")))
    if taken is not None:
        taken.add((country.dial, number))
    style = random.below(10)
    if style < 4:
        return f"+{country.dial} {number}"
    if style == 4:
        return f"00{country.dial} {number}"
    if style == 5:
        return f"+{country.dial}-{number.replace(' ', '-')}"
    if style == 6:
        return f"+{country.dial}{number.replace(' ', '')}"
    if style == 7 and country.trunk:
        head, _, tail = number.partition(" ")
        return f"{country.trunk}{head}/{tail.replace(' ', '')}"
    return country.trunk + number


def address_for(random, first, last, country, taken):
    language = country.locales[0][:2]
    domains = IDN_DOMAINS.get(language, [])
    domain = random.pick(domains) if domains and random.chance(15) else random.pick(DOMAINS)
    if random.chance(8):  # an internationalised local part, RFC 6531
        local = unicodedata.normalize("NFC", f"{first}.{last}".lower().replace(" ", "").replace("'", ""))
    else:
        f, l = roman(first), roman(last)
        local = random.pick([f"{f}.{l}", f"{f}.{l}", f"{f[0]}.{l}", f"{l}.{f}", f"{f}_{l}", f"{l}+shop"])
    address, n = f"{local}@{domain}", 1
    while address in taken:
        n += 1
        address = f"{local}{n}@{domain}"
    taken.add(address)
    return address


def typed(random, address):
    """The address as its owner may have typed it at sign-up; still the same address."""
    if random.chance(6) and keeps_case(address):
        local, domain = address.split("@")
        return f"{local.title()}@{domain}" if keeps_case(local.title().lower()) else address
    return address


def street(random, country):
    name, number = random.pick(country.streets), 1 + random.below(180)
    line = f"{number}, {name}" if country.number_first else f"{name} {number}"
    if random.chance(4):
        return random.pick(["Hinterhaus\n", "c/o Atelier\r\n", "Stiege 2\n", "Building “B”,\r\nfloor 3\r\n"]) + line
    return line


def person(random, country, taken):
    woman = random.chance(52)
    first = random.pick(country.women if woman else country.men)
    last = random.pick(country.surnames)[1 if woman else 0]
    city, postcode, region = random.pick(country.cities)
    row = dict.fromkeys(COLUMNS, "")
    address = address_for(random, first, last, country, taken)
    row |= {"firstname": first, "lastname": last, "city": city, "zipcode": digits(random, postcode), "state": region,
            "country": country.name, "email": typed(random, address), "address1": street(random, country),
            "points": str(random.below(40) * 5), "preferred_locale": country.locales[0]}
    if random.chance(60):
        row["title"] = random.pick(["Mrs", "Mrs", "Miss", "Dr"] if woman else ["Mr", "Mr", "Mr", "Dr"])
    if random.chance(25):
        other = random.pick(country.surnames)[0]
        row["company"] = random.pick(COMPANIES).format(last, other)
        row["position"] = random.pick(POSITIONS)
    if random.chance(55):
        row["mobile"] = phone(random, country, country.mobile, taken)
    if random.chance(30):
        row["phone"] = phone(random, country, country.landline)
    if random.chance(2):
        row["fax"] = phone(random, country, country.landline)
    if random.chance(5):
        row["address2"] = random.pick(['2. OG, links', 'c/o "Zum Hirschen"', "bât. C, esc. 2", "Apt. 4/2"])
    if random.chance(15):
        row["preferred_locale"] = random.pick(country.locales + ["", "en_US"])
    if random.chance(70):
        row["timezone"] = country.timezone
    if random.chance(75):
        row["last_active"] = f"{random.date(2022, 2025)} {random.time()}"
    if random.chance(10):
        row["attribution_date"] = f"{random.date(2023, 2025)} 00:00:00"
        row["attribution"] = f"{random.below(90)}.{random.below(100):02}"
    if random.chance(8):
        site = roman(last) or "shop"
        row["website"] = random.pick([f"https://{site}.example", f"http://www.{site}.example/?a=1,2"])
    for network in ("facebook", "instagram", "linkedin", "twitter"):
        if random.chance(3):
            row[network] = f"example.{roman(first)}{random.below(1000)}"
    if random.chance(60):
        row["birthday"] = random.date(1938, 2005)
    if random.chance(80):
        row["customer_since"] = random.date(2009, 2025)
        row["lifetime_value"] = f"{random.below(4000)}.{random.below(100):02}"
        row["loyalty_number"] = f"{random.below(10**7):08}"
    row["vip"] = random.pick(["0", "0", "0", "0", "1", ""])
    row["interests"] = "|".join(name for name in INTERESTS if random.chance(22))
    if random.chance(4):
        row["notes"] = random.pick(NOTES)
    return Contact(row, country, address)


def spoil(random, kind, row):
    column, values = {
        "country_unknown": ("country", ["Unknown", "Atlantis", "XX"]),
        "mobile_broken": ("mobile", ["n/a", "12", "after 6 pm", "+999 12 34"]),
        "phone_broken": ("phone", ["none", "0", "+", "ask at the desk"]),
        "date_broken": ("birthday", ["0000-00-00", "1980-02-31", "31.12.1979"]),
        "url_broken": ("website", ["www.shop.example", "ftp://shop.example", "https://"]),
        "choice_unknown": ("interests", ["books|boats", "all"]),
        "boolean_broken": ("vip", ["maybe", "2"]),
        "number_broken": ("lifetime_value", ["1.234,50 €", "a lot"])}[kind]
    row[column] = random.pick(values)


def broken(random, kind, address):
    local, domain = address.split("@")
    return {"no_at": f"{local}.{domain}", "two_at": f"{local}@@{domain}", "trailing_dot": f"{local}@{domain}.",
            "space_inside": f"{local[:2]} {local[2:]}@{domain}", "no_dot_in_domain": f"{local}@localhost",
            "header_injection": f"{local}@{domain}\nBcc: all@example.com"}[kind]


def respelt(random, kind, address):
    local, domain = address.split("@")
    return {"exact": address, "case": address.upper(), "nfd": unicodedata.normalize("NFD", address),
            "a_label": f"{local}@{a_label(domain)}", "blanks": random.pick(["  {} ", "{}  ", "\t{}"]).format(address)}[kind]


def can_be_respelt(kind, address):
    if kind == "case":
        return keeps_case(address)
    if kind == "nfd":
        return unicodedata.normalize("NFD", address.split("@")[0]) != address.split("@")[0]
    if kind == "a_label":
        return not address.split("@")[1].isascii()
    return True


def make_contacts(random):
    weights = [country for country in COUNTRIES for _ in range(country.weight)]
    taken = set()
    plain = ROWS - sum(DUPLICATES.values())
    contacts = [person(random, random.pick(weights), taken) for _ in range(plain)]
    random.shuffle(contacts)

    # Each kind takes the next contacts of the shuffled list, so that no row has two faults of identity.
    queue = iter(contacts)
    for kind, count in BROKEN.items():
        for _ in range(count):
            contact = next(queue)
            contact.row["email"] = broken(random, kind, contact.address)
            contact.kind, contact.address = f"broken:{kind}", ""
    for kind, count in BLANK.items():
        for _ in range(count):
            contact = next(queue)
            contact.kind, contact.address = f"blank:{kind}", ""
            contact.row["email"] = ""
            if kind == "phone_only":
                contact.row["mobile"] = phone(random, contact.country, contact.country.mobile, taken)
            elif kind == "name_only":
                contact.row["mobile"] = contact.row["phone"] = ""
            else:
                contact.row = dict.fromkeys(COLUMNS, "")
                contact.row["points"] = "0"
    for age, count in MINORS.items():
        for _ in range(count):
            contact = next(queue)
            contact.minor = age
            contact.row["birthday"] = f"{2026 - age}-{1 + random.below(5):02}-{1 + random.below(28):02}"
            contact.row["company"] = contact.row["position"] = ""
    for kind, count in SPOILT.items():
        for _ in range(count):
            contact = next(queue)
            contact.kind = f"spoilt:{kind}"
            spoil(random, kind, contact.row)
    rest = list(queue)
    for contact in rest[:COUNTRY_SYNONYMS]:
        country = contact.country
        contact.row["country"] = random.pick(country.also + [country.code, country.name.upper()])

    used = set()
    for kind, count in DUPLICATES.items():
        fitting = [c for c in rest if id(c) not in used and can_be_respelt(kind, c.address)]
        for _ in range(count):
            original = fitting.pop(random.below(len(fitting)))
            used.add(id(original))
            again = Contact(dict(original.row), original.country, original.address, f"duplicate:{kind}", original)
            again.row["email"] = respelt(random, kind, original.address)
            again.row["phone"] = ""  # a blank must not overwrite
            again.row["points"] = str(random.below(40) * 5)
            contacts.append(again)

    # Duplicates stand anywhere behind their originals, ids rise with gaps.
    originals = contacts[:plain]
    random.shuffle(originals)
    ordered = originals[:]
    for again in contacts[plain:]:
        place = next(i for i, c in enumerate(ordered) if c is again.of)
        ordered.insert(place + 1 + random.below(len(ordered) - place), again)
    number = 1000
    for contact in ordered:
        number += 1 + (random.below(8) == 0) * random.below(5)
        contact.row["id"] = str(number)
    return ordered


def php_csv(rows):
    """What PHP's fputcsv writes: a cell is quoted if it has a comma, quote, backslash, blank, tab or line break."""
    lines = []
    for row in rows:
        cells = ['"' + cell.replace('"', '""') + '"' if any(ch in ',"\\ \t\r\n' for ch in cell) else cell
                 for cell in row]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
