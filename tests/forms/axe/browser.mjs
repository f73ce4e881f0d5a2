// What the scripts here share: Chromium, and a page held against axe-core.
import { readFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export function launch() {
  const program = [process.env.HABEAS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"]
    .find((each) => each && existsSync(each));
  if (!program) {
    console.error("no Chromium here: sh cmake/install_packages.sh, or set HABEAS_CHROMIUM");
    process.exit(1);
  }
  return puppeteer.launch({
    executablePath: program,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files"],
  });
}

// What is wrong with the page as it is shown now: sentences.
export async function audit(page) {
  const complaints = await page.evaluate(() =>
    document.documentElement.scrollWidth > window.innerWidth ? ["the page is wider than the window"] : []);
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
  return complaints;
}

// How much was looked at, for the last line: N passed, N failed.
export class Tally {
  passed = 0;
  failed = 0;

  tell(what, complaints) {
    if (complaints.length === 0) {
      this.passed += 1;
      return;
    }
    this.failed += 1;
    for (const each of complaints) {
      console.log(`${what}: ${each}`);
    }
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed === 0 && this.passed > 0 ? 0 : 1);
  }
}
