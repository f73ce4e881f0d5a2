// The whole way of one person in Chromium, held against axe-core on each screen. Ends with "N passed, N failed".
// usage: node flow.mjs [--short]: only what differs by transport, without screenshots
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const { W, WP_URL, HABEAS_AXE } = process.env;
const here = import.meta.dirname;
const require = createRequire(join(HABEAS_AXE, "package.json"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
process.removeAllListeners("warning");
const shots = process.env.SHOTS ?? join(W, "shots");
mkdirSync(shots, { recursive: true });
const short = process.argv.includes("--short");
const transport = process.env.TRANSPORT ?? "process";
const who = `nora.quitterbach.${Date.now()}@people.example`;
let passed = 0, failed = 0, other = "";
const check = (what, good, seen = "") => {
  good ? passed++ : failed++;
  if (!good) console.log("FAILED:", what, String(typeof seen === "string" ? seen : JSON.stringify(seen)).slice(0, 600));
};
const behind = (...words) => {
  const env = { ...process.env }; delete env.HABEAS_PHP_PATH;
  const out = execFileSync("runuser", ["-u", "www-data", "--", "php", "-d", "error_reporting=22527", ...(process.env.PHP_FLAGS ?? "").split(" ").filter(Boolean), join(process.env.TOOLS ?? here, "help.php"), ...words], { env }).toString();
  return JSON.parse(out.trim().split("\n").at(-1));
};
const mails = () => readdirSync(join(W, "mail")).sort().map((f) => JSON.parse(readFileSync(join(W, "mail", f))));
const link = (mail, pattern) => mail?.message.replace(/&amp;/g, "&").match(pattern)?.[0];
const to = (address, from) => mails().slice(from).filter((m) => String(m.to) === address);

const browser = await puppeteer.launch({
  executablePath: process.env.HABEAS_CHROMIUM ?? "/usr/bin/chromium", headless: true, acceptInsecureCerts: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const outside = [];
const person = async () => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 1200, height: 900 });
  page.setDefaultTimeout(60000);
  page.on("request", (r) => { if (/^https?:/.test(r.url()) && new URL(r.url()).hostname !== "127.0.0.1") outside.push(r.url()); });
  return page;
};
const go = (page, path) => page.goto(path.startsWith("http") ? path : WP_URL + path, { waitUntil: "load" });
const press = async (page, selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };
let number = 0;
// A screenshot, and axe-core on what is ours (the frame of wp-admin and the theme are not).
const look = async (page, name, ours) => {
  if (short) return;
  await page.screenshot({ path: join(shots, `${String(++number).padStart(2, "0")}-${name}.png`), fullPage: true });
  await page.evaluate(axe);
  const found = await page.evaluate((inside) => axe.run(document.querySelector(inside) ?? document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }), ours);
  check(`${name}: accessible`, found.violations.length === 0, found.violations.map((v) => `${v.id}: ${v.nodes[0].html}`));
};
const text = (page) => page.evaluate(() => document.body.innerText);

try {
  const admin = await person(), visitor = await person();
  await go(admin, "/wp-login.php");
  await admin.type("#user_login", "admin"); await admin.type("#user_pass", "test-Pass-1");
  await press(admin, "#wp-submit");
  // settings: refused inside of the web root, with the remedy
  const set = async (name, value) => admin.$eval(`#habeas-${name}`, (e, v) => { e.value = v; }, value);
  await go(admin, "/wp-admin/admin.php?page=habeas-settings");
  if (!short) {
    await set("store", `${W}/site/wp-content/uploads/site.habeas`);
    await press(admin, "#submit");
    check("a store in the web root is refused with the remedy", (await text(admin)).includes("must not lie in"));
    await look(admin, "settings-refused", "#wpbody-content");
    await go(admin, "/wp-admin/admin.php?page=habeas");
    check("no screen works without a store", (await text(admin)).includes("must not lie in"));
    await go(admin, "/wp-admin/admin.php?page=habeas-settings");
  }
  for (const [name, value] of Object.entries({ store: `${W}/data/site.habeas`, key_file: `${W}/key/site.key`, transport, name: "Example Shop", address: "Musterweg 1, 10115 Berlin, Germany", email: "hello@shop.example", country: "DE" })) await set(name, value);
  await press(admin, "#submit");
  check("settings are kept", (await admin.$eval("#habeas-store", (e) => e.value)) === `${W}/data/site.habeas`);
  await look(admin, "settings", "#wpbody-content");
  // purposes
  await go(admin, "/wp-admin/admin.php?page=habeas");
  if (!(await text(admin)).includes("newsletter")) {
    await admin.type("#code", "newsletter"); await admin.type("#label", "Yes, send me the newsletter");
    await admin.type("#text", "Example Shop may send me its newsletter about books by e-mail once a month. I can withdraw this at any time.");
    await press(admin, "#submit");
    check("a purpose is added", (await text(admin)).includes("Done."), await text(admin));
  }
  await look(admin, "purposes", "#wpbody-content");

  // the visitor consents
  let from = mails().length;
  await go(visitor, "/newsletter/");
  check("the consent form is there", (await visitor.$(".habeas-form")) !== null);
  await look(visitor, "consent-form", "main");
  check("nothing is ticked before", (await visitor.$$eval(".habeas-form [type=checkbox]", (all) => all.length > 0 && all.every((e) => !e.checked))));
  await visitor.type(".habeas-form [type=email]", who);
  await visitor.click(".habeas-form [type=checkbox]");
  await press(visitor, ".habeas-form button");
  check("the visitor is thanked", (await text(visitor)).includes("Please look into your mail"), await text(visitor));
  await look(visitor, "consent-thanks", "main");
  check("nobody may write before the link was used", behind("decide", who) !== "OK_CONSENT", behind("decide", who));
  const confirm = link(to(who, from)[0], /https:\S+\/habeas\/confirm\/\S+/);
  check("the mail with the link came by wp_mail", !!confirm, to(who, from));
  await go(visitor, confirm);
  await look(visitor, "confirm", "main");
  check("opening it changes nothing", behind("decide", who) !== "OK_CONSENT");
  await press(visitor, "main button");
  await look(visitor, "confirmed", "main");
  check("the button does", behind("decide", who) === "OK_CONSENT", behind("decide", who));

  // the administrator sees why
  await go(admin, "/wp-admin/admin.php?page=habeas-subject");
  await admin.type("#habeas_email", who); await press(admin, "#wpbody-content form .button-primary");
  check("the decision is explained", (await text(admin)).includes("OK_CONSENT"), await text(admin));
  await look(admin, "person", "#wpbody-content");

  if (!short) {
    // marketing mail, preference centre, one-click unsubscribe: of another person
    other = `other.${Date.now()}@people.example`;
    from = mails().length;
    await go(visitor, "/newsletter/"); await visitor.type(".habeas-form [type=email]", other); await visitor.click(".habeas-form [type=checkbox]"); await press(visitor, ".habeas-form button");
    await go(visitor, link(to(other, from)[0], /https:\S+\/habeas\/confirm\/\S+/)); await press(visitor, "main button");
    from = mails().length;
    const [, preferences] = behind("letter", other);
    const letter = to(other, from).at(-1);
    const header = [letter?.headers].flat().find((h) => /^List-Unsubscribe:/i.test(h)) ?? "";
    check("mails of marketing carry one-click headers", /https:/.test(header) && [letter.headers].flat().some((h) => /List-Unsubscribe=One-Click/.test(h)), letter);
    await go(visitor, preferences);
    check("the preference centre shows the purpose", /newsletter/i.test(await text(visitor)), await text(visitor));
    await look(visitor, "preferences", "main");
    const answer = await fetch(header.match(/<(https:[^>]+)>/)[1], { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
    check("one-click unsubscribe answers", answer.status === 200, answer.status);
    check("and is obeyed", behind("decide", other) !== "OK_CONSENT", behind("decide", other));
    await go(visitor, "/habeas/confirm/no-such-token");
    check("a wrong token gets a page that says so", (await text(visitor)).length > 20);
    await look(visitor, "wrong-token", "main");
  }

  // the same person has orders, a comment and an account
  behind("shop", who);
  const before = execFileSync("sh", [join(here, "scan.sh"), who]).toString();
  check("the scan finds the person before", /[1-9]/.test(before), before);
  for (const [wish, kind] of [["access", "export"], ["erasure", "erase"]]) {
    from = mails().length;
    await go(visitor, "/my-data/");
    if (kind === "export") await look(visitor, "request-form", "main");
    await visitor.type(".habeas-form [type=email]", who);
    await visitor.click(`.habeas-form [value=${wish}]`);
    await press(visitor, ".habeas-form button");
    check(`${wish}: the visitor is told what to do`, (await text(visitor)).includes("confirm the request"), await text(visitor));
    const confirmation = link(to(who, from)[0], /https?:\S+action=confirmaction\S+/);
    check(`${wish}: WordPress asks for confirmation`, !!confirmation, to(who, from));
    check(`${wish}: no time limit runs yet`, !behind("requests").some((r) => r.kind === wish && !r.closed_at && r.origin === "wordpress" && r.received_at > new Date(Date.now() - 3000).toISOString()));
    await go(visitor, confirmation);
    await look(visitor, `confirmed-${wish}`, "#login");
    const opened = behind("requests").at(-1);
    check(`${wish}: now it runs`, opened.kind === wish && opened.state === "verified" && !!opened.due, opened);
    if (kind === "erase") {
      await go(admin, "/wp-admin/admin.php?page=habeas-requests");
      await look(admin, "requests-open", "#wpbody-content");
    }
    await go(admin, `/wp-admin/${kind}-personal-data.php`);
    const row = `tr:has(a[href="mailto:${who}"])`;
    const handle = kind === "export" ? ".export-personal-data-handle" : ".remove-personal-data-handle";
    const finished = kind === "export"
      ? admin.waitForResponse(async (r) => r.url().includes("admin-ajax") && /"url":/.test(await r.text().catch(() => "")), { timeout: 60000 })
      : null;
    await admin.waitForSelector(row);
    await admin.evaluate((r, h) => document.querySelector(`${r} ${h}`).click(), row, handle);
    if (kind === "export") {
      const url = (await (await finished).json()).data.url;
      const { writeFileSync } = await import("node:fs");
      writeFileSync(join(W, "export.zip"), Buffer.from(await (await fetch(url)).arrayBuffer()));
      const exported = execFileSync("python3", ["-c", "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.read('export.json').decode());print(z.namelist())", join(W, "export.zip")]).toString();
      check("the zip holds consents, orders and the address", ["habeas-ledger", "habeas-orders", "granted", "Quitterbach", who].every((word) => exported.includes(word)), exported);
    } else {
      await admin.waitForSelector(".request-results .notice", { timeout: 60000 });
      const said = (await admin.$eval(".request-results", (e) => e.innerText)).replace(/\s+/g, " ");
      check("the eraser says what is kept, until when and why", /3 orders were anonymised/.test(said) && /AO 147/.test(said) && /GDPR 21\(3\)/.test(said), said);
    }
    await look(admin, `${kind}-done`, "#wpbody-content .privacy_requests, #wpbody-content .wrap h1");
    if (kind === "export") {
      await new Promise((done) => setTimeout(done, 500)); // the script of core goes to the zip by itself, which is a navigation too
      await go(admin, "/wp-admin/export-personal-data.php");
      await admin.waitForSelector(row);
      const bulk = await admin.$(`${row} input[type=checkbox]`);
      await bulk.click(); await admin.select("#bulk-action-selector-top", "complete"); await press(admin, "#doaction");
      const done = behind("requests").find((r) => r.request === opened.request);
      check("marked as completed, the request is closed", !!done.closed_at, done);
    } else {
      const done = behind("requests").find((r) => r.request === opened.request);
      check("the erasure is closed, with the ground of what is kept", done.state === "partly_fulfilled" && done.ground.includes("AO 147"), done);
    }
  }
  check("the mail of core says that it was done", to(who, from).length >= 2, to(who, from).map((m) => m.subject));
  check("nobody has the address any more", behind("decide", who) !== "OK_CONSENT", behind("decide", who));
  const left = execFileSync("sh", [join(here, "scan.sh"), who]).toString().trim();
  check("nothing is left in database, store and uploads", left === "", left);
  check("the store verifies", behind("verify").ok);
  check("the tick does its work", behind("tick").failed === undefined, behind("tick"));
  for (const screen of ["requests", "ledger", "report"]) {
    await go(admin, `/wp-admin/admin.php?page=habeas-${screen}`);
    check(`${screen} opens`, !(await text(admin)).includes("critical error"));
    await look(admin, screen, "#wpbody-content");
  }
  check("the way to the library is the one asked for", (await text(admin)).includes(transport), await text(admin));
  if (!short) {
    await visitor.setViewport({ width: 360, height: 740 });
    for (const [path, name] of [["/newsletter/", "consent-phone"], ["/my-data/", "request-phone"]]) {
      await go(visitor, path); await look(visitor, name, "main");
    }
    // capability and nonce
    const refused = await visitor.evaluate(async () => (await fetch("/wp-admin/admin-post.php", { method: "POST", body: new URLSearchParams({ action: "habeas_purpose", code: "evil", label: "x", text: "x" }) })).url);
    check("a stranger adds no purpose", !/habeas=done/.test(refused), refused);
    const without = await admin.evaluate(async () => (await fetch("/wp-admin/admin-post.php", { method: "POST", body: new URLSearchParams({ action: "habeas_purpose", code: "evil", label: "x", text: "x" }) })).status);
    check("nor does an administrator without the nonce", without === 403, without);
    const form = await visitor.evaluate(async () => (await (await fetch("/newsletter/?habeas_form=habeas_signup", { method: "POST", body: new URLSearchParams({ _habeas_nonce: "wrong", mail: "x@people.example" }) })).text()).includes("open for too long"));
    check("a form without its nonce is not taken", form);
  }
  if (!short) {
    // a right that WordPress has no tool for: a link of habeas
    from = mails().length;
    const third = `third.${Date.now()}@people.example`;
    await go(visitor, "/my-data/"); await visitor.type(".habeas-form [type=email]", third); await visitor.click(".habeas-form [value=restriction]"); await press(visitor, ".habeas-form button");
    const own = link(to(third, from)[0], /https:\S+\/habeas\/request\/\S+/);
    check("restriction: a link of habeas came", !!own, to(third, from));
    await go(visitor, own);
    await look(visitor, "request-link", "main");
    await press(visitor, "main button");
    // what the preference centre opens is done on the screen of requests
    await go(visitor, behind("letter", other)[1]);
    const ask = await visitor.evaluateHandle(() => [...document.querySelectorAll("button")].find((b) => /Ask for my data/.test(b.innerText)));
    await Promise.all([visitor.waitForNavigation(), ask.click()]);
    await go(admin, "/wp-admin/admin.php?page=habeas-requests");
    await look(admin, "requests-here", "#wpbody-content");
    const copied = await admin.evaluate(async () => {
      const form = document.querySelector("input[value=habeas_copy]")?.form;
      if (!form) return document.querySelector("#wpbody-content").innerText;
      return (await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) })).text();
    });
    check("a copy can be downloaded", copied.includes(other), copied);
    check("restriction: pressed, it is verified", behind("requests").some((r) => r.kind === "restriction" && r.state !== "identity_asked"), behind("requests"));
    // buttons of the screens: extend, close, add and retire a purpose
    const pressed = async (action, type) => {
      const button = await admin.evaluateHandle((name) => document.querySelector(`input[value=${name}]`)?.form.querySelector("button, [type=submit]"), action);
      if (type) await admin.evaluate((name, words) => { document.querySelector(`input[value=${name}]`).form.querySelector("[name=reason]").value = words; }, action, type);
      await Promise.all([admin.waitForNavigation(), button.evaluate((e) => e.click())]);
    };
    const restricted = behind("requests").find((r) => r.kind === "restriction" && !r.closed_at);
    const number_of = async (action) => admin.evaluate((name) => Number(document.querySelector(`input[value=${name}]`)?.form.querySelector("[name=request]").value), action);
    const extends_ = await number_of("habeas_extend");
    const dueBefore = behind("requests").find((r) => r.request === extends_)?.due;
    await pressed("habeas_extend", "many requests at once");
    const extended = behind("requests").find((r) => r.request === extends_);
    check("a request is extended with its reason", extended?.extension_months === 2 && extended.due > dueBefore, [dueBefore, extended]);
    await admin.evaluate((request) => { for (const each of document.querySelectorAll("input[value=habeas_fulfil]")) if (Number(each.form.querySelector("[name=request]").value) !== request) each.form.remove(); }, restricted.request);
    await pressed("habeas_fulfil");
    check("a request is closed here", !!behind("requests").find((r) => r.request === restricted.request).closed_at, behind("requests"));
    await look(admin, "requests-closed", "#wpbody-content");
    await go(admin, "/wp-admin/admin.php?page=habeas");
    await admin.type("#code", "survey"); await admin.type("#label", "Ask me now and then"); await admin.type("#text", "Example Shop may ask me by e-mail what I think of it. I can withdraw this at any time.");
    await press(admin, "#submit");
    check("the form asks for the new purpose too", (await (await fetch(WP_URL + "/newsletter/")).text()).includes("Ask me now and then"));
    await admin.evaluate(() => { for (const each of document.querySelectorAll("input[value=habeas_retire]")) if (each.form.querySelector("[name=code]").value !== "survey") each.form.remove(); });
    await pressed("habeas_retire");
    check("retired, it is asked for no more", !(await (await fetch(WP_URL + "/newsletter/")).text()).includes("Ask me now and then"));
    // the blocks, in the editor
    await go(admin, "/wp-admin/post-new.php?post_type=page");
    await admin.waitForFunction(() => window.wp?.blocks?.getBlockType("habeas/request") && window.wp.data.select("core/block-editor"));
    await admin.evaluate(() => {
      wp.data.dispatch("core/preferences")?.set("core/edit-post", "welcomeGuide", false);
      wp.data.dispatch("core/block-editor").insertBlocks(["habeas/consent", "habeas/request"].map((name) => wp.blocks.createBlock(name)));
    });
    const forms = async () => { let n = 0; for (const frame of admin.frames()) n += await frame.evaluate(() => document.querySelectorAll(".habeas-form").length).catch(() => 0); return n; };
    for (let n = 0; n < 100 && (await forms()) < 2; ++n) await new Promise((done) => setTimeout(done, 100));
    check("the editor shows both forms", (await forms()) === 2, await forms());
    await look(admin, "editor", ".wp-block[data-type^=habeas]");
    // the command line, German, and the end
    check("wp habeas decide", behind("cli", "decide", third, "newsletter").startsWith("denied"), behind("cli", "decide", third, "newsletter"));
    check("wp habeas verify", JSON.parse(behind("cli", "verify")).ok);
    check("wp habeas tick", !behind("cli", "tick").includes("failed\": \""), behind("cli", "tick"));
    check("wp habeas requests", typeof behind("cli", "requests") === "string");
    check("wp habeas diagnose", behind("cli", "diagnose").includes("process: works"), behind("cli", "diagnose"));
    check("German", behind("german") === "Zwecke", behind("german"));
  }
  const ours = outside.filter((url) => !url.includes("/s.w.org/images/block-editor/")); // the editor of WordPress welcomes
  check("no request left the machine", ours.length === 0, ours);
} catch (error) {
  check("the flow goes on to its end", false, error.stack);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
