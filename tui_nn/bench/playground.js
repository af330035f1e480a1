// TensorFlow Playground's training loop in V8: takes so many steps with so many units a layer,
// and prints the processor's seconds that they took. `tui-nn bench` runs it.
//
//     node playground.js STEPS UNITS...
//
// Node, link, forward, backward and update are those of its nn.ts (Apache License 2.0,
// https://github.com/tensorflow/playground), types and regularization left out: batches of 10 of
// 500 points, tanh, squared error, learning rate 0.03.

const tanh = {
  output: (x) => Math.tanh(x),
  der: (x) => { const a = Math.tanh(x); return 1 - a * a; },
};

class Node {
  constructor() {
    this.inputLinks = [];
    this.outputs = [];
    this.bias = 0.1;
    this.accInputDer = 0;
    this.numAccumulatedDers = 0;
  }
  updateOutput() {
    this.totalInput = this.bias;
    for (let j = 0; j < this.inputLinks.length; j++) {
      const link = this.inputLinks[j];
      this.totalInput += link.weight * link.source.output;
    }
    this.output = tanh.output(this.totalInput);
  }
}

class Link {
  constructor(source, dest) {
    this.source = source;
    this.dest = dest;
    this.weight = Math.random() - 0.5;
    this.accErrorDer = 0;
    this.numAccumulatedDers = 0;
  }
}

function build(shape) {
  const network = shape.map((size) => Array.from({ length: size }, () => new Node()));
  for (let layer = 1; layer < network.length; layer++) {
    for (const dest of network[layer]) {
      for (const source of network[layer - 1]) {
        const link = new Link(source, dest);
        source.outputs.push(link);
        dest.inputLinks.push(link);
      }
    }
  }
  return network;
}

function forward(network, inputs) {
  for (let i = 0; i < inputs.length; i++) network[0][i].output = inputs[i];
  for (let layer = 1; layer < network.length; layer++) {
    for (let i = 0; i < network[layer].length; i++) network[layer][i].updateOutput();
  }
}

function backward(network, target) {
  const output = network[network.length - 1][0];
  output.outputDer = output.output - target;
  for (let layer = network.length - 1; layer >= 1; layer--) {
    const current = network[layer];
    for (let i = 0; i < current.length; i++) {
      const node = current[i];
      node.inputDer = node.outputDer * tanh.der(node.totalInput);
      node.accInputDer += node.inputDer;
      node.numAccumulatedDers++;
    }
    for (let i = 0; i < current.length; i++) {
      for (let j = 0; j < current[i].inputLinks.length; j++) {
        const link = current[i].inputLinks[j];
        link.accErrorDer += current[i].inputDer * link.source.output;
        link.numAccumulatedDers++;
      }
    }
    if (layer === 1) continue;
    for (let i = 0; i < network[layer - 1].length; i++) {
      const node = network[layer - 1][i];
      node.outputDer = 0;
      for (let j = 0; j < node.outputs.length; j++) {
        node.outputDer += node.outputs[j].weight * node.outputs[j].dest.inputDer;
      }
    }
  }
}

function update(network, learningRate) {
  for (let layer = 1; layer < network.length; layer++) {
    for (let i = 0; i < network[layer].length; i++) {
      const node = network[layer][i];
      node.bias -= learningRate * node.accInputDer / node.numAccumulatedDers;
      node.accInputDer = node.numAccumulatedDers = 0;
      for (let j = 0; j < node.inputLinks.length; j++) {
        const link = node.inputLinks[j];
        link.weight -= (learningRate / link.numAccumulatedDers) * link.accErrorDer;
        link.accErrorDer = link.numAccumulatedDers = 0;
      }
    }
  }
}

const points = Array.from({ length: 500 }, (_, i) => {
  const radius = i < 250 ? Math.random() * 2.5 : 3.5 + Math.random() * 1.5;
  const angle = Math.random() * 2 * Math.PI;
  return [[radius * Math.sin(angle), radius * Math.cos(angle)], i < 250 ? 1 : -1];
});

function train(network, steps) {
  for (let i = 0; i < steps * 10; i++) {
    const [inputs, target] = points[i % 500];
    forward(network, inputs);
    backward(network, target);
    if ((i + 1) % 10 === 0) update(network, 0.03);
  }
}

const [steps, ...shape] = process.argv.slice(2).map(Number);
const network = build(shape);
train(network, 10000); // V8 compiles what runs long
const start = process.cpuUsage().user; // microseconds
train(network, steps);
console.log((process.cpuUsage().user - start) / 1e6);
