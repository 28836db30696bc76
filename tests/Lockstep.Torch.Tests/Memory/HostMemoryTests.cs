using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Native;
using Lockstep.Torch.Memory;
using TorchSharp;

namespace Lockstep.Torch.Tests.Memory;

public class HostMemoryTests
{
    public HostMemoryTests() => NativeLibraries.Load();

    [Fact]
    public unsafe void View_MemoryOfSomebodyElse_ReadsAndWritesItInPlace()
    {
        float* memory = stackalloc float[] { 1, 2, 3, 4, 5, 6 };
        using (var view = HostMemory.View(new TensorMemory((nint)memory, 6, ElementType.Float32)))
        using (var matrix = view.view(2, 3))
        {
            memory[4] = 50;
            Assert.Equal(50, matrix[1, 1].item<float>());
            matrix.mul_(2);
        }
        Assert.Equal([2, 4, 6, 8, 100, 12], new ReadOnlySpan<float>(memory, 6).ToArray());
    }

    [Fact]
    public void Of_ViewOfMemory_IsThatMemory()
    {
        nint address = Marshal.AllocHGlobal(64);
        var memory = new TensorMemory(address, 16, ElementType.Float32);
        using (var view = HostMemory.View(memory))
            Assert.Equal(memory, HostMemory.Of(view));
        Marshal.FreeHGlobal(address);
    }

    [Fact]
    public void Of_TensorWithGaps_IsRefused()
    {
        using var transposed = torch.zeros(2, 3).t();
        Assert.Throws<ArgumentException>(() => HostMemory.Of(transposed));
    }
}
