// Runs a model in ONNX Runtime, for the recipes: Debian has no Python package of it, npm has one for Node.
//
// Standard input, JSON:  {"model": PATH, "feeds": [{NAME: {"type": TYPE, "dims": [..], ...}, ..}, ..]}, where a tensor of text has
//                        "values", a list, and one of numbers "base64", its raw little-endian bytes.
// Standard output, JSON: [{NAME: {"dims": [..], "values": [..]}, ..}, ..], one object per feed, in order; NaN travels as null.
// TYPE is ONNX Runtime's name: "float32", "int64", "uint8", "string".

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.env.ORT_DISABLE_TELEMETRY = "1";
const require = createRequire(fileURLToPath(new URL(".cache/package.json", import.meta.url)));
const { InferenceSession, Tensor } = require("onnxruntime-node");

const arrays = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array };

function toTensor({ type, dims, values, base64 }) {
  if (type === "string") return new Tensor(type, values, dims);
  return new Tensor(type, new arrays[type](Uint8Array.from(Buffer.from(base64, "base64")).buffer), dims);
}

const fromTensor = ({ dims, data }) => ({
  dims,
  values: Array.from(data, value => (typeof value === "bigint" ? Number(value) : value)),
});

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const { model, feeds } = JSON.parse(readFileSync(0, "utf8"));
const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
const results = [];
for (const feed of feeds) results.push(mapValues(await session.run(mapValues(feed, toTensor)), fromTensor));
process.stdout.write(JSON.stringify(results));
