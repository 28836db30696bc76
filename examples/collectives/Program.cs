// A loop of TorchSharp as it always was, on two processes: each takes its own samples, and gradients are averaged.
using Lockstep.Groups;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await ProcessGroup.RunAsync(processes: 2, group =>
{
    using var net = Sequential(Linear(2, 32), Tanh(), Linear(32, 1));
    group.Broadcast(net); // all begin with the weights of member 0
    using var optimizer = optim.Adam(net.parameters(), lr: 0.01);
    manual_seed(group.Rank);
    for (int step = 1; step <= (args is [var steps] ? int.Parse(steps) : 300); step++)
    {
        using var scope = NewDisposeScope();
        var points = rand(32, 2) * 2 - 1;
        var loss = functional.mse_loss(net.call(points), points.prod(1, keepdim: true)); // the net learns to multiply
        optimizer.zero_grad();
        loss.backward();
        group.AverageGradients(net);
        optimizer.step();
        group.AllReduce(loss.detach_());
        if (group.Rank == 0 && step % 50 == 0)
            Console.WriteLine($"step {step}: loss {(loss / group.Size).item<float>():F4}");
    }
});
