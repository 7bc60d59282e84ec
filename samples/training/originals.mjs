// The original implementations that recipes convert, compare with, or take words from.
//
// node originals.mjs NAME, with a JSON value on standard input and the answer, JSON, on standard output. One function per NAME.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const packages = fileURLToPath(new URL(".cache/node_modules/", import.meta.url));
const require = createRequire(packages);
const load = path => import(pathToFileURL(packages + path));
const fill = (values, numbers) => numbers.map(n => values[n]);

const originals = {
  // Words -> their stems, and the words that the stemmer's own tokeniser drops.
  async stems(words) {
    const file = require.resolve("bayes-classifier/lib/stemmers/porter.js");
    const stemmer = require(file);
    const stopWords = readFileSync(file, "utf8").match(/Tokenizer\.stopwords = \[([\s\S]*?)\]/)[1].match(/'[^']*'/g);
    return { stems: words.map(word => stemmer.stem(word)), stopWords: stopWords.map(word => word.slice(1, -1)) };
  },

  // Prompts -> the score of prompt_injection for each.
  async guard(prompts) {
    const { TfidfVectorizer } = await load("llm_guardrail/model/tfidf.js");
    const { LogisticRegression } = await load("llm_guardrail/model/logistic_regression.js");
    const model = JSON.parse(readFileSync(packages + "llm_guardrail/model/prompt_injection_model.json", "utf8"));
    const [vectorizer, regression] = [new TfidfVectorizer(model), new LogisticRegression(model)];
    return prompts.map(prompt => regression.predictProba(vectorizer.transform(prompt)).positiveProb);
  },

  // Texts -> the scores of all languages for each, in the order of languageWeights' "languages".
  async language(texts) {
    const { default: lande } = await load("lande/standalone/t50.js");
    const { default: languages } = await load("lande/standalone/t50-langs.js");
    return texts.map(text => fill(Object.fromEntries(lande(text)), languages));
  },

  // Nothing -> languages, n-grams and the two dense layers of the network, decoded.
  async languageWeights() {
    const { default: languages } = await load("lande/standalone/t50-langs.js");
    const { default: ngrams } = await load("lande/standalone/t50-ngrams.js");
    const { default: options } = await load("lande/standalone/t50-options.js");
    const { NeuralNetwork } = await load("toygrad/dist/index.js");
    const dense = new NeuralNetwork(options).layers.filter(layer => layer.filters && layer.biases);
    return {
      languages,
      ngrams,
      layers: dense.map(({ filters, biases }) => ({ filters: filters.map(f => Array.from(f.w)), biases: Array.from(biases.w) })),
    };
  },

  // Pictures of 112 x 112 x 3 numbers from 0 to 255, flat -> the seven scores for each.
  async expression(pictures) {
    // The bundle for browsers has TensorFlow.js within, and must not notice that this is Node.
    Object.defineProperty(process, "versions", { value: {} });
    const faceapi = await load("@vladmandic/face-api/dist/face-api.esm.js");
    faceapi.tf.env().setPlatform("bare", { isTypedArray: ArrayBuffer.isView, now: () => performance.now() });
    await faceapi.tf.setBackend("cpu");
    await faceapi.tf.ready();
    const net = new faceapi.FaceExpressionNet();
    const folder = packages + "@vladmandic/face-api/model/";
    const manifest = JSON.parse(readFileSync(folder + "face_expression_model-weights_manifest.json", "utf8"));
    const bytes = readFileSync(folder + "face_expression_model.bin");
    net.loadFromWeightMap(faceapi.tf.io.decodeWeights(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), manifest.flatMap(group => group.weights)));
    return pictures.map(picture => {
      const input = new faceapi.NetInput([faceapi.tf.tensor3d(picture, [112, 112, 3])]);
      return Array.from(net.forwardInput(input).dataSync());
    });
  },

  // {"model": a TensorFlow Lite file, "pictures": [300 * 300 * 3 bytes each]}, all base64 -> for each picture the best score of each
  // of the 24 classes over all places. The interpreter is TensorFlow Lite's own, compiled to WebAssembly.
  async image({ model, pictures }) {
    globalThis.window = globalThis; // It is made for browsers, and loads itself with fetch in what it takes for Node.
    const folder = packages + "@tensorflow/tfjs-tflite/wasm/tflite_web_api_cc_simd";
    const lite = await require(folder + ".js")({ wasmBinary: readFileSync(folder + ".wasm"), printErr: () => {} });
    const bytes = Buffer.from(model, "base64");
    const at = lite._malloc(bytes.length);
    lite.HEAPU8.set(bytes, at);
    const created = lite.TFLiteWebModelRunner.CreateFromBufferAndOptions(
      at, bytes.length, { numThreads: 1, enableProfiling: false, maxProfilingBufferEntries: 0 });
    if (!created.ok()) throw new Error(created.errorMessage());
    const runner = created.value();
    return pictures.map(picture => {
      runner.GetInputs().get(0).data().set(Float32Array.from(Buffer.from(picture, "base64"), value => (value - 127.5) / 127.5));
      if (!runner.Infer()) throw new Error("TensorFlow Lite failed.");
      const logits = runner.GetOutputs().get(1).data();
      const best = new Array(24).fill(-Infinity);
      logits.forEach((logit, i) => { best[i % 24] = Math.max(best[i % 24], logit); });
      return best.map(logit => 1 / (1 + Math.exp(-logit)));
    });
  },
};

const answer = await originals[process.argv[2]](JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(answer));
