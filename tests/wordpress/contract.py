#!/usr/bin/env python3
"""The exporter and the eraser by core's own AJAX handlers, as the browser of an administrator calls them, for people with
so many entries of the ledger and so many orders. Ends with "N passed, N failed"."""
import html, http.cookiejar, io, json, os, re, ssl, subprocess, sys, urllib.parse, urllib.request, zipfile

URL, W = os.environ["WP_URL"], os.environ["W"]
HERE = os.path.dirname(os.path.abspath(__file__))
TAG = os.environ.get("TAG", "contract")
passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED:", what, str(seen)[:400], flush=True)


context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a certificate of our own, on this machine
admin = urllib.request.build_opener(
    urllib.request.ProxyHandler({}),
    urllib.request.HTTPSHandler(context=context),
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
)


def get(path):
    return admin.open(URL + path, timeout=120).read().decode()


def post(path, **fields):
    return admin.open(URL + path, urllib.parse.urlencode(fields).encode(), timeout=120).read().decode()


def behind(*words):
    environment = {k: v for k, v in os.environ.items() if k != "HABEAS_PHP_PATH"}
    run = subprocess.run(["runuser", "-u", "www-data", "--", "php", "-d", "error_reporting=22527", os.environ.get("TOOLS", HERE) + "/help.php", *words],
                         env=environment, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stdout[-500:] + run.stderr[-500:])
    return json.loads(run.stdout.splitlines()[-1])


def handles(kind, request):
    page = get(f"/wp-admin/{kind}-personal-data.php?orderby=requester&paged=1")
    name = "export-personal-data" if kind == "export" else "remove-personal-data"
    tag = next(t for t in re.findall(rf'<(?:div|span)[^>]*class="{name}"[^>]*>', page) if f'data-request-id="{request}"' in t)
    return {k: html.unescape(v) for k, v in re.findall(r'data-([\w-]+)="([^"]*)"', tag)}


def run(kind, request, only=None, pages=None):
    """Every exporter or eraser, page after page; the answers of each."""
    data = handles(kind, request)
    field = "exporter" if kind == "export" else "eraser"
    answers, index, page = [], 1, 1
    count = int(data[field + "s-count"])
    if only == "last":
        index = count
    while index <= count and (pages is None or len(answers) < pages):
        answer = json.loads(post("/wp-admin/admin-ajax.php", action=f"wp-privacy-{kind}-personal-data", id=request, page=page,
                                 security=data["nonce"], sendAsEmail="false", **{field: index}))
        if not answer["success"]:
            check(f"{kind} answers", False, answer)
            return answers
        answers.append((index == count, page, answer["data"]))
        index, page = (index + 1, 1) if answer["data"]["done"] else (index, page + 1)
    return answers


get("/wp-login.php")
post("/wp-login.php", log="admin", pwd="test-Pass-1", testcookie="1", redirect_to=URL + "/wp-admin/")
for number in [int(n) for n in os.environ.get("SIZES", "0 1 499 501 5000").split()]:
    email = f"{TAG}-{number}@people.example"
    exporting, erasing = behind("seed", email, str(number))
    answers = run("export", exporting)
    ours = [data for last, _, data in answers if last]
    # 500 of each a page; a full page is followed by another one, which may be empty
    check(f"{number}: pages of the exporter", len(ours) == number // 500 + 1, len(ours))
    archive = zipfile.ZipFile(io.BytesIO(admin.open(answers[-1][2]["url"]).read()))
    groups = next(iter(json.loads(archive.read("export.json")).values()))
    for group in ("habeas-ledger", "habeas-orders"):
        found = len(groups[group]["items"]) if group in groups else 0
        check(f"{number}: items of {group}", found == number, found)
    check(f"{number}: profile once", ("habeas-person" in groups) == (number > 0))
    values = [pair["value"] for g in groups.values() for item in g["items"].values() for pair in item]
    check(f"{number}: values are strings", all(isinstance(value, str) for value in values))
    if number > 500:  # a tab that was closed after a page, then begun again from page 1
        data = handles("erase", erasing)
        last = int(data["erasers-count"])
        first = json.loads(post("/wp-admin/admin-ajax.php", action="wp-privacy-erase-personal-data", id=erasing, page=1,
                                security=data["nonce"], eraser=last))["data"]
        check(f"{number}: first page is not the last", first["done"] is False and first["items_removed"], first)
    answers = run("erase", erasing)
    ours = [data for last, _, data in answers if last]
    for data in ours:
        check(f"{number}: shape", all(type(data[key]) is kind for key, kind in
              (("items_removed", bool), ("items_retained", bool), ("messages", list), ("done", bool))), data)
    check(f"{number}: removed and retained", any(d["items_removed"] for d in ours) == (number > 0)
          and any(d["items_retained"] for d in ours) == (number > 0), ours)
    said = " ".join(message for data in ours for message in data["messages"])
    check(f"{number}: what is kept is said with its ground", number == 0 or ("AO 147(1)" in said and "GDPR 21(3)" in said), said)
    check(f"{number}: nothing is left", behind("decide", email) in ("SUBJECT_UNKNOWN", "UNKNOWN_SUBJECT"), behind("decide", email))
    again, erasing_again = None, behind("seed-request", email)
    answers = run("erase", erasing_again, only="last")
    check(f"{number}: again changes nothing", len(answers) == 1 and not answers[0][2]["items_removed"] and answers[0][2]["done"], answers)
states = behind("requests")
check("every erasure is closed", all(r["closed_at"] for r in states if r["kind"] == "erasure"), [r["state"] for r in states])
check("exports by the administrator stay open until marked completed", any(r["kind"] == "access" and not r["closed_at"] for r in states))
check("all requests have a day on which they are due", all(r["due"] for r in states))
check("the store verifies", behind("verify")["ok"])
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
