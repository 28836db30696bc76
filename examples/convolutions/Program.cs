using Lockstep.Native;
using TorchSharp;
using static TorchSharp.torch;

TorchSharpCures.Apply(); // before the first use of torch
full(1_000_000, 1e3f).Dispose(); // memory that was in use before, as in any program that has run for a while
var (layer, input) = (nn.Conv2d(10, 10, 3, padding: 1), randn(4, 10, 13, 13).requires_grad_(true));
Tensor Gradient(ScalarType type) => autograd.grad([layer.to(type).call(input.to(type)).pow(2).sum()], [input])[0].to(ScalarType.Float64);
var right = Gradient(ScalarType.Float64); // which libtorch computes without oneDNN
double Distance() => ((Gradient(ScalarType.Float32) - right).norm() / right.norm()).item<double>();
Console.WriteLine($"stock: {Distance():G2}");
ConvolutionCure.Apply(layer);
Console.WriteLine($"cured: {Distance():G2}");
