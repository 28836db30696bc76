// A loop of this program's own: a penalty on the weights in each step, an average of the net, a word after each epoch.
using Lockstep;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run => run.Model(() => Linear(2, 1))
        .Data(() => (Plane(1024, seed: 1), Plane(256, seed: 2)))
        .Loss((net, batch) => functional.mse_loss(net.call(batch.Inputs), batch.Targets))
        .Loop(
            (net, loop) =>
            {
                var average = net.weight.detach().clone();
                loop.Keep("average", average); // saved and restored with the net
                while (
                    loop.Step(step =>
                    {
                        step.Backward(); // the loss above
                        step.Backward(1e-3 * net.weight.abs().sum());
                        average.lerp_(net.weight.detach(), 0.1); // in the pass, so that a resume finds it back
                    })
                )
                {
                    if (loop is { HasEvaluated: true, IsFirst: true })
                        Console.WriteLine($"step {loop.Made}: loss {loop.LastStep?.Loss:F5}, average {average.cpu().data<float>()[0]:F3}");
                }
            }
        )
        .Batch(64)
        .Epochs(5)
        .Replicas(2));

static TensorSamples Plane(int count, long seed)
{
    using var scope = NewDisposeScope();
    var points = rand([count, 2], generator: new Generator((ulong)seed)) * 2 - 1;
    return new TensorSamples(points.DetachFromDisposeScope(), (points.sum(1, keepdim: true) * 3).DetachFromDisposeScope());
}
