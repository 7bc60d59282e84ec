// Builds the image's root file system from the Dockerfile's own steps. Each stage is a folder. The steps of a build stage run in it with
// this machine's tools in place of the base image's; the last stage's base is a folder that the caller made.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { contextFiles } from './context.mjs';

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${result.error?.message ?? result.status ?? result.signal}).`);
}

/** A path inside a stage as a path of this machine. */
const within = (folder, path) => join(folder, resolve('/', path));

/** Runs a build step as root of its stage: the stage's own files, and this machine's programs, settings and package caches, read only. */
function runStep(folder, workdir, env, text) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) if (!lstatSync(join(folder, name), { throwIfNoEntry: false })) symlinkSync(`usr/${name}`, join(folder, name));
  run('bwrap', [
    '--bind', folder, '/', ...['/usr', '/etc', '/opt'].flatMap((path) => ['--ro-bind', path, path]),
    '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', homedir(), homedir(),
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--chdir', workdir, '--die-with-parent', '/bin/sh', '-c', text,
  ]);
}

function copy(stage, workdir, step, roots, context) {
  const words = step.text.split(/\s+/);
  const destination = words.pop();
  const unknown = Object.keys(step.flags).filter((flag) => flag !== 'from');
  if (unknown.length > 0) throw new Error(`Line ${step.line}: COPY --${unknown[0]} is not understood here.`);
  const source = step.flags.from === undefined ? context : roots[step.flags.from];
  const target = within(stage, resolve(workdir, destination));
  for (const word of words) {
    const from = within(source, word);
    const isFolder = statSync(from).isDirectory();
    mkdirSync(isFolder || destination.endsWith('/') ? target : dirname(target), { recursive: true });
    // A folder is copied by its content. Links between folders of one disk cost nothing.
    run('cp', ['-a', '--link', '--no-target-directory', isFolder ? `${from}/.` : from, isFolder || !destination.endsWith('/') ? target : join(target, basename(from))]);
  }
}

/** Builds every stage; the folder of the last one. */
export function build(stages, root, work, base, nodeModules) {
  const context = join(work, 'context');
  for (const file of contextFiles(root)) cpSync(join(root, file), join(context, file), { preserveTimestamps: true });
  const roots = {};
  for (const stage of stages) {
    const isLast = stage === stages.at(-1);
    const folder = isLast ? base : join(work, stage.name);
    mkdirSync(folder, { recursive: true });
    roots[stage.name] = folder;
    let workdir = '/';
    const env = {};
    for (const step of stage.steps) {
      if (step.keyword === 'ENV') Object.assign(env, Object.fromEntries(step.pairs));
      else if (step.keyword === 'WORKDIR') mkdirSync(within(folder, (workdir = resolve(workdir, step.text))), { recursive: true });
      else if (step.keyword === 'COPY') copy(folder, workdir, step, roots, context);
      else if (step.keyword === 'RUN' && !isLast) {
        // What npm fetched for this checkout is what it would fetch: install.mjs checks that by the lock file's hash.
        const modules = within(folder, join(workdir, 'node_modules'));
        if (stage.name === 'native' && nodeModules && !existsSync(modules)) run('cp', ['-a', nodeModules, modules]);
        console.log(`${stage.name}: RUN ${step.text.replace(/\s+/g, ' ')}`);
        runStep(folder, workdir, env, step.text);
      } else if (!isLast || !['USER', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'].includes(step.keyword)) {
        throw new Error(`Line ${step.line}: ${step.keyword} is not understood in the stage ${stage.name}.`);
      }
    }
  }
  if (readdirSync(base).length === 0) throw new Error('The last stage is empty.');
  return base;
}
