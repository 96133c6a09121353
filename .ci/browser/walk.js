// Walks index, edition, story, article, source, search, map, coverage, filters and about of a running demo as a reader would, by its links. On every page:
// no serious finding of axe-core, nothing in the console, no request to another host, no script, nothing wider than the window, a
// skip link that leads the keyboard to the content. Usage: node walk.js BASE.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const base = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const failures = [];
const fail = (where, what) => failures.push(`${where}: ${what}`);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
await untilTold();
for (const scheme of ['light', 'dark']) {
  for (const width of [390, 1440]) {
    await walk(scheme, width);
  }
}
await browser.close();
if (failures.length > 0) {
  console.log(failures.join('\n'));
  process.exit(1);
}
console.log('all pages are in order');

// untilTold waits until the demo has a story that several outlets tell.
async function untilTold() {
  for (let i = 0; i < 120; i++) {
    const page = await (await fetch(`${base}/editions/sahel-security`)).text();
    if (page.includes('/stories?id=')) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error('the demo tells no story in two minutes');
}

async function walk(scheme, width) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: width < 500 ? 844 : 900 } });
  const page = await context.newPage();
  let where = '';
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && fail(where, message.text()));
  page.on('pageerror', (error) => fail(where, error.message));
  page.on('request', (request) => request.url().startsWith(`${base}/`) || fail(where, `asks ${request.url()}`));
  const at = async (name, act) => {
    where = `${name}, ${scheme}, ${width}`;
    const [response] = await Promise.all([page.waitForNavigation({ timeout: 20000 }), act()]);
    if (response && response.status() >= 400) fail(where, `answers ${response.status()}`);
    await inspect(page, where, response);
  };
  const follow = (selector) => () => page.locator(selector).first().click({ timeout: 10000 });

  await at('index', () => page.goto(`${base}/`));
  await at('edition', follow('a[href$="/editions/sahel-security"]'));
  const edition = page.url();
  await at('story', follow('a[href*="/stories?id="]'));
  await at('article', follow('main a[href*="/articles?id="]'));
  await at('source', follow('main a[href*="/sources?id="]'));
  await at('search', follow('nav a[href$="/search"]'));
  await page.fill('#q', 'Mali');
  await at('results', follow('form button'));
  if ((await page.locator('main article').count()) === 0) fail(where, 'finds nothing');
  await at('edition again', () => page.goto(edition));
  await at('map', follow('a[href$="/map"]'));
  await page.locator('svg.map a').first().focus();
  await page.keyboard.press('Enter');
  if (!page.url().includes('#place-')) fail(where, 'a place does not lead to its entries');
  await at('coverage', () => page.goto(`${base}/coverage`));
  await at('edition once more', () => page.goto(edition));
  await page.selectOption('#filter-country', 'ML');
  await at('filtered', follow('form.filters button'));
  if ((await page.locator('main article').count()) === 0) fail(where, 'shows nothing');
  await at('about', follow('nav a[href$="/about"]'));

  await at('Arabic edition', () => page.goto(`${base}/editions/sahel-ar`));
  const start = await page.locator('h1').evaluate((h) => innerWidth - h.getBoundingClientRect().right);
  if ((await page.locator('html').getAttribute('dir')) !== 'rtl' || start > innerEdge(width)) fail(where, 'does not run from the right');
  await at('Arabic map', follow('a[href$="/map"]'));
  await at('Arabic article', follow('main a[href*="/ar/articles?id="]'));
  await at('Arabic source', follow('main a[href*="/ar/sources?id="]'));
  await at('Arabic search', follow('nav a[href$="/ar/search"]'));
  await page.fill('#q', 'مالي');
  await at('Arabic results', follow('form button'));
  if ((await page.locator('main article').count()) === 0) fail(where, 'finds nothing');
  await at('Arabic coverage', () => page.goto(`${base}/ar/coverage`));
  await at('Arabic index', follow('nav a[href$="/ar/"]'));
  await at('Arabic about', follow('nav a[href$="/ar/about"]'));
  if ((await page.locator('html').getAttribute('dir')) !== 'rtl') fail(where, 'does not run from the right');
  await at('English about', follow('.languages a[hreflang="en"]'));
  await context.close();
}

// innerEdge is how far from the right a heading may begin.
function innerEdge(width) {
  return width < 500 ? 40 : 200;
}

async function inspect(page, where, response) {
  const policy = response?.headers()['content-security-policy'] ?? '';
  if (!policy.includes("default-src 'none'")) fail(where, `its policy is "${policy}"`);
  const seen = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    scripts: document.querySelectorAll('script, [style], iframe, [onclick], [onload]').length,
    mains: document.querySelectorAll('main').length,
    headings: document.querySelectorAll('h1').length,
  }));
  if (seen.wide > 0) fail(where, `is ${seen.wide} pixels wider than the window`);
  if (seen.scripts > 0) fail(where, 'holds a script or a style of its own');
  if (seen.mains !== 1 || seen.headings !== 1) fail(where, `has ${seen.mains} main parts and ${seen.headings} first headings`);
  await page.keyboard.press('Tab');
  if (!(await page.evaluate(() => document.activeElement?.classList.contains('skip')))) fail(where, 'the keyboard does not come to a skip link first');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  for (const v of violations) {
    const line = `axe: ${v.impact} ${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')})`;
    if (v.impact === 'serious' || v.impact === 'critical') fail(where, line);
    else console.log(`${where}: ${line}`);
  }
}
