// Uses the page /docs of a running server in a browser: node docs.mjs CHROMIUM URL [FOLDER for screenshots].
// Says "The page works." at the end; else what was expected, and exit code 1.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [executablePath, address, folder] = process.argv.slice(2);
const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 844 };
const models = ['expression', 'fashion', 'guard', 'image', 'india', 'iris', 'language_id', 'penguins', 'sentiment', 'spam'];

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await use(wide, 'light');
  await use(narrow, 'light');
  await use(narrow, 'dark');
  console.log('The page works.');
} finally {
  await browser.close();
}

async function use(viewport, colorScheme) {
  const faults = [];
  const page = await browser.newPage({ viewport, colorScheme });
  page.setDefaultTimeout(30_000);
  page.on('console', message => { if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`); });
  page.on('pageerror', error => faults.push(`page: ${error.message}`));
  page.on('requestfailed', request => faults.push(`failed: ${request.url()}`));
  page.on('request', request => { if (!request.url().startsWith('data:') && new URL(request.url()).origin !== new URL(address).origin) faults.push(`elsewhere: ${request.url()}`); });
  const picture = async (name, locator = page) => {
    if (folder) await locator.screenshot({ path: `${folder}/${name}-${viewport.width}-${colorScheme}.png` });
  };

  await page.goto(new URL('/docs', address).href);
  const chips = page.locator('#chips button');
  await chips.first().waitFor();
  assert.deepEqual(await chips.allTextContents(), models);
  for (const group of ['TensorFlow Serving, KServe V1', 'Open Inference Protocol, Triton', 'Server'])
    assert.equal(await page.locator('#groups h2').getByText(group, { exact: true }).count(), 1, group);
  await fits(page, 'the page');
  await picture('page');

  await chips.filter({ hasText: 'india' }).click();
  const of = path => page.locator('#chosen details').filter({ has: page.locator(`.path:text-is("${path}")`) });
  await of('/v1/models/india:predict').waitFor();
  assert.match(await page.locator('#chosen').innerText(), /2 \* action \+ 3 \* david \+ 1/);
  assert.match(await page.locator('#chosen table').first().innerText(), /action\s+int64\s+\[any, 1\]/);
  await fits(page, 'a model');

  // Rows and columns of TensorFlow Serving: the example is there, and the form sends it.
  const predict = of('/v1/models/india:predict');
  await predict.locator('summary').click();
  assert.match(await predict.locator('textarea').inputValue(), /"instances"/);
  assert.match(await send(predict), /^200 OK in [\s\S]*"predictions": \[\[6\.0\]\]/);
  await predict.getByLabel('Example').selectOption('inputs');
  assert.match(await predict.locator('textarea').inputValue(), /"inputs"/);
  assert.match(await send(predict), /^200 OK in [\s\S]*"outputs": \[\[6\.0\]\]/);

  const infer = of('/v2/models/india/infer');
  await infer.locator('summary').click();
  assert.match(await send(infer), /^200 OK in [\s\S]*"datatype": "INT64"|^200 OK in [\s\S]*"datatype": "FP32"/);

  // What is wrong is shown as what it is.
  await predict.locator('textarea').fill('{"instances": []}');
  assert.match(await send(predict), /^400 Bad Request in [\s\S]*at least one element/);
  faults.splice(0, faults.length, ...faults.filter(fault => !/status of 400/.test(fault)));
  await predict.getByRole('button', { name: 'Copy curl' }).click();
  assert.match(await predict.locator('pre').first().innerText(), /^curl -X POST '.*\/v1\/models\/india:predict' -H/);
  await fits(page, 'what was sent');
  await picture('model');
  await picture('asked', page.locator('#chosen'));

  await page.getByLabel('Model', { exact: true }).fill('image');
  await page.getByRole('button', { name: 'Show' }).click();
  const picturePredict = of('/v1/models/image:classify');
  await picturePredict.waitFor();
  await picturePredict.locator('summary').click();
  assert.match(await send(picturePredict), /^200 OK in [\s\S]*"results"/);
  const pixels = of('/v2/models/image/infer');
  await pixels.locator('summary').click();
  assert.match(await send(pixels), /^200 OK in [\s\S]*"outputs"/);
  await fits(page, 'a model of pictures');
  await picture('pictures', page.locator('#chosen'));

  await page.getByLabel('Find a route').fill('labels predict');
  const found = page.locator('#groups details:visible .path');
  assert.deepEqual(await found.allTextContents(), ['/v1/models/{model}/labels/{label}:predict']);
  await page.getByLabel('Find a route').fill('health live');
  const live = page.locator('#groups details:visible').filter({ has: page.locator('.path:text-is("/v2/health/live")') });
  await live.locator('summary').click();
  assert.match(await send(live), /^200 OK in/);
  await fits(page, 'the routes found');
  await picture('found');

  assert.deepEqual(faults, []);
  await page.close();
}

/** What the page shows once a route is sent. */
async function send(view) {
  const outcome = view.locator('[aria-live]');
  await outcome.evaluate(element => element.replaceChildren());
  await view.getByRole('button', { name: 'Send' }).click();
  await outcome.locator('p').waitFor();
  return outcome.innerText();
}

/** Nothing reaches beyond the window, as it would on a phone. */
async function fits(page, what) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${what} is ${content} wide in a window of ${window}`);
}
