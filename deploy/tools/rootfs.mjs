// node rootfs.mjs ROOT WORK BASE: builds the image's root file system on the folder BASE and shows that it does what the image is for.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { Container } from './container.mjs';
import { execForm, last, readDockerfile } from './dockerfile.mjs';

const [root, work, base] = process.argv.slice(2);
const stages = readDockerfile(join(root, 'Dockerfile'));
const cached = join(root, 'native', 'node_modules');
const baseBytes = bytes(base);
build(stages, root, work, base, existsSync(cached) ? cached : null);

// What Microsoft's image sets beside its files, as far as a program can tell.
const baseEnv = { APP_UID: '1654', ASPNETCORE_HTTP_PORTS: '8080', DOTNET_RUNNING_IN_CONTAINER: 'true' };
const image = { stage: stages.at(-1), root: base, baseEnv };
const models = join(root, 'samples', 'models');
let failed = 0;

function bytes(folder) {
  return Number(spawnSync('du', ['-sb', folder], { encoding: 'utf8' }).stdout.split('\t')[0]);
}

const mib = (count) => `${(count / (1 << 20)).toFixed(1)} MiB`;

function check(claim, holds, seen) {
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${claim}`);
  if (holds) return;
  failed++;
  console.log(`        ${JSON.stringify(seen)}`);
}

/** Runs a container to its end, which comes by itself. */
async function runToEnd(options, seconds = 30) {
  const container = new Container(image, { models, ...options });
  try {
    const code = await container.end(seconds);
    return { code, output: container.output };
  } finally {
    container.kill();
  }
}

/** Milliseconds from the start of process 1 until it answers GET /ping. */
async function untilItAnswers(container, port = 8080) {
  // Process 1 is there a moment after unshare is.
  while (true) {
    try {
      if (container.first) break;
    } catch { /* not yet */ }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  container.inNetwork(['timeout', '60', 'bash', '-c', `until curl -fs -o /dev/null http://127.0.0.1:${port}/ping; do sleep 0.005; done`]);
  return performance.now() - container.startedAt;
}

async function serving(options, proof) {
  const container = new Container(image, { models, ...options });
  try {
    await proof(container, await untilItAnswers(container, options.port));
  } finally {
    container.kill();
  }
}

console.log(`\nThe base, ${stages.at(-1).image} or what stands for it: ${mib(baseBytes)}. What the image adds: ${mib(bytes(join(work, 'build', 'image')))}.`);
console.log('Each container: not root, no privilege, the root file system read only, /tmp in memory, the models read only.\n');

await serving({}, async (container, milliseconds) => {
  console.log(`      first answer ${milliseconds.toFixed(0)} ms after the start`);
  const session = container.inNetwork(['bash', join(root, 'deploy', 'session.sh')], { SAMPLES: join(root, 'samples') });
  console.log(session.stdout.replace(/^/gm, '      '));
  const codes = [...session.stdout.matchAll(/^\[(\d+) after/gm)].map((match) => match[1]);
  check('the session: register, list, predict, predict of a picture, delete', codes.join() === '200,200,200,200,200' && session.stderr === '', `${codes} ${session.stderr}`);
  const id = container.execute(['id', '-u']).stdout.trim();
  const status = readFileSync(`/proc/${container.first}/status`, 'utf8');
  check(`process 1 runs as user ${container.user}, with no capability`, status.includes(`Uid:\t${id}\t${id}\t${id}\t${id}`) && id !== '0' && /CapEff:\t0+$/m.test(status) && /CapBnd:\t0+$/m.test(status), status);
  const argv = readFileSync(`/proc/${container.first}/cmdline`, 'utf8').split('\0');
  check('process 1 is docker-entrypoint serve, and its one child the server', argv[0] === 'docker-entrypoint' && argv[1] === 'serve', argv);
  check('nothing can be written but /tmp', container.execute(['sh', '-c', 'touch /tmp/x && ! touch /opt/bullpen/x /var/lib/bullpen/x /opt/ml/models/x /x 2>/dev/null']).status === 0, '');
  check('state is off where it cannot be written, which the log says', /state.*cannot be used|not kept|nothing is kept/i.test(container.output) && !/Unhandled/.test(container.output), container.output);
  const upper = container.execute(['env', 'LC_ALL=en_US.UTF-8', 'bash', '-c', "x=$'\\u00e9'; echo ${x^}"]);
  check('the locale en_US, which models of text ask for, knows letters', upper.stdout === '\u00c9\n' && upper.stderr === '', upper.stdout + upper.stderr);
  const health = container.execute(execForm(last(image.stage, 'HEALTHCHECK').text.replace(/^CMD\s+/, '')));
  check('the health check says ready', health.status === 0 && health.stdout.endsWith(': ready\n'), health.stdout + health.stderr);
  container.execute(['sh', '-c', '(sh -c "exit 3" &)']);
  const gone = container.inNetwork(['timeout', '10', 'sh', '-c', `while grep -qs '^State:.*Z' $(sed 's#[0-9]*#/proc/&/status#g' /proc/${container.first}/task/*/children | tr -d '\\n'); do sleep 0.01; done`]);
  check('no orphan stays in the process table', gone.status === 0, gone.status);
  container.signal('SIGTERM');
  check('SIGTERM ends it with 0', (await container.end(20)) === 0, container.output);
  check('it says nothing but what it says at a start', !/warn.*(HTTP_PORTS|URLS)|Unhandled|is no option/.test(container.output), container.output);
});

await serving({ state: true, env: { PORT: '9000' }, port: 9000 }, async (container, milliseconds) => {
  check(`PORT=9000 with a state folder: answers there (${milliseconds.toFixed(0)} ms)`, container.output.includes('listens on http://0.0.0.0:9000'), container.output);
  const health = container.execute(['bullpen', 'health']);
  check('the health check follows it there', health.status === 0 && health.stdout.includes(':9000/'), health.stdout + health.stderr);
  check('the state is kept', container.execute(['test', '-s', '/var/lib/bullpen/catalog.db']).status === 0, container.output);
});

await serving({ tmp: false }, async (container, milliseconds) => {
  const answer = container.inNetwork(['curl', '-s', 'http://localhost:8080/health/ready']);
  check(`without any folder that can be written, not even /tmp: answers (${milliseconds.toFixed(0)} ms)`, answer.stdout === '{"ready":true}', container.output);
});

const sageMaker = { SAGEMAKER_MULTI_MODEL: 'true', SAGEMAKER_BIND_TO_PORT: '9001', SAGEMAKER_MODEL_SERVER_WORKERS: '1' };
await serving({ env: sageMaker, port: 9001 }, async (container) => {
  const load = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'Content-Type: application/json', '-d', '{"model_name":"f0e1","url":"/opt/ml/models/india"}', 'http://localhost:9001/models'];
  const codes = [container.inNetwork(load).stdout, container.inNetwork(load).stdout];
  const listed = container.inNetwork(['curl', '-s', 'http://localhost:9001/models']).stdout;
  check('as SageMaker starts it: on its port, loads once, then 409, and lists what is loaded', codes.join() === '200,409' && JSON.parse(listed).models.length === 1, [codes, listed, container.output]);
  check('the health check follows it there, too', container.execute(['bullpen', 'health']).status === 0, container.output);
});

const hi = await runToEnd({ arguments: ['bash', '-c', 'echo hi'] });
check("bash -c 'echo hi'", hi.code === 0 && hi.output === 'hi\n', hi.output);
const unknown = await runToEnd({ arguments: ['no-such-command'] });
check('an unknown command: 127', unknown.code === 127, `${unknown.code} ${unknown.output}`);

const hidden = join(work, 'hidden');
mkdirSync(hidden);
chmodSync(hidden, 0o700);
const closed = await runToEnd({ models: hidden });
check('models that its user may not read: ends at once, with the reason', closed.code === 1 && closed.output.trim().split('\n').length === 1, `${closed.code} ${closed.output}`);
console.log(`      ${closed.output.trim()}`);

console.log(failed === 0 ? '\nThe root file system does what the image is for.' : `\n${failed} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
