using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Parameters;
using TorchSharp;

namespace Lockstep.Torch.Tests.Devices;

public class PixelLayoutTests
{
    [Theory]
    [InlineData(Precision.Fp32, GpuOptions.Auto, false)]
    [InlineData(Precision.Tf32, GpuOptions.Auto, true)]
    [InlineData(Precision.Bf16, GpuOptions.Auto, true)]
    [InlineData(Precision.Bf16, GpuOptions.Maps, false)]
    [InlineData(Precision.Fp32, GpuOptions.Pixels, true)]
    public void UsesPixels_LayoutAndPrecision_Decide(Precision precision, string layout, bool expected) =>
        Assert.Equal(expected, new GpuOptions(Layout: layout).UsesPixels(precision));

    [Fact]
    public void Parameter_UsesPixels_LiesSoAndKeepsItsRowsInOrder()
    {
        using var scope = torch.NewDisposeScope();
        using var parameter = new Parameter(
            "one.weight",
            false,
            [4, 3, 2, 2],
            new Extent(0, 4),
            new Arithmetic(torch.CPU, torch.ScalarType.BFloat16, UsesPixels: true)
        );
        float[] values = [.. Enumerable.Range(0, 48).Select(i => (float)i)];

        parameter.Load(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));

        Assert.Equal([MemoryLayout.Pixels, MemoryLayout.Pixels], new[] { parameter.Value.Layout(), parameter.Working.Layout() });
        Assert.Equal(values, parameter.Weights.Value.contiguous().data<float>().ToArray()); // what a checkpoint gets
        Assert.Equal(values, parameter.Working.detach().to(torch.ScalarType.Float32).contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Arithmetic_Cpu_IsAsBefore() =>
        Assert.Equal(
            new Arithmetic(torch.CPU, torch.ScalarType.Float32),
            Arithmetic.SetForProcess(Precision.Tf32, torch.CPU, new GpuOptions(true, GpuOptions.Pixels))
        );
}
