using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Runs;

namespace Lockstep.Storage.Tests.Runs;

public sealed class ClassNamesTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        string[] names = ["daisy", "löwenzahn \"x\"", ""];
        ClassNames.Write(_run.Path, names);
        ClassNames.Write(_run.Path, ["another's", "b", "c"]); // the run has its names
        Assert.Equal(names, ClassNames.Read(_run.Path, 3));
    }

    [Fact]
    public void Read_NoFile_IsNumbers() => Assert.Equal(["0", "1"], ClassNames.Read(_run.Path, 2));

    [Theory]
    [InlineData("[\"a\"]", "has 1 name; the run's recipe requires 2")]
    [InlineData("[\"a\", null]", "is no JSON array of strings")]
    [InlineData("{}", "is no JSON array of strings")]
    [InlineData("[\"a\", \"b", "is no JSON array of strings")]
    public void Read_AnythingElse_SaysWhatIsRequired(string text, string problem)
    {
        File.WriteAllText(_run[ClassNames.File], text);
        Assert.Contains(problem, Assert.Throws<BadInputException>(() => ClassNames.Read(_run.Path, 2)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();
}
