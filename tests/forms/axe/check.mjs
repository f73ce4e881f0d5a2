// usage: check.mjs FOLDER: every page of it in Chromium, at two widths, held against axe-core.
// Last line: N passed, N failed.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const folder = resolve(process.argv[2]);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const program = [process.env.HABEAS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"]
  .find((each) => each && existsSync(each));
if (!program) {
  console.error("no Chromium here: sh cmake/install_packages.sh, or set HABEAS_CHROMIUM");
  process.exit(1);
}

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let passed = 0;
let failed = 0;

function tell(page, width, complaints) {
  if (complaints.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  for (const each of complaints) {
    console.log(`${page} at ${width}: ${each}`);
  }
}

async function check(browser, name, width) {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 800 });
  await page.goto(pathToFileURL(join(folder, name)).href);
  const complaints = await page.evaluate(() => {
    const out = [];
    if (document.documentElement.scrollWidth > window.innerWidth) {
      out.push("the page is wider than the window");
    }
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
  await page.evaluate(axe);
  const result = await page.evaluate((only) => axe.run({ runOnly: only }), tags);
  if (result.passes.length < 10) {
    complaints.push(`axe looked at ${result.passes.length} rules only`);
  }
  for (const each of result.violations) {
    for (const node of each.nodes) {
      complaints.push(`${each.id}: ${each.help}: ${node.html}`);
    }
  }
  if (bundle && width === 1280) { // as it is printed
    await page.pdf({ path: join(folder, name.replace(".html", ".pdf")), format: "A4", preferCSSPageSize: true });
  }
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: join(folder, `${name.replace(".html", "")}-${width}.png`),
    fullPage: height < 12000, // more than Chromium can
  });
  tell(name, width, complaints);
  // The checker must bite: the same page without its labels and its language has violations.
  if (width === 360) {
    const broken = await page.evaluate(() => {
      document.querySelectorAll("label").forEach((each) => each.remove());
      document.documentElement.removeAttribute("lang");
      return axe.run({ runOnly: ["wcag2a"] }).then((found) => found.violations.length);
    });
    tell(name, "360, without labels and language", broken > 0 ? [] : ["axe finds nothing wrong"]);
  }
  await page.close();
}

const browser = await puppeteer.launch({
  executablePath: program,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files"],
});
try {
  const pages = readdirSync(folder).filter((each) => each.endsWith(".html")).sort();
  if (pages.length === 0) {
    tell(folder, "any width", ["no pages"]);
  }
  for (const name of pages) {
    for (const width of [360, 1280]) {
      await check(browser, name, width);
    }
  }
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
