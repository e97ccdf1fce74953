// Builds small models with TensorFlow's own layers (npm install @tensorflow/tfjs@4.22.0), gives them random weights, and writes what they consist of and
// what they predict. make.py puts that into files as Keras writes them.
const tf = require('@tensorflow/tfjs');
const fs = require('fs');

const L = tf.layers;
const out = process.argv[2];

// Park and Miller's generator: the same numbers on every machine.
let state = 20;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

function fill(model) {
  const weights = model.weights.map(weight => {
    const positive = /variance/.test(weight.name);
    const fan = weight.shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: weight.shape.reduce((a, b) => a * b, 1) }, () =>
      positive ? 0.5 + random() : (random() - 0.5) * (weight.shape.length > 1 ? 4 / Math.sqrt(fan) : 0.6));
    return tf.tensor(values, weight.shape);
  });
  model.setWeights(weights);
}

function write(name, model, low = 0, high = 1) {
  fill(model);
  const shape = model.inputs[0].shape.slice(1);
  const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(low + random() * (high - low)));
  const output = model.predict(tf.tensor(data, [1, ...shape])).flatten();
  // The numbers stand in a file of their own: a large network's are too many for one text.
  const numbers = fs.openSync(`${out}/${name}.bin`, 'w');
  let offset = 0;
  const put = data => {
    fs.writeSync(numbers, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return (offset += data.length) - data.length;
  };
  const layers = holder => holder.layers.map(layer => ({
    name: layer.name,
    weights: layer.layers ? [] : layer.weights.map(w => ({ name: w.originalName, shape: w.shape, offset: put(w.read().dataSync()) })),
    layers: layer.layers ? layers(layer) : undefined,
  }));
  fs.writeFileSync(`${out}/${name}.json`, JSON.stringify({
    name, model: model.toJSON(null, false), layers: layers(model), input: { shape, data }, output: Array.from(output.dataSync()),
  }));
  console.log(name, Array.from(output.dataSync()).slice(0, 4));
}

const functional = (shape, build) => {
  const input = tf.input({ shape, name: 'pictures' });
  return tf.model({ inputs: input, outputs: build(input), name: 'functional' });
};

const models = {
  // A student's first network.
  sequential: () => tf.sequential({ name: 'first', layers: [
    L.conv2d({ inputShape: [12, 12, 3], filters: 4, kernelSize: 3, activation: 'relu', name: 'conv2d' }),
    L.maxPooling2d({ poolSize: 2, name: 'max_pooling2d' }),
    L.conv2d({ filters: 6, kernelSize: 3, padding: 'same', useBias: false, name: 'conv2d_1' }),
    L.batchNormalization({ name: 'batch_normalization' }),
    L.activation({ activation: 'relu6', name: 'activation' }),
    L.dropout({ rate: 0.5, name: 'dropout' }),
    L.flatten({ name: 'flatten' }),
    L.dense({ units: 8, activation: 'tanh', name: 'dense' }),
    L.dense({ units: 5, activation: 'softmax', name: 'dense_1' }),
  ] }),
  // Strides, dilation and padding on odd sides, where frameworks differ.
  windows: () => functional([11, 11, 3], input => {
    let x = L.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', name: 'same' }).apply(input);
    x = L.zeroPadding2d({ padding: [[0, 1], [2, 1]], name: 'pad' }).apply(x);
    x = L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'valid', name: 'depthwise' }).apply(x);
    x = L.conv2d({ filters: 5, kernelSize: [2, 3], dilationRate: 2, padding: 'same', name: 'dilated' }).apply(x);
    x = L.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', name: 'separable' }).apply(x);
    x = L.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'average' }).apply(x);
    x = L.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same', name: 'max' }).apply(x);
    x = L.cropping2D({ cropping: [[0, 1], [1, 0]], name: 'crop' }).apply(x);
    return L.dense({ units: 4, name: 'logits' }).apply(L.flatten({ name: 'flatten' }).apply(x));
  }),
  // Branches that meet again in every way.
  merges: () => functional([8, 8, 3], input => {
    const a = L.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'a' }).apply(input);
    const b = L.conv2d({ filters: 4, kernelSize: 1, name: 'b' }).apply(input);
    const add = L.add({ name: 'add' }).apply([a, b]);
    const multiply = L.multiply({ name: 'multiply' }).apply([add, b]);
    const most = L.maximum({ name: 'maximum' }).apply([a, multiply]);
    const least = L.minimum({ name: 'minimum' }).apply([a, b]);
    const average = L.average({ name: 'average' }).apply([a, b, most]);
    const all = L.concatenate({ name: 'concatenate', axis: -1 }).apply([add, multiply, most, least, average]);
    const gap = L.globalAveragePooling2d({ name: 'gap' }).apply(all);
    const gmp = L.globalMaxPooling2d({ name: 'gmp' }).apply(all);
    return L.dense({ units: 6, activation: 'softmax', name: 'classes' }).apply(L.concatenate({ name: 'both' }).apply([gap, gmp]));
  }),
  // Every activation, and what a squeeze-and-excitation block does.
  activations: () => functional([6, 6, 3], input => {
    let x = L.conv2d({ filters: 6, kernelSize: 3, name: 'first' }).apply(input);
    const parts = ['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'mish'].map(activation =>
      L.activation({ activation, name: `f_${activation.toLowerCase()}` }).apply(x));
    parts.push(L.reLU({ maxValue: 0.5, name: 'ceiling' }).apply(x));
    parts.push(L.leakyReLU({ alpha: 0.2, name: 'leaky' }).apply(x));
    parts.push(L.elu({ name: 'elu' }).apply(x));
    parts.push(L.prelu({ sharedAxes: [1, 2], name: 'prelu' }).apply(x));
    parts.push(L.softmax({ axis: -1, name: 'soft' }).apply(x));
    x = L.concatenate({ name: 'all' }).apply(parts);
    x = L.batchNormalization({ scale: false, epsilon: 0.01, name: 'normalised' }).apply(x);
    x = L.permute({ dims: [3, 1, 2], name: 'permute' }).apply(x);
    x = L.reshape({ targetShape: [8, 192], name: 'reshape' }).apply(x);
    x = L.dense({ units: 3, useBias: false, name: 'rows' }).apply(x);
    x = L.batchNormalization({ center: false, name: 'rows_normalised' }).apply(L.flatten({ name: 'flatten' }).apply(x));
    return L.dense({ units: 1, activation: 'sigmoid', name: 'yes' }).apply(x);
  }),
  // A trained network with a new end, as transfer learning makes it; one layer is used twice.
  nested: () => {
    const input = tf.input({ shape: [8, 8, 3], name: 'base_input' });
    const twice = L.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv2d' });
    let x = L.batchNormalization({ name: 'bn' }).apply(twice.apply(twice.apply(input)));
    const base = tf.model({ inputs: input, outputs: L.maxPooling2d({ poolSize: 2, name: 'pool' }).apply(x), name: 'base' });
    return tf.sequential({ name: 'transfer', layers: [
      L.rescaling({ scale: 1 / 127.5, offset: -1, inputShape: [8, 8, 3], name: 'rescaling' }),
      base,
      L.globalAveragePooling2d({ name: 'pooling' }),
      L.dense({ units: 4, activation: 'softmax', name: 'dense' }),
    ] });
  },
  grey: () => tf.sequential({ name: 'digits', layers: [
    L.flatten({ inputShape: [5, 5, 1], name: 'flatten' }),
    L.dense({ units: 3, activation: 'softmax', name: 'dense' }),
  ] }),
};

// What the large ones of keras.applications are made of, with random weights: too large to keep, made by hand.
function convBlock(x, filters, times, block) {
  for (let i = 1; i <= times; i++) {
    x = L.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', name: `block${block}_conv${i}` }).apply(x);
  }
  return L.maxPooling2d({ poolSize: 2, strides: 2, name: `block${block}_pool` }).apply(x);
}

models.vgg16 = () => functional([224, 224, 3], input => {
  let x = input;
  [[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]].forEach(([filters, times], i) => { x = convBlock(x, filters, times, i + 1); });
  x = L.dense({ units: 4096, activation: 'relu', name: 'fc1' }).apply(L.flatten({ name: 'flatten' }).apply(x));
  x = L.dense({ units: 4096, activation: 'relu', name: 'fc2' }).apply(x);
  return L.dense({ units: 11, activation: 'softmax', name: 'predictions' }).apply(x);
});

models.mobilenetv2 = () => functional([224, 224, 3], input => {
  const bn = (x, name) => L.batchNormalization({ epsilon: 1e-3, momentum: 0.999, name }).apply(x);
  const relu6 = (x, name) => L.reLU({ maxValue: 6, name }).apply(x);
  let x = relu6(bn(L.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same', useBias: false, name: 'Conv1' }).apply(input), 'bn_Conv1'), 'Conv1_relu');
  let channels = 32;
  let id = 0;
  for (const [expansion, filters, times, stride] of [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]]) {
    for (let i = 0; i < times; i++, id++) {
      const prefix = id ? `block_${id}_` : 'expanded_conv_';
      const strides = i ? 1 : stride;
      let y = x;
      if (expansion > 1) {
        y = relu6(bn(L.conv2d({ filters: expansion * channels, kernelSize: 1, padding: 'same', useBias: false, name: `${prefix}expand` }).apply(y), `${prefix}expand_BN`), `${prefix}expand_relu`);
      }
      if (strides === 2) {
        y = L.zeroPadding2d({ padding: [[0, 1], [0, 1]], name: `${prefix}pad` }).apply(y);
      }
      y = L.depthwiseConv2d({ kernelSize: 3, strides, useBias: false, padding: strides === 1 ? 'same' : 'valid', name: `${prefix}depthwise` }).apply(y);
      y = relu6(bn(y, `${prefix}depthwise_BN`), `${prefix}depthwise_relu`);
      y = bn(L.conv2d({ filters, kernelSize: 1, padding: 'same', useBias: false, name: `${prefix}project` }).apply(y), `${prefix}project_BN`);
      x = channels === filters && strides === 1 ? L.add({ name: `${prefix}add` }).apply([x, y]) : y;
      channels = filters;
    }
  }
  x = relu6(bn(L.conv2d({ filters: 1280, kernelSize: 1, useBias: false, name: 'Conv_1' }).apply(x), 'Conv_1_bn'), 'out_relu');
  return L.dense({ units: 11, activation: 'softmax', name: 'predictions' }).apply(L.globalAveragePooling2d({ name: 'avg_pool' }).apply(x));
});

const wanted = process.argv.slice(3);
for (const [name, build] of Object.entries(models)) {
  if (wanted.length ? wanted.includes(name) : !['vgg16', 'mobilenetv2'].includes(name)) {
    const range = name === 'nested' ? [0, 255] : [0, 1];
    write(name, build(), ...range);
  }
}
