// A container without an engine: namespaces for processes, mounts and the network, the root file system read only, the image's user without
// any privilege, the image's environment and nothing of this machine's.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execForm, last } from './dockerfile.mjs';

// As process 1 of its namespace. The arguments: root, models, what to mount for the state and for /tmp, user, working folder, environment, command.
const ENTER = `
set -eu
root=$1 models=$2 state=$3 tmp=$4 user=$5 workdir=$6; shift 6
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for name in null zero full random urandom tty; do touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
ln -s /proc/self/fd "$root/dev/fd"
[ "$tmp" = none ] || mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs "$root/tmp"
[ "$state" = none ] || mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/var/lib/bullpen"
mount --bind "$models" "$root/opt/ml/models"
mount -o remount,bind,ro "$root/opt/ml/models"
ip link set lo up
exec chroot "$root" /usr/bin/setpriv --reuid="\${user%:*}" --regid="\${user#*:}" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
  /usr/bin/env -i -C "$workdir" "$@"`;

export class Container {
  #process;
  #log = join(mkdtempSync(join(tmpdir(), 'bullpen-container-')), 'log');

  /** @param image { stage, root, baseEnv } @param options { arguments, env, models, state: false, tmp: true } */
  constructor(image, options) {
    this.image = image;
    this.env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...image.baseEnv, ...image.stage.env, HOME: '/', ...options.env };
    this.user = last(image.stage, 'USER').text;
    const command = [...execForm(last(image.stage, 'ENTRYPOINT').text), ...(options.arguments ?? execForm(last(image.stage, 'CMD').text))];
    const log = openSync(this.#log, 'w');
    this.startedAt = performance.now();
    this.#process = spawn('unshare', [
      '--pid', '--mount', '--net', '--ipc', '--uts', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh',
      image.root, options.models, options.state ? 'tmpfs' : 'none', options.tmp === false ? 'none' : 'tmpfs', this.user, last(image.stage, 'WORKDIR')?.text ?? '/',
      ...Object.entries(this.env).map(([name, value]) => `${name}=${value}`), ...command,
    ], { stdio: ['ignore', log, log], env: { PATH: process.env.PATH } });
    this.ended = new Promise((resolve) => this.#process.on('exit', (code, signal) => resolve(code ?? `signal ${signal}`)));
  }

  get output() {
    return readFileSync(this.#log, 'utf8');
  }

  /** Process 1, by the number that it has on this machine. */
  get first() {
    return readFileSync(`/proc/${this.#process.pid}/task/${this.#process.pid}/children`, 'utf8').trim().split(' ')[0];
  }

  /** Runs a program of this machine in the container's network. */
  inNetwork(command, env = {}) {
    return spawnSync('nsenter', ['--target', this.first, '--net', ...command], { encoding: 'utf8', env: { ...process.env, ...env } });
  }

  /** Runs a program of the image beside process 1, as an engine's exec and its health check do. */
  execute(command) {
    const pairs = Object.entries(this.env).map(([name, value]) => `${name}=${value}`);
    const [uid, gid] = this.user.split(':');
    return spawnSync('nsenter', [
      '--target', this.first, '--pid', '--mount', '--net', '--ipc', '--uts', '--root', '--wd', '--setuid', uid, '--setgid', gid, '/usr/bin/env', '-i', ...pairs, ...command,
    ], { encoding: 'utf8' });
  }

  signal(name) {
    process.kill(Number(this.first), name);
  }

  /** Ends what still runs: process 1, and the kernel everything beside it. */
  kill() {
    try {
      if (this.#process.exitCode === null) this.signal('SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH' && error.code !== 'ENOENT') throw error;
    }
    rmSync(dirname(this.#log), { recursive: true });
  }

  async end(seconds) {
    let timer;
    const limit = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`It has not ended after ${seconds} s:\n${this.output}`)), seconds * 1000)));
    try {
      return await Promise.race([this.ended, limit]);
    } finally {
      clearTimeout(timer);
    }
  }
}
