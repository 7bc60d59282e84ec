// The build context: the files of the checkout that .dockerignore leaves, as git knows them (an engine would send what git ignores, too).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Patterns of .dockerignore as regular expressions; those that begin with ! are not understood. */
function ignored(root) {
  return readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((pattern) => {
      if (/[!?[\]]/.test(pattern)) throw new Error(`.dockerignore: the pattern ${pattern} is not understood here.`);
      const expression = pattern.split('**/').map((part) => part.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '[^/]*')).join('(?:.*/)?');
      return new RegExp(`^${expression}(?:/|$)`);
    });
}

export function contextFiles(root) {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (git.status !== 0) throw new Error(`git ls-files: ${git.stderr}`);
  const patterns = ignored(root);
  return git.stdout.split('\0').filter((file) => file && existsSync(join(root, file)) && !patterns.some((pattern) => pattern.test(file)));
}
