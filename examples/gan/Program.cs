// A GAN: a generator learns to draw points of eight clouds on a ring, a discriminator to tell them from real ones: gan --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
    run.Model(() => new Gan(width: 128))
        .Data(() => (Clouds.Draw(12_800, seed: 1), Clouds.Draw(1_000, seed: 2)))
        .Phase("discriminator", "discriminator.*", (net, batch) => Verdict(net, batch.Inputs, 1) + Verdict(net, net.Draw(batch.Count), 0))
        .Phase("generator", "generator.*", (net, batch) => Verdict(net, net.Draw(batch.Count), 1))
        .Predict((net, batch) => net.Draw(batch.Count))
        .Metric("in_cloud", (drawn, _) => Clouds.Holds(drawn))
        .Objective("in_cloud", higherIsBetter: true)
        .Optimizer(new AdamRecipe { Rate = 0.001, Beta1 = 0.5 })
        .Batch(128)
        .Epochs(20)
);

// How far the discriminator is from calling these points real (1) or drawn (0).
static Tensor Verdict(Gan net, Tensor points, int real)
{
    var logits = net.discriminator.call(points);
    return functional.binary_cross_entropy_with_logits(logits, full_like(logits, real));
}
