// A U-Net with one output channel that finds discs in noise: unet --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
    run.Model(() => new UNet(width: 12))
        .Data(() => (Discs.Draw(1000, seed: 1), Discs.Draw(200, seed: 2)))
        .Loss((net, batch) => functional.binary_cross_entropy_with_logits(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs) > 0)
        .Metric("iou", (found, batch) => Discs.Overlap(found, batch.Targets > 0.5))
        .Objective("iou", higherIsBetter: true)
        .Optimizer(new AdamRecipe { Rate = 0.002 })
        .Batch(16)
        .Epochs(3)
);
