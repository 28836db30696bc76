// A loop of this program's own over the steps: a second loss in each, an average of the weights, a word after each epoch.
using Lockstep;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run => run
    .Model(() => Linear(1, 1))
    .Data(() => (Line(1000), Line(99)))
    .Loss((net, batch) => functional.mse_loss(net.call(batch.Inputs), batch.Targets))
    .Loop((net, loop) =>
    {
        var average = net.weight.detach().clone();
        loop.Keep("average", average); // saved and restored with the net
        while (loop.Step(step =>
        {
            step.Backward(); // the loss above
            step.Backward(1e-3 * net.weight.abs().sum()); // and one more, whose gradients are added
            average.lerp_(net.weight.detach(), 0.1); // in the pass, so that a resume finds it back
        })) {
            if (loop is { HasEvaluated: true, IsFirst: true })
                Console.WriteLine($"step {loop.Made}: loss {loop.LastStep?.Loss:F4}, average {average.item<float>():F3}");
        }
    }).Optimizer(parameters => optim.RAdam(parameters, lr: 0.05)).Epochs(5).Replicas(2));
TensorSamples Line(int count) => new(linspace(-1, 1, count).unsqueeze(1), linspace(-3, 3, count).unsqueeze(1));
