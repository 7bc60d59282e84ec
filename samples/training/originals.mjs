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
};

const answer = await originals[process.argv[2]](JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(answer));
