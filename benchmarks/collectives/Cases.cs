using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Mesh;

namespace AlexNet.CollectivesBenchmark;

/// <summary>The operations that are timed. A round: 1. all meet; 2. each runs the operation; 3. the slowest member's time counts.</summary>
internal sealed unsafe class Cases(PeerMesh mesh, int size, int rank, bool arena, int repeats, string system)
{
    private const int Warmups = 3;
    private const long GatherBytes = 11_000_000;

    private static readonly long[] ReduceMegabytes = [25, 122, 244];

    private readonly ICollectives _group = mesh.Group([.. Enumerable.Range(0, size)]);
    private long _step;

    public void Run()
    {
        foreach (long megabytes in ReduceMegabytes)
        {
            var values = Allocate(megabytes * 1_000_000, ElementType.Float32);
            Time($"all-reduce {megabytes} MB", step => _group.AllReduce(new(OperationKind.Reduce, step), values).Wait());
            Check(values);
        }

        if (!arena)
        {
            var all = Allocate(GatherBytes * size, ElementType.Byte);
            TensorMemory[] parts = [.. Enumerable.Range(0, size).Select(r => all.Slice(r * GatherBytes, GatherBytes))];
            Time("all-gather 11 MB", step => _group.AllGather(new(OperationKind.Forward, step), parts).Wait());
        }
    }

    private void Time(string name, Action<long> operation)
    {
        double[] milliseconds = new double[repeats];
        for (int i = -Warmups; i < repeats; i++)
        {
            Slowest(0);
            long start = Stopwatch.GetTimestamp();
            operation(_step++);
            double own = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            double slowest = Slowest(own);
            if (i >= 0)
            {
                milliseconds[i] = Math.Round(slowest, 3);
            }
        }

        if (rank == 0)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        system,
                        processes = size,
                        @case = name,
                        milliseconds,
                    }
                )
            );
        }
    }

    /// <summary>The largest of all members' values; also a barrier.</summary>
    private double Slowest(double own)
    {
        double* times = stackalloc double[size];
        times[rank] = own;
        TensorMemory[] parts =
        [
            .. Enumerable.Range(0, size).Select(r => new TensorMemory((nint)(times + r), sizeof(double), ElementType.Byte)),
        ];
        _group.AllGather(new(OperationKind.Vote, _step++), parts).Wait();
        return new Span<double>(times, size).ToArray().Max();
    }

    private TensorMemory Allocate(long bytes, ElementType type)
    {
        var memory = arena
            ? mesh.Allocate(bytes).Memory(type)
            : new((nint)NativeMemory.AlignedAlloc((nuint)bytes, 4096), bytes / type.Size(), type);
        if (type == ElementType.Float32)
        {
            new Span<float>((void*)memory.Address, (int)memory.Count).Fill(1);
        }
        else
        {
            NativeMemory.Clear((void*)memory.Address, (nuint)bytes);
        }

        return memory;
    }

    /// <summary>Ones summed over and over are powers of the size, whatever the transport.</summary>
    private void Check(TensorMemory values)
    {
        Span<float> floats = new((void*)values.Address, (int)values.Count);
        float expected = MathF.Pow(size, Warmups + repeats);
        if (floats.ContainsAnyExcept(expected))
        {
            throw new InvalidOperationException($"a sum other than {expected} was found");
        }
    }
}
