// Fastify, sharp and ONNX Runtime: `node server.mjs PORT MODEL`. MODEL is a folder with model.onnx and model.json; the recipe is the bundled model's.
import fs from "node:fs";
import path from "node:path";
import multipart from "@fastify/multipart";
import fastify from "fastify";
import * as ort from "onnxruntime-node";
import sharp from "sharp";

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const model = JSON.parse(fs.readFileSync(path.join(folder, "model.json"), "utf8"));
const session = await ort.InferenceSession.create(path.join(folder, "model.onnx"), { intraOpNumThreads: 1, interOpNumThreads: 1 });
const plane = model.size * model.size;
sharp.concurrency(1);
sharp.cache(false);

async function prepare(bytes) {
  const pixels = await sharp(bytes)
    .resize(model.resize.to, model.resize.to, { fit: "outside", kernel: "linear" })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = pixels.info;
  const [left, top] = [Math.round((width - model.size) / 2), Math.round((height - model.size) / 2)];
  const numbers = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const [scale, shift] = [1 / (255 * model.std[channel]), model.mean[channel] / model.std[channel]];
    for (let y = 0; y < model.size; y++) {
      let from = ((top + y) * width + left) * 3 + channel;
      let to = channel * plane + y * model.size;
      for (let x = 0; x < model.size; x++, from += 3, to++) {
        numbers[to] = pixels.data[from] * scale - shift;
      }
    }
  }
  return new ort.Tensor("float32", numbers, [1, 3, model.size, model.size]);
}

const server = fastify();
await server.register(multipart, { limits: { fileSize: 10 * 1024 * 1024 } });
server.post("/predict", async (request) => {
  const begin = performance.now();
  const file = await request.file();
  const outputs = (await session.run({ [session.inputNames[0]]: await prepare(await file.toBuffer()) }))[session.outputNames[0]].data;
  const largest = Math.max(...outputs);
  const exponentials = Array.from(outputs, (output) => Math.exp(output - largest));
  const sum = exponentials.reduce((total, one) => total + one);
  const classes = model.labels.map((label, index) => ({ label, probability: exponentials[index] / sum }));
  const best = classes.reduce((one, other) => (other.probability > one.probability ? other : one));
  return { prediction: best.label, probability: best.probability, classes, inference_seconds: (performance.now() - begin) / 1000 };
});
await server.listen({ port, host: "127.0.0.1" });
