using AlexNet.Recipes.Augmentation;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace AlexNet.Recipes.Tests.Augmentation;

public sealed class MeanImageTests : IDisposable
{
    private static readonly MapShape Shape = new(2, 3, 4);

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["mean.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        float[] values = [.. Enumerable.Range(0, Shape.Elements).Select(i => i / 24f)];
        MeanImage.Write(File, values, Shape);
        Assert.Equal(values, MeanImage.Read(File, Shape));
    }

    [Fact]
    public void Read_OtherShape_SaysBoth()
    {
        MeanImage.Write(File, new float[Shape.Elements], Shape);
        Assert.Contains("is 2x3x4; the recipe's pictures require 2x4x3", ErrorOf(new(2, 4, 3)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.1f)]
    [InlineData(128f)]
    public void Read_NumbersOfOtherUnits_SaysWhich(float value)
    {
        MeanImage.Write(File, [.. Enumerable.Repeat(value, Shape.Elements)], Shape);
        Assert.Contains("numbers from 0 to 1 are required", ErrorOf(Shape));
    }

    [Fact]
    public void Read_MissingOrDamagedFile_NamesIt()
    {
        Assert.Contains($"'{File}' is missing", ErrorOf(Shape));
        System.IO.File.WriteAllText(File, "no tensors");
        Assert.Contains(File, ErrorOf(Shape));
    }

    private string ErrorOf(MapShape shape) => Assert.Throws<BadInputException>(() => MeanImage.Read(File, shape)).Message;
}
