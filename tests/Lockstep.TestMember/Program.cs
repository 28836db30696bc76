using Lockstep.Groups;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// A member of a group, for tests: does what its first argument says, and prints what it has then.
return await ProcessGroup.RunAsync(processes: 2, group =>
{
    using var scope = NewDisposeScope();
    switch (args[0])
    {
        case "reduce":
            Reduce(group);
            break;
        case "gather":
            Print(group, "gather", cat([.. group.AllGather(full([2, 2], group.Rank, ScalarType.Int32))]));
            break;
        case "broadcast":
            var mine = full([3], group.Rank, ScalarType.Float64);
            group.Broadcast(mine, from: group.Size - 1);
            Print(group, "broadcast", mine);
            break;
        case "gradients":
            Gradients(group);
            break;
        case "lengths":
            group.AllReduce(zeros(3 + group.Rank));
            break;
        case "throw":
            if (group.Rank == 1)
                throw new InvalidOperationException("a fault of the program");
            group.Barrier();
            break;
        case "wait":
            Print(group, "pid", tensor(Environment.ProcessId));
            while (true)
                group.Barrier();
        default:
            throw new ArgumentException($"'{args[0]}' is unknown.", nameof(args));
    }
});

static void Reduce(ProcessGroup group)
{
    foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float64, ScalarType.Int64 })
    {
        var values = (arange(4) + 1).to(type) * (group.Rank + 1);
        group.AllReduce(values);
        Print(group, $"{type}", values);
    }

    var gaps = (arange(6, ScalarType.Float32).view(2, 3) * (group.Rank + 1)).t();
    group.AllReduce(gaps);
    Print(group, "transposed", gaps);
}

static void Gradients(ProcessGroup group)
{
    var net = Linear(2, 1);
    group.Broadcast(net);
    (net.call(full([1, 2], group.Rank + 1, ScalarType.Float32)).sum() * 2).backward();
    if (group.Rank == 1 && net.bias is { } bias)
        bias.grad = null; // no part of this member's loss
    group.AverageGradients(net);
    Print(group, "weight", net.weight.grad ?? zeros(1));
    Print(group, "bias", net.bias?.grad ?? zeros(1));
}

static void Print(ProcessGroup group, string what, Tensor value) =>
    Console.WriteLine($"{group.Rank} {what}: {string.Join(' ', value.to(ScalarType.Float64).contiguous().view(-1).data<double>())}");
