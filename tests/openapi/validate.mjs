// Checks the OpenAPI documents that are named: node validate.mjs FILE ...
// One line for each: "FILE: OpenAPI 3.1", or its faults and exit code 1.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

for (const file of process.argv.slice(2)) {
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(readFileSync(file, 'utf8')));
  if (result.valid) {
    console.log(`${file}: OpenAPI ${validator.version}`);
  } else {
    console.log(`${file}: ${JSON.stringify(result.errors, null, 2)}`);
    process.exitCode = 1;
  }
}
