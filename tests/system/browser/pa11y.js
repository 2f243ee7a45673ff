// Runs pa11y over local pages in one browser and prints its errors: node pa11y.js CHROMIUM PAGE...
const pa11y = require("pa11y");
const puppeteer = require("puppeteer");
const { pathToFileURL } = require("url");

async function main([executablePath, ...pages]) {
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const found = {};
  for (const page of pages) {
    const { issues } = await pa11y(pathToFileURL(page).href, { browser, standard: "WCAG2AA" });
    found[page] = issues.map(({ code, message }) => `${code} ${message}`);
  }
  await browser.close();
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2));
