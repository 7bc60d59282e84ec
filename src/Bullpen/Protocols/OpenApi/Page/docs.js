// Shows /openapi/v1.json and the models' own descriptions, and sends what is tried to this same server. No library, no other host.
'use strict';

const longestShown = 200_000;
const byId = id => document.getElementById(id);

/** An element with properties and children; text is never read as HTML. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

async function getJson(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.message ?? body.detail ?? `${path}: ${response.status}`);
  return body;
}

/** Characters that fit into a line of a box. */
const widest = () => Math.max(30, Math.min(96, Math.floor((byId('models').clientWidth - 56) / 8.5)));

/** JSON as its text has it, so that 6.0 stays 6.0: what fits into a line in one, long lists of values in several to the line. */
function laidOut(text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let at = 0;
  const next = wanted => {
    const token = tokens[at++];
    if (token === undefined || (wanted && token !== wanted)) throw new SyntaxError('not JSON');
    return token;
  };
  const read = () => {
    const open = next();
    if (open !== '{' && open !== '[') return open;
    const close = open === '{' ? '}' : ']';
    const items = [];
    while (tokens[at] !== close) {
      if (items.length > 0) next(',');
      const key = open === '{' ? next() : null;
      if (key !== null) next(':');
      items.push({ key, value: read() });
    }
    at++;
    return { open, close, items };
  };
  const flat = node => typeof node === 'string' ? node
    : node.open + node.items.map(({ key, value }) => (key === null ? '' : `${key}: `) + flat(value)).join(', ') + node.close;
  const write = (node, indent) => {
    const line = flat(node);
    if (typeof node === 'string' || line.length + indent.length <= wide) return line;
    const inner = `${indent}  `;
    const lines = [];
    for (const { key, value } of node.items) {
      const item = (key === null ? '' : `${key}: `) + write(value, inner);
      const last = lines.at(-1);
      if (last !== undefined && key === null && typeof value === 'string' && last.length + item.length + 2 <= wide - inner.length) lines[lines.length - 1] = `${last}, ${item}`;
      else lines.push(item);
    }
    return `${node.open}\n${lines.map(one => inner + one).join(',\n')}\n${indent}${node.close}`;
  };
  const wide = widest();
  const root = read();
  if (at < tokens.length) throw new SyntaxError('not JSON');
  return write(root, '');
}

let fieldCount = 0;

function field(parameter) {
  const id = `field-${fieldCount++}`;
  const isBoolean = parameter.schema?.type === 'boolean';
  const input = isBoolean
    ? make('select', { id }, make('option', { value: '' }, '–'), make('option', {}, 'true'), make('option', {}, 'false'))
    : make('input', { id, autocomplete: 'off', spellcheck: false });
  input.required = parameter.required;
  if (parameter.in === 'path' && parameter.name === 'model') input.setAttribute('list', 'names');
  const label = make('label', { htmlFor: id }, make('code', {}, parameter.name), parameter.required ? ' (required)' : '');
  const help = parameter.in === 'path' ? null : make('small', {}, parameter.description ?? '');
  return { parameter, input, view: make('div', {}, label, input, help) };
}

/** The body of a request: its media type, and a text or a file. */
function bodyOf(requestBody) {
  if (!requestBody) return null;
  const content = requestBody.content;
  const id = `field-${fieldCount++}`;
  const type = make('select', { id }, ...Object.keys(content).map(name => make('option', {}, name)));
  const text = make('textarea', { spellcheck: false, 'aria-label': 'Body' });
  const file = make('input', { type: 'file', 'aria-label': 'Body' });
  const examplesOf = () => content[type.value].examples ?? {};
  const chosen = make('select', { 'aria-label': 'Example' });
  const isForm = () => type.value === 'multipart/form-data';
  const isFile = () => isForm() || type.value.includes('*') || content[type.value].schema?.format === 'binary';
  const fill = () => {
    const example = content[type.value].example ?? examplesOf()[chosen.value]?.value;
    text.value = example === undefined ? '' : laidOut(JSON.stringify(example));
    text.rows = Math.min(20, text.value.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / widest())), 1));
  };
  const show = () => {
    const names = Object.keys(examplesOf());
    chosen.replaceChildren(...names.map(name => make('option', {}, name)));
    chosen.hidden = names.length < 2;
    fill();
    text.hidden = isFile();
    file.hidden = !isFile();
  };
  type.addEventListener('change', show);
  chosen.addEventListener('change', fill);
  show();
  return {
    view: make('div', {}, make('label', { htmlFor: id }, 'Body'), make('div', { className: 'kinds' }, type, chosen), make('div', {}, text, file)),
    type: () => isFile() ? file.files[0]?.type || 'application/octet-stream' : type.value,
    isForm,
    data: () => isFile() ? file.files[0] ?? null : text.value,
    fileName: () => isFile() ? file.files[0]?.name ?? 'FILE' : null,
  };
}

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf(request, body) {
  const parts = ['curl'];
  if (request.method !== 'GET') parts.push('-X', request.method);
  parts.push(quoted(request.url));
  if (body) {
    const data = body.fileName() ? `@${body.fileName()}` : body.data();
    if (body.isForm()) parts.push('-F', quoted(`data=${data}`));
    else parts.push('-H', quoted(`Content-Type: ${body.type()}`), '--data-binary', quoted(data));
  }
  return parts.join(' ');
}

async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select and copy below';
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

/** The text of an answer: JSON indented, and never more than a page can bear. */
async function textOf(response) {
  let text = await response.text();
  if (text.length <= longestShown && response.headers.get('Content-Type')?.includes('json')) {
    try { text = laidOut(text); } catch { /* shown as it came */ }
  }
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}\n… ${text.length - longestShown} more characters`;
}

/** One route: what it says, and a form that sends it. */
function routeView(verb, path, route) {
  const fields = (route.parameters ?? []).map(field);
  const body = bodyOf(route.requestBody);
  const curl = make('pre', { hidden: true });
  const outcome = make('div', { 'aria-live': 'polite' });
  const send = make('button', {}, 'Send');
  const copyCurl = make('button', { type: 'button', className: 'plain' }, 'Copy curl');

  function request() {
    const query = new URLSearchParams();
    let at = path;
    for (const { parameter, input } of fields) {
      if (parameter.in === 'path') at = at.replace(`{${parameter.name}}`, encodeURIComponent(input.value) || `{${parameter.name}}`);
      else if (input.value !== '') query.set(parameter.name, input.value);
    }
    const url = location.origin + at + (query.size > 0 ? `?${query}` : '');
    return { method: verb.toUpperCase(), url };
  }

  copyCurl.addEventListener('click', () => {
    const command = curlOf(request(), body);
    curl.textContent = command;
    curl.hidden = false;
    copy(command, copyCurl);
  });

  const form = make('form', { className: 'inside' },
    make('p', { className: 'scope' }, `Operation ${route['x-operation']}, scope ${route['x-scope']}`),
    fields.length > 0 ? make('div', { className: 'fields' }, ...fields.map(one => one.view)) : null,
    body?.view ?? null,
    make('div', { className: 'row' }, send, copyCurl), curl, outcome);

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const { method, url } = request();
    if (method === 'DELETE' && !confirm(`Send DELETE ${url}?`)) return;
    send.disabled = true;
    const started = performance.now();
    try {
      const init = { method, cache: 'no-store' };
      if (body?.isForm()) {
        init.body = new FormData(); // the browser itself says where its parts end
        init.body.append('data', body.data() ?? '');
      } else if (body) {
        init.body = body.data() ?? '';
        init.headers = { 'Content-Type': body.type() };
      }
      const response = await fetch(url, init);
      const text = await textOf(response);
      const time = (performance.now() - started).toFixed(0);
      outcome.replaceChildren(
        make('p', {}, make('span', { className: `status ${response.ok ? 'success' : 'failure'}` }, `${response.status} ${response.statusText}`),
          ` in ${time} ms, ${response.headers.get('Content-Type') ?? 'no body'}`),
        text === '' ? '' : make('pre', { tabIndex: 0 }, text));
    } catch (error) {
      outcome.replaceChildren(make('p', { className: 'failure' }, `No answer: ${error.message}`));
    } finally {
      send.disabled = false;
    }
  });

  const view = make('details', {},
    make('summary', {}, make('span', { className: `verb ${verb}` }, verb.toUpperCase()), make('span', { className: 'path' }, path), make('span', { className: 'says' }, route.summary ?? '')),
    form);
  view.dataset.words = `${verb} ${path} ${route.summary ?? ''} ${route['x-operation'] ?? ''}`.toLowerCase();
  return view;
}

const routesOf = document => Object.entries(document.paths).flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, route]) => ({ verb, path, route })));

function showRoutes(document) {
  byId('version').textContent = document.info.version;
  byId('about').textContent = document.info.description;
  const contents = [make('li', {}, make('a', { href: '#models' }, 'Models'))];
  const routes = routesOf(document);
  for (const { name } of document.tags) {
    const own = routes.filter(({ route }) => route.tags[0] === name);
    const id = `group-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
    byId('groups').append(make('section', { id }, make('h2', {}, name), ...own.map(({ verb, path, route }) => routeView(verb, path, route))));
    contents.push(make('li', {}, make('a', { href: `#${id}` }, name, make('span', {}, String(own.length)))));
  }
  byId('contents').replaceChildren(...contents);
}

function filterRoutes() {
  const words = byId('filter').value.toLowerCase().split(/\s+/);
  for (const section of byId('groups').children) {
    let shown = 0;
    for (const view of section.querySelectorAll('details')) {
      view.hidden = !words.every(word => view.dataset.words.includes(word));
      if (!view.hidden) shown++;
    }
    section.hidden = shown === 0;
  }
}

function tensorTable(title, tensors) {
  return make('div', { className: 'table' }, make('table', {},
    make('thead', {}, make('tr', {}, make('th', {}, title), make('th', {}, 'Type'), make('th', {}, 'Shape'))),
    make('tbody', {}, ...tensors.map(tensor => make('tr', {},
      make('td', {}, make('code', {}, tensor.name)), make('td', {}, tensor.datatype), make('td', {}, `[${tensor.shape.map(size => size < 0 ? 'any' : size).join(', ')}]`))))));
}

async function showModel(name) {
  byId('model').value = name;
  for (const chip of byId('chips').children) chip.setAttribute('aria-pressed', String(chip.textContent === name));
  byId('chosen').replaceChildren(make('p', { className: 'hint' }, `Loading ${name} …`));
  try {
    const document = await getJson(`/openapi/v1/models/${encodeURIComponent(name)}`);
    if (byId('model').value !== name) return;
    const views = routesOf(document).map(({ verb, path, route }) => routeView(verb, path, route));
    if (views.length > 0) views[0].open = true;
    byId('chosen').replaceChildren(
      make('h3', {}, document.info.title), make('p', {}, document.info.description),
      make('div', { className: 'tensors' }, tensorTable('Input', document['x-inputs']), tensorTable('Output', document['x-outputs'])), ...views);
  } catch (error) {
    byId('chosen').replaceChildren(make('p', { className: 'failure' }, error.message));
  }
}

/** Their names, where this address lists them; elsewhere a name has to be known. */
async function listModels() {
  const names = [];
  try {
    let token = null;
    do {
      const page = await getJson(`/models?limit=100${token ? `&next_page_token=${encodeURIComponent(token)}` : ''}`);
      names.push(...page.models.map(model => model.modelName));
      token = page.nextPageToken;
    } while (token && names.length < 2000);
  } catch {
    return;
  }
  byId('names').replaceChildren(...names.map(value => make('option', { value })));
  byId('chips').replaceChildren(...names.slice(0, 200).map(name => {
    const chip = make('button', { type: 'button', 'aria-pressed': 'false' }, name);
    chip.addEventListener('click', () => showModel(name));
    return chip;
  }));
}

byId('filter').addEventListener('input', filterRoutes);
byId('choose').addEventListener('submit', event => {
  event.preventDefault();
  showModel(byId('model').value.trim());
});

getJson('/openapi/v1.json').then(document => {
  showRoutes(document);
  const here = path => Object.hasOwn(document.paths, path);
  byId('models').hidden = !here('/openapi/v1/models/{model}');
  return here('/models') ? listModels() : null;
}).catch(error => byId('groups').replaceChildren(make('p', { className: 'failure' }, `The description cannot be read: ${error.message}`)));
