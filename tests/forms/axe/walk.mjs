// usage: walk.mjs HABEAS SERVER FLOW FOLDER: a person with a browser, on a store made from FLOW's definitions and
// form. Every page is held against axe-core at two widths and photographed. Last line: N passed, N failed.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { audit, launch, Tally } from "./browser.mjs";

const [habeasProgram, serverProgram, flow, folder] = process.argv.slice(2).map((each) => resolve(each));
const place = mkdtempSync(join(tmpdir(), "habeas-walk-"));
const store = join(place, "shop.habeas");
const tally = new Tally();

function habeas(...words) {
  const out = execFileSync(habeasProgram, ["--store", store, "--actor", "system:walk", ...words], {
    cwd: place, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"],
  });
  return out;
}

// Exit code 1 is a no.
function allowed(address, purpose = "newsletter") {
  try {
    habeas("decide", `email:${address}`, purpose, "email");
    return true;
  } catch (error) {
    if (error.status !== 1) {
      throw error;
    }
    return false;
  }
}

// The path of the last link of this kind in the mails that were sent.
function mailed(kind) {
  habeas("outbox", "run", "--folder", "mail");
  const mails = readdirSync(join(place, "mail"))
    .map((name) => readFileSync(join(place, "mail", name), "utf8").replace(/=\r\n/g, "").replace(/\r\n /g, ""));
  const found = mails.flatMap((text) => text.match(new RegExp(`https://shop.example/${kind}/[A-Za-z0-9_-]+`, "g")) ?? []);
  if (found.length === 0) {
    throw new Error(`no mail has a link to ${kind}`);
  }
  return found.at(-1).replace("https://shop.example", "");
}

function check(what, holds) {
  tally.tell(what, holds ? [] : ["it is not so"]);
}

function start() {
  return new Promise((done, fail) => {
    const server = spawn(serverProgram, [store, "0"], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      if (said.includes("\n")) {
        done({ server, site: said.trim() });
      }
    });
    server.on("exit", (code) => fail(new Error(`the server ended with ${code}: ${said}`)));
  });
}

class Visitor {
  constructor(browser, site, language) {
    Object.assign(this, { browser, site, language });
  }
  async open(path) {
    this.page ??= await this.browser.newPage();
    await this.page.setExtraHTTPHeaders({ "Accept-Language": this.language });
    return this.page.goto(this.site + path);
  }
  // The present page at both widths.
  async look(name) {
    for (const width of [360, 1280]) {
      await this.page.setViewport({ width, height: 800 });
      tally.tell(`${name} at ${width}`, await audit(this.page));
      await this.page.screenshot({ path: join(folder, `${name}-${this.language}-${width}.png`), fullPage: true });
    }
    check(`${name} speaks ${this.language}`,
      (await this.page.evaluate(() => document.documentElement.lang)).startsWith(this.language));
  }
  async press(action) {
    const button = action === "submit" ? "form button" : `button[value="${action}"]`;
    await Promise.all([this.page.waitForNavigation(), this.page.click(button)]);
  }
  async text() {
    return this.page.evaluate(() => document.querySelector("main").innerText);
  }
}

async function walk(browser, site, language, address) {
  const person = new Visitor(browser, site, language);
  await person.open("/form/signup");
  await person.look("signup");
  await person.page.type('input[name="mail"]', "nobody");
  await person.page.evaluate(() => document.querySelector("form").setAttribute("novalidate", ""));
  await person.press("submit");
  await person.look("signup-refused");
  await person.page.evaluate(() => { document.querySelector('input[name="mail"]').value = ""; });
  await person.page.type('input[name="mail"]', address);
  await person.page.click('input[name="newsletter"]');
  await person.press("submit");
  check("after the form nothing is allowed yet", !allowed(address));

  const confirm = mailed("confirm");
  await person.open(confirm);
  await person.look("confirm");
  check("who only opens the link has confirmed nothing", !allowed(address));
  await person.press("confirm");
  await person.look("confirmed");
  check("the button confirms", allowed(address));
  await person.open(confirm);
  await person.look("confirm-again");
  await person.open("/confirm/1-" + "0".repeat(64));
  await person.look("wrong-link");

  const centre = new URL(habeas("preference-link", `email:${address}`).trim()).pathname;
  await person.open(centre);
  await person.look("preferences");
  check("what was agreed to is on, the rest is off", await person.page.evaluate(() =>
    document.getElementById("on.newsletter.email").checked && !document.getElementById("on.offers.email").checked));
  await person.page.click('label[for="on.newsletter.email"]');
  await person.page.click('label[for="on.offers.email"]');
  await person.press("save");
  await person.look("preferences-saved");
  check("switched off", !allowed(address));
  check("switched on", allowed(address, "offers"));
  await person.page.click('label[for="on.newsletter.email"]');
  await person.press("save");
  check("switched on again", allowed(address));
  const day = new Date(Date.now() + 10 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await person.page.evaluate((value) => { document.getElementById("until").value = value; }, day);
  await person.press("pause");
  await person.look("preferences-paused");
  check("a pause stops", !allowed(address));
  await person.press("resume");
  check("and ends", allowed(address));

  habeas("outbox", "queue", `email:${address}`, "letter", "--key", `letter/1/${address}`);
  const unsubscribe = mailed("unsubscribe");
  await person.open(unsubscribe);
  await person.look("unsubscribe");
  check("opening the page to unsubscribe changes nothing", allowed(address));
  await person.press("unsubscribe");
  await person.look("unsubscribed");
  check("its button does", !allowed(address));
  check("and for this purpose alone", allowed(address, "offers"));

  const oneClick = new FormData();
  oneClick.set("List-Unsubscribe", "One-Click");
  for (const body of [new URLSearchParams({ "List-Unsubscribe": "One-Click" }), oneClick]) { // RFC 8058 allows both
    await person.open(centre);
    await person.page.click('label[for="on.newsletter.email"]');
    await person.press("save");
    habeas("outbox", "queue", `email:${address}`, "letter", "--key", `letter/${body.constructor.name}/${address}`);
    const answer = await fetch(site + mailed("unsubscribe"), { method: "POST", body });
    check(`one click of a mail program is enough (${body.constructor.name})`, answer.status === 200 && !allowed(address));
  }

  await person.open(centre);
  await person.press("all");
  await person.look("everything-stopped");
  check("everything stops", !allowed(address, "offers"));
  await person.open(centre);
  await person.press("data");
  await person.look("my-data");
  await person.open(centre);
  await person.press("forget");
  await person.look("forget-sure");
  await person.press("forget_me");
  await person.look("forget-me");
  const requests = JSON.parse(habeas("--json", "request", "list")).map((each) => each.kind).sort();
  check("both requests are registered", requests.includes("access") && requests.includes("erasure"));
  await person.page.close();
}

habeas("init");
habeas("apply", join(flow, "definitions.json"));
habeas("form", "publish", join(flow, "form.json"));
const { server, site } = await start();
server.removeAllListeners("exit");
const browser = await launch();
try {
  await walk(browser, site, "en", "nora@example.org");
  await walk(browser, site, "de", "nils@example.org");
  check("a store that verifies", habeas("verify") !== "");
} finally {
  await browser.close();
  server.kill();
  rmSync(place, { recursive: true, force: true });
}
tally.end();
