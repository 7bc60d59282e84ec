// The Dockerfile as data: its stages, each with its instructions and what they say once arguments are put in.
import { readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';

/** Splits a line of KEY=value pairs as the shell does, without its substitutions. */
function pairs(instruction) {
  return instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? '']);
}

/** Puts arguments in for ${NAME} and $NAME; one that is not there is an error here, and not an empty string. */
function substitute(text, values) {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => {
    const name = braced ?? bare;
    if (!(name in values)) throw new Error(`The Dockerfile uses ${name}, which it does not define.`);
    return values[name];
  });
}

/** The words of an instruction in exec form, or null where it is in shell form. */
function execForm(text) {
  if (!text.trimStart().startsWith('[')) return null;
  return JSON.parse(text);
}

/** A step's own text: what follows the keyword and its flags, continued lines joined as Docker joins them. */
function body(instruction) {
  const flags = instruction.getFlags?.() ?? [];
  const lines = (instruction.getRawArgumentsContent() ?? '').split('\n').filter((line) => !/^\s*#/.test(line));
  let text = lines.join('\n').replace(/\\\n/g, '').trim();
  for (const flag of flags) text = text.replace(flag.toString(), '').trim();
  return text;
}

export function readDockerfile(file) {
  const dockerfile = DockerfileParser.parse(readFileSync(file, 'utf8'));
  const globals = {};
  const stages = [];
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword();
    const line = instruction.getRange().start.line + 1;
    const stage = stages.at(-1);
    if (keyword === 'FROM') {
      const name = instruction.getBuildStage() ?? 'final';
      stages.push({ name, image: substitute(instruction.getImage(), globals), line, env: {}, labels: {}, steps: [] });
    } else if (keyword === 'ARG') {
      if (stage) throw new Error(`Line ${line}: an ARG inside a stage is not understood here.`);
      const property = instruction.getProperty();
      globals[property.getName()] = property.getValue();
    } else if (keyword === 'ENV') {
      for (const [name, value] of pairs(instruction)) stage.env[name] = value;
      stage.steps.push({ keyword, line, pairs: pairs(instruction) });
    } else if (keyword === 'LABEL') {
      for (const [name, value] of pairs(instruction)) stage.labels[name] = value;
    } else {
      const flags = Object.fromEntries((instruction.getFlags?.() ?? []).map((flag) => [flag.getName(), flag.getValue()]));
      const text = body(instruction);
      stage.steps.push({ keyword, line, flags, text });
    }
  }
  return stages;
}

/** The last instruction of a kind in a stage; undefined where there is none. */
export function last(stage, keyword) {
  return stage.steps.filter((step) => step.keyword === keyword).at(-1);
}

export { execForm };
