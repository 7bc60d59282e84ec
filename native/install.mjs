// Installs the npm packages of package-lock.json into node_modules, once, for one platform:
//
//     node install.mjs [<os> <cpu>]        as npm names them: linux x64, darwin arm64, win32 x64
//
// Several builds may call it at once: the first takes the lock and installs, the others wait for it and then find the
// stamp. The stamp holds the hash of the lock file and is written last, so an installation that was cut off is redone.
// Errors are one line in the form that MSBuild recognises.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [os = process.platform, cpu = process.arch] = process.argv.slice(2);
const stamp = join(here, 'node_modules', `.installed-${os}-${cpu}`);
const lock = join(here, '.install-lock');
const wanted = createHash('sha256').update(readFileSync(join(here, 'package-lock.json'))).digest('hex');

const giveUpAfter = 15 * 60_000; // a slow network and 250 MB
const pidExpectedWithin = 10_000; // between making the lock and writing its owner lie microseconds

function fail(sentence) {
  throw new Error(sentence);
}

function isInstalled() {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) return false;
  const now = new Date();
  utimesSync(stamp, now, now); // a checkout may have made the lock file look newer: the build compares the two times
  return true;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it runs, as somebody else
  }
}

/** The pid in a lock, or 0 where its owner has not written it. */
function ownerOf(directory) {
  try {
    return Number(readFileSync(join(directory, 'pid'), 'utf8'));
  } catch {
    return 0;
  }
}

/** True where the owner is gone, or never wrote its pid. */
function isAbandoned(pid) {
  if (pid > 0) return !isRunning(pid);
  try {
    return Date.now() - statSync(lock).mtimeMs > pidExpectedWithin;
  } catch {
    return false; // released in this moment
  }
}

/** Renaming lets exactly one of several waiters remove the lock of a process that died. */
function removeLockOf(pid) {
  const aside = `${lock}-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // another waiter was first
  }
  if (ownerOf(aside) === pid) rmSync(aside, { recursive: true });
  else renameSync(aside, lock); // a living process took the lock in between
}

async function takeLock() {
  for (const start = Date.now(); Date.now() - start < giveUpAfter; await sleep(100)) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`cannot write to ${here} (${error.code}).`);
    }
    const pid = ownerOf(lock);
    if (isAbandoned(pid)) removeLockOf(pid);
  }
  fail(`another installation has not ended after ${giveUpAfter / 60_000} minutes; if none is running, remove ${lock}.`);
}

function install() {
  const npm = spawnSync('npm', ['ci', `--os=${os}`, `--cpu=${cpu}`, '--loglevel=error'], {
    cwd: here,
    encoding: 'utf8',
    shell: process.platform === 'win32', // npm is a script there
  });
  if (npm.error?.code === 'ENOENT' || npm.status === 127 || npm.status === 9009) {
    fail("npm is not on PATH. Bullpen's build needs Node.js with npm.");
  }
  if (npm.error) fail(`npm cannot be started (${npm.error.message}).`);
  if (npm.status === 0) return;

  const said = `${npm.stderr}\n${npm.stdout}`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED|E50[234]/.test(said)) {
    fail('cannot fetch the native packages; the build needs the npm registry once (native/README.md says what for).');
  }
  const reason = said.split('\n').map(line => line.replace(/^npm (error|ERR!)\s*/, '').trim()).filter(Boolean);
  fail(`npm ci failed: ${reason.slice(0, 3).join(' ')}`);
}

async function main() {
  if (isInstalled()) return;
  await takeLock();
  try {
    if (isInstalled()) return; // whoever held the lock before has done it
    install();
    writeFileSync(stamp, wanted);
    console.log(`native packages installed for ${os}-${cpu}`);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`native/install.mjs : error BULLPEN0001: ${error.message}`);
  process.exitCode = 1;
}
