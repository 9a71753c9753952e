// Tests the pages in a real browser: what lights up, what the keys do, and that no label hides another.
// `scripts/page-test` runs it: node page.mjs FOLDER. FOLDER has NAME.html and NAME.json for each page;
// the JSON has the events before and after each event, as `Run::cone` returns them.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(join(process.cwd(), 'package.json'))('playwright-core');
const folder = process.argv[2];
const names = readdirSync(folder).filter(name => name.endsWith('.html')).map(name => name.slice(0, -5)).sort();
const WIDE = { viewport: { width: 1700, height: 1100 } };

let asked = 0;
const server = createServer((request, response) => {
  asked++;
  response.setHeader('content-type', 'text/html');
  response.end(readFileSync(join(folder, request.url.slice(1))));
}).listen(0, '127.0.0.1');
await new Promise(listening => server.once('listening', listening));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

let passed = 0, failed = 0;
function check(holds, what, seen) {
  if (holds) return passed++;
  failed++;
  console.log(`FAILED: ${what}${seen === undefined ? '' : `: ${JSON.stringify(seen)}`}`);
}

async function open(name, options, look) {
  const context = await browser.newContext(options), page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(error.message));
  asked = 0;
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/${name}.html`);
    await look(page);
    check(asked === 1, `${name}: one request`, asked);
    check(complaints.length === 0, `${name}: no complaint in the console`, complaints);
  } catch (error) {
    check(false, `${name}: ${error.message}`);
  }
  await context.close();
}

const views = ['time', 'order'];
const turnTo = (page, view) => page.locator(`label[for=${view}]`).click();
const event = (view, place) => `.view.${view} use[data-i="${place}"]`;
const lit = (page, view) => page.evaluate(view => {
  const places = css => [...document.querySelectorAll(`.view.${view} .fig.lit use.${css}`)].map(use => +use.dataset.i).sort((a, b) => a - b);
  return { past: places('p'), future: places('f'), itself: places('o') };
}, view);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/// Returns the first place, the last, and at most `most` others of `count` places.
function some(count, most) {
  const places = new Set([0, count - 1]);
  for (let k = 0; k < most; k++) places.add(Math.floor(((k + 0.5) * count) / most));
  return [...places].filter(place => place >= 0);
}

async function causality(name, page) {
  const cones = JSON.parse(readFileSync(join(folder, `${name}.json`)));
  for (const view of views) {
    await turnTo(page, view);
    for (const place of some(cones.length, 8)) {
      await page.locator(event(view, place)).hover();
      const seen = await lit(page, view), { past, future } = cones[place];
      check(same(seen, { past, future, itself: [place] }), `${name}, ${view}: past and future of event ${place}`, seen);
      const said = await page.locator('#cone').innerText(), rest = cones.length - 1 - past.length - future.length;
      check(said.includes(`${past.length} events could`) && said.includes(`${rest} happened`), `${name}: ${place} in words`, said);
    }
    await page.mouse.move(2, 2);
    check((await page.locator('.fig.lit').count()) === 0, `${name}, ${view}: nothing is lit without the pointer`);
  }
}

async function keys(name, page) {
  const count = await page.locator('.view.time use[data-i]').count();
  const at = () => page.evaluate(() => ({
    play: document.querySelector('.view.time .play').getAttribute('transform'),
    current: [...document.querySelectorAll('.view.time use.cur')].map(use => +use.dataset.i),
    now: document.querySelector('#now').textContent,
    moment: document.querySelector('#moment').textContent,
  }));
  await page.keyboard.press('Home');
  const first = await at();
  check(same(first.current, [0]), `${name}: Home goes to the first event`, first.current);
  let last = first, moments = new Set([first.moment]);
  const steps = Math.min(count - 1, 30);
  for (let step = 1; step <= steps; step++) {
    await page.keyboard.press('ArrowRight');
    const here = await at();
    check(same(here.current, [step]) && here.now !== last.now, `${name}: the arrow goes on to ${step}`, here);
    last = here, moments.add(here.moment);
  }
  check(count < 8 || moments.size > 3, `${name}: "At this moment" changes`, moments.size);
  check(count < 2 || last.play !== first.play, `${name}: the playhead moves`, last.play);
  if (steps > 0) await page.keyboard.press('ArrowLeft');
  check(same((await at()).current, [Math.max(0, steps - 1)]), `${name}: the arrow goes back`);
  await page.keyboard.press('End');
  check(same((await at()).current, [count - 1]), `${name}: End goes to the last event`);
}

/// The focus lights the same events as the pointer; a click keeps them lit, and Esc ends that.
async function focusAndClick(page) {
  const cones = JSON.parse(readFileSync(join(folder, 'pipe.json')));
  await page.keyboard.press('Home');
  for (let tabs = 0; tabs < 30; tabs++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.matches('use'))) break;
  }
  for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowRight');
  let { past, future } = cones[12];
  check(same(await lit(page, 'time'), { past, future, itself: [12] }), 'pipe: the focus lights past and future', await lit(page, 'time'));
  await page.locator(event('time', 40)).click();
  await page.locator('h1').hover();
  ({ past, future } = cones[40]);
  check(same(await lit(page, 'time'), { past, future, itself: [40] }), 'pipe: a click keeps them lit');
  await page.keyboard.press('Escape');
  check((await page.locator('.fig.lit').count()) === 0, 'pipe: Esc lets go');
  const line = page.locator('.out li').nth(5);
  await line.hover();
  const place = +(await line.getAttribute('data-i'));
  ({ past, future } = cones[place]);
  check(same(await lit(page, 'time'), { past, future, itself: [place] }), 'pipe: a printed line lights its event');
  await line.click();
  check((await page.locator('.view.time use.cur').getAttribute('data-i')) === String(place), 'pipe: a printed line moves the playhead');
  await page.keyboard.press('Escape');
  await page.locator('.view.time .fig').click({ position: { x: 30, y: 30 } });
  check(+(await page.locator('.view.time use.cur').getAttribute('data-i')) < 4, 'pipe: a click into the picture moves the playhead there');
}

/// Checks that no two labels overlap, and that no label sticks out of the picture.
async function labels(name, page) {
  for (const view of views) {
    await turnTo(page, view);
    const clashes = await page.evaluate(view => {
      const clashes = [];
      for (const svg of document.querySelectorAll(`.view.${view} svg`)) {
        const frame = svg.getBoundingClientRect();
        const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
        boxes.sort(([, a], [, b]) => a.left - b.left);
        boxes.forEach(([text, box], place) => {
          if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1) clashes.push([text, 'sticks out']);
          for (const [other, near] of boxes.slice(place + 1)) {
            if (near.left > box.right) break;
            // The box of a text is higher than its letters.
            const across = Math.min(box.right, near.right) - near.left, down = Math.min(box.bottom, near.bottom) - Math.max(box.top, near.top);
            if (across > 0.5 && down > 3) clashes.push([text, other]);
          }
        });
      }
      return clashes;
    }, view);
    check(clashes.length === 0, `${name}, ${view}: no label hides another`, clashes.slice(0, 5));
  }
}

async function sideways(name, page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 390, `${name}: the page does not scroll sideways at 390 pixels`, wide);
}

const background = page => page.evaluate(() => ['body', 'main'].map(one => getComputedStyle(document.querySelector(one)).backgroundColor));

async function withoutScripts(name, page) {
  const shown = async () => [await page.locator('.view.time').isVisible(), await page.locator('.view.order').isVisible()];
  check(same(await shown(), [true, false]), `${name}: without scripts the view by time is shown`, await shown());
  await turnTo(page, 'order');
  check(same(await shown(), [false, true]), `${name}: without scripts the view by order can be chosen`, await shown());
  const box = await page.locator('.view.order .fig').boundingBox();
  check(box.width > 300 && box.height > 80, `${name}: and is not empty`, box);
  check(!(await page.locator('#seek').isVisible()), `${name}: what needs scripts is not shown without`);
}

for (const name of names) {
  const html = readFileSync(join(folder, `${name}.html`), 'utf8');
  const script = html.slice(html.lastIndexOf('<script>') + 8, html.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script).digest('base64');
  check(html.includes(`'sha256-${hash}'`), `${name}: page.js.sha256 has to be ${hash}`);
  await open(name, WIDE, async page => {
    await labels(name, page);
    await causality(name, page);
    await turnTo(page, 'time');
    await page.locator('h1').click();
    await keys(name, page);
  });
  await open(name, { viewport: { width: 390, height: 800 } }, page => sideways(name, page));
}
await open('pipe', WIDE, focusAndClick);
for (const name of ['pipe', 'deadlock']) await open(name, { ...WIDE, javaScriptEnabled: false }, page => withoutScripts(name, page));
const colours = {};
for (const colorScheme of ['light', 'dark']) await open('pipe', { ...WIDE, colorScheme }, async page => { colours[colorScheme] = await background(page); });
check(colours.light.every((colour, place) => colour !== colours.dark[place]), 'the dark theme has another background', colours);

await browser.close();
server.close();
console.log(`${Math.round(performance.now() / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
