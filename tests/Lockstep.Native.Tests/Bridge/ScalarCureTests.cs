using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;
using TorchSharp;

namespace Lockstep.Native.Tests.Bridge;

/// <summary>A number that TorchSharp hands to libtorch outlives the call that reads it, whenever a garbage collection comes.</summary>
public class ScalarCureTests
{
    /// <summary>Bytes of c10::Scalar: its kind, 12 of padding, and its value in 16.</summary>
    private const int ScalarSize = 32;

    public ScalarCureTests() => NativeLibraries.Load();

    [Fact]
    public void Dispose_Scalar_LeavesItsBytesForCallsThatStillReadThem()
    {
        var scalars = Enumerable.Range(0, 100).Select(i => ((float)i).ToScalar()).ToArray();
        nint[] addresses = [.. scalars.Select(Address)];
        byte[][] before = [.. addresses.Select(Bytes)];

        foreach (var scalar in scalars)
            scalar.Dispose();

        Assert.Equal(before, addresses.Select(Bytes));
        // blocks that are free would be given to those who ask next
        Assert.DoesNotContain(Enumerable.Range(0, 1000).Select(i => Address((-i).ToScalar())), addresses.Contains);
    }

    [Fact]
    public void Add_GarbageCollectionsAtAnyTime_GivesTheSum()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() => CollectUntil(stop.Token));
        collector.Start();
        try
        {
            using var x = torch.ones(4);
            for (int i = 0; i < 20_000; i++)
            {
                using var y = x.add(i);
                Assert.Equal(1f + i, y.data<float>()[0]);
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Add_Pointers_GivesEachBackAfterOneWaitToTwo()
    {
        var given = new List<int>();
        int now = 0;
        var late = new LateRelease(
            pointer =>
            {
                given.Add((int)pointer);
                Assert.InRange(now - (int)pointer, 5, 10);
            },
            TimeSpan.FromSeconds(5)
        );
        while (++now <= 100)
            late.Add(now, TimeSpan.FromSeconds(now));

        Assert.Equal(Enumerable.Range(1, given.Count), given);
        Assert.InRange(given.Count, 90, 95);
    }

    [Fact]
    public unsafe void Before_LoadedLibrary_AnswersForOneFunctionAndLeavesTheOthers()
    {
        if (!OperatingSystem.IsLinux())
            return;
        nint other = NativeLibrary.Load("libm.so.6");
        delegate* unmanaged[Cdecl]<double, double> square = &Square;
        string path = MemoryFile.Create("before", SmallLibrary.Before("libm.so.6", "cbrt", (nint)square), out _) ?? "";

        nint before = DynamicLoader.Open(path, DynamicLoader.Now, out string error);

        Assert.Equal("", error);
        var cbrt = (delegate* unmanaged[Cdecl]<double, double>)NativeLibrary.GetExport(before, "cbrt");
        Assert.Equal(9, cbrt(3));
        Assert.Equal(NativeLibrary.GetExport(other, "sqrt"), NativeLibrary.GetExport(before, "sqrt"));
        Assert.False(NativeLibrary.TryGetExport(before, "no_such_function", out _));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static double Square(double x) => x * x;

    private static void CollectUntil(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            GC.Collect(0);
            Thread.Yield();
        }
    }

    private static nint Address(Scalar scalar) =>
        (nint)(
            typeof(Scalar).GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(scalar)
            ?? throw new InvalidOperationException("Scalar has no Handle")
        );

    private static byte[] Bytes(nint address)
    {
        byte[] bytes = new byte[ScalarSize];
        Marshal.Copy(address, bytes, 0, ScalarSize);
        return bytes;
    }
}
