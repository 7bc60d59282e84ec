// node lint.mjs ROOT: is the Dockerfile valid, and does it keep the rules of this project? One line a finding; exit code 1 where there is any.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { contextFiles } from './context.mjs';
import { execForm, last, readDockerfile } from './dockerfile.mjs';

const root = process.argv[2] ?? '.';
const file = join(root, 'Dockerfile');
const findings = validate(readFileSync(file, 'utf8'), { ignoreDuplicateImages: true, instructionWorkdirRelative: ValidationSeverity.ERROR })
  .map((problem) => `${problem.range.start.line + 1}: ${problem.message}`);
const find = (line, text) => findings.push(`${line}: ${text}`);

const stages = readDockerfile(file);
const final = stages.at(-1);
const files = contextFiles(root);
const names = stages.map((stage) => stage.name);

for (const [index, stage] of stages.entries()) {
  if (!/:[\w.-]+$/.test(stage.image) || stage.image.endsWith(':latest')) find(stage.line, `the image ${stage.image} names no version`);
  for (const step of stage.steps) {
    if (step.keyword === 'ADD') find(step.line, 'COPY, not ADD: it fetches and unpacks nothing');
    if (step.keyword === 'RUN' && /\bsudo\b|\bapt-get upgrade\b|\bcurl\b.*\|\s*(ba)?sh\b/.test(step.text)) find(step.line, 'sudo, an upgrade or a script from the network in a build step');
    if (step.keyword === 'RUN' && /apt-get install/.test(step.text) && !/--no-install-recommends/.test(step.text)) find(step.line, 'apt-get without --no-install-recommends');
    if (step.keyword === 'WORKDIR' && !step.text.startsWith('/')) find(step.line, 'WORKDIR is not absolute');
    if (step.keyword !== 'COPY') continue;
    const from = step.flags.from;
    if (from !== undefined && !names.slice(0, index).includes(from)) find(step.line, `there is no stage ${from} before this one`);
    if (from !== undefined) continue;
    for (const source of step.text.split(/\s+/).slice(0, -1))
      if (source !== '.' && !files.some((name) => name === source || name.startsWith(`${source}/`))) find(step.line, `${source} is not in the build context`);
  }
}

for (const keyword of ['ENTRYPOINT', 'CMD'])
  if (!last(final, keyword) || !execForm(last(final, keyword).text)) find(final.line, `${keyword} is missing, or not in exec form: signals would end at a shell`);
const health = last(final, 'HEALTHCHECK');
if (!health || !execForm(health.text.replace(/^CMD\s+/, ''))) find(final.line, 'HEALTHCHECK is missing, or not in exec form');
const user = last(final, 'USER');
if (!user || !/^[1-9]\d*:[1-9]\d*$/.test(user.text)) find(final.line, 'USER is missing, root, or a name: only a number can be checked not to be root');
if (last(final, 'STOPSIGNAL')?.text !== 'SIGTERM') find(final.line, 'STOPSIGNAL is not SIGTERM');
if (last(final, 'EXPOSE')?.text !== '8080') find(final.line, 'EXPOSE is not 8080');
if (last(final, 'RUN')) find(last(final, 'RUN').line, 'RUN in the last stage: a base without a shell could not');
for (const label of ['multi-models', 'accept-bind-to-port'])
  if (final.labels[`com.amazonaws.sagemaker.capabilities.${label}`] !== 'true') find(final.line, `the label of SageMaker ${label} is not true`);
for (const name of Object.keys(final.env)) if (/SECRET|PASSWORD|TOKEN|KEY$/.test(name)) find(final.line, `${name} looks like a secret`);

for (const finding of findings) console.log(`Dockerfile:${finding}`);
console.log(findings.length === 0 ? `Dockerfile: ${stages.length} stages, nothing found.` : `Dockerfile: ${findings.length} found.`);
process.exitCode = findings.length === 0 ? 0 : 1;
