#!/usr/bin/env python3
"""Holds pages that habeas makes to what they promise: well-formed (as XML too, so that every SVG is),
self-contained, accessible, readable in light and in dark. usage: check_page.py FILE.html..."""
import re
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
ALLOWED = set("""html head meta title style body div header main section article footer nav h1 h2 h3 h4 p ul ol li
    dl dt dd a span strong code pre blockquote table caption thead tbody tr th td figure figcaption details summary
    svg desc rect line text circle polygon polyline""".split())
ATTRIBUTES = set("""lang xmlns charset name content id class aria-labelledby aria-hidden href scope role viewBox
    preserveAspectRatio x y x1 y1 x2 y2 cx cy r rx width height points text-anchor tabindex data-label""".split())
# Text and graphics of the style sheet with what they stand on, and the contrast they need (WCAG 2.2 AA).
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [("ink", "paper", TEXT), ("ink", "ground", TEXT), ("soft", "paper", TEXT), ("soft", "ground", TEXT),
         ("accent", "paper", TEXT), ("warn-ink", "warn-bg", TEXT), ("good-ink", "good-bg", TEXT),
         ("yes", "yes-bg", TEXT), ("no", "no-bg", TEXT), ("wait", "wait-bg", TEXT), ("note", "note-bg", TEXT)]
PAIRS += [(name, "paper", GRAPHIC) for name in "yes open no flawed rule s0 s1 s2 s3 s4 s5 s6".split()]


def name_of(element):
    return element.tag.rsplit("}", 1)[-1]


class Tree(HTMLParser):
    """What a browser sees: elements with their place; complains of what is never closed."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.problems, self.text = [], [], [], {}

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), list(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), list(self.open)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"{self.getpos()}: </{tag}> closes another element")

    def handle_data(self, data):
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data


def variables(block):
    return dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", block))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_colours(style, report):
    light = variables(re.search(r":root\{[^}]*\}", style)[0])
    dark = re.search(r"prefers-color-scheme:dark\)\{:root\{([^}]*)\}", style)
    if dark is None:
        report("no colours for prefers-color-scheme: dark")
        return
    for scheme, colours in (("light", light), ("dark", light | variables(dark[1]))):
        for ink, paper, least in PAIRS:
            if ink in colours and paper in colours and contrast(colours[ink], colours[paper]) < least:
                report(f"{scheme}: {ink} on {paper} has {contrast(colours[ink], colours[paper]):.2f}, not {least}")


def check_svg(root, report):
    plots = 0
    for each in root.iter("{http://www.w3.org/2000/svg}svg"):
        plots += 1
        if each.get("aria-hidden") == "true":
            continue
        kinds = [name_of(child) for child in each]
        named = [child.get("id") for child in each][:2]
        if each.get("role") != "img" or kinds[:2] != ["title", "desc"]:
            report(f"a plot without role, title and desc: {kinds[:3]}")
        elif each.get("aria-labelledby", "").split() != named or not all(c.text for c in list(each)[:2]):
            report(f"a plot whose label is not its title and desc: {named}")
    return plots


def check_tables(root, report):
    for table in (e for e in root.iter() if name_of(e) == "table"):
        rows = [row for row in table.iter() if name_of(row) == "tr"]
        if not any(name_of(child) == "caption" and "".join(child.itertext()).strip() for child in table):
            report("a table without caption")
        if len({len(list(row)) for row in rows}) > 1:
            report("a table whose rows differ in length")
        for cell in (c for row in rows for c in row if name_of(c) == "th"):
            if not cell.get("scope") and cell.get("aria-hidden") != "true":
                report("a th without scope")


def check(path):
    problems = []

    def report(text):
        problems.append(f"{path}: {text}")

    with open(path, encoding="utf-8") as file:
        html = file.read()
    if not html.startswith("<!DOCTYPE html>"):
        report("no doctype")
    root = ET.fromstring(html)  # raises where it is not well-formed
    tree = Tree()
    tree.feed(html)
    tree.close()
    for problem in tree.problems + [f"never closed: {t}" for t in tree.open]:
        report(problem)
    names = [e[0] for e in tree.elements]
    for tag, attributes, _ in tree.elements:
        if tag not in ALLOWED:
            report(f"<{tag}> does not belong here")
        for name, value in attributes.items():
            if name.lower() not in {a.lower() for a in ATTRIBUTES}:
                report(f"attribute {name} on <{tag}> does not belong here")
            if name == "href" and not value.startswith("#"):
                report(f"a link leads elsewhere: {value}")
    style = tree.text.get("style", "")
    for outside in ("url(", "@import", "http:", "https:", "expression("):
        if outside in style:
            report(f"the style sheet holds {outside}")
    ids = [e[1]["id"] for e in tree.elements if "id" in e[1]]
    if len(ids) != len(set(ids)):
        report(f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}")
    for _, attributes, _ in tree.elements:
        wanted = attributes.get("aria-labelledby", "").split()
        if attributes.get("href", "").startswith("#"):
            wanted.append(attributes["href"][1:])
        for each in wanted:
            if each not in ids:
                report(f"nothing has the id {each}")
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    if levels.count(1) != 1 or levels[0] != 1 or any(b > a + 1 for a, b in zip(levels, levels[1:])):
        report(f"the headings skip a level: {levels}")
    if not tree.elements[0][1].get("lang") or names.count("main") != 1:
        report("no language, or not one main")
    if '<meta name="viewport" content="width=device-width' not in html:
        report("no viewport")
    check_colours(style, report)
    check_tables(root, report)
    plots = check_svg(root, report)
    print(f"{path}: {len(names)} elements, {plots} plots, {len(problems)} problems")
    return problems


def main(paths):
    problems = [problem for path in paths for problem in check(path)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
