using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Examples;

/// <summary>A generator from noise to points, and a discriminator from points to a logit. Source: Goodfellow et al. 2014.</summary>
internal sealed class Gan : Module
{
    private const int Noise = 8;

    public readonly Sequential generator,
        discriminator;

    /// <param name="width">Neurons of each hidden layer.</param>
    public Gan(int width)
        : base("gan")
    {
        generator = Sequential(Linear(Noise, width), ReLU(), Linear(width, width), ReLU(), Linear(width, 2));
        discriminator = Sequential(Linear(2, width), LeakyReLU(0.2), Linear(width, width), LeakyReLU(0.2), Linear(width, 1));
        RegisterComponents();
    }

    /// <summary>So many points, from torch's random numbers, which the run keys by seed, step and sample.</summary>
    public Tensor Draw(int count) => generator.call(randn(count, Noise));
}
