// usage: check.mjs FOLDER: every page of it in Chromium, at two widths, held against axe-core.
// Last line: N passed, N failed.
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { audit, launch, Tally } from "./browser.mjs";

const folder = resolve(process.argv[2]);
const tally = new Tally();

async function check(browser, name, width) {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 800 });
  await page.goto(pathToFileURL(join(folder, name)).href);
  const complaints = await page.evaluate(() => {
    const out = [];
    // A link of the error summary leads to something that takes the focus.
    for (const link of document.querySelectorAll(".habeas-errors a")) {
      const target = document.getElementById(link.getAttribute("href").slice(1));
      target?.focus();
      if (!target || document.activeElement !== target) {
        out.push(`the link ${link.getAttribute("href")} leads nowhere`);
      }
    }
    document.activeElement?.blur();
    return out;
  });
  const bundle = name.startsWith("access-"); // what a person gets on request: no form in it
  if (!bundle && (await page.$("form")) === null) {
    complaints.push("no form");
  }
  complaints.push(...(await audit(page)));
  if (bundle && width === 1280) { // as it is printed
    await page.pdf({ path: join(folder, name.replace(".html", ".pdf")), format: "A4", preferCSSPageSize: true });
  }
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: join(folder, `${name.replace(".html", "")}-${width}.png`),
    fullPage: height < 12000, // more than Chromium can
  });
  tally.tell(`${name} at ${width}`, complaints);
  // The checker must bite: the same page without its labels and its language has violations.
  if (width === 360) {
    const broken = await page.evaluate(() => {
      document.querySelectorAll("label").forEach((each) => each.remove());
      document.documentElement.removeAttribute("lang");
      return axe.run({ runOnly: ["wcag2a"] }).then((found) => found.violations.length);
    });
    tally.tell(`${name} without labels and language`, broken > 0 ? [] : ["axe finds nothing wrong"]);
  }
  await page.close();
}

const browser = await launch();
try {
  const pages = readdirSync(folder).filter((each) => each.endsWith(".html")).sort();
  if (pages.length === 0) {
    tally.tell(folder, ["no pages"]);
  }
  for (const name of pages) {
    for (const width of [360, 1280]) {
      await check(browser, name, width);
    }
  }
} finally {
  await browser.close();
}
tally.end();
