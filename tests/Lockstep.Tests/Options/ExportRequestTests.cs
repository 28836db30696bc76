using Lockstep.Commands;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Tests.Options;

/// <summary>Which options of <c>checkpoints export</c> go together, and what a program whose net is code answers.</summary>
public sealed class ExportRequestTests
{
    private static readonly ExportRequest Onnx = Request("onnx", null, null, false);

    [Fact]
    public void Contradictions_OptionsOfAnotherForm_AreNamed()
    {
        Assert.Empty(Onnx.Contradictions());
        Assert.Contains(
            "holds a net to compute with",
            Assert.Single(Request("onnx", null, "pixels", true).Contradictions()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--names is given with --format onnx",
            Assert.Single(Request("onnx", "torchvision", null, false).Contradictions()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "only a graph has an input",
            Assert.Single(Request("safetensors", null, "pixels", false).Contradictions()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no names for the state",
            Assert.Single(Request("safetensors", "torchvision", null, true).Contradictions()),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("onnx", null, "--format onnx needs a net that a recipe describes")]
    [InlineData("safetensors", "torchvision", "--names torchvision needs a net that a recipe describes")]
    public void Write_FormsOfANetThatIsCode_AreRefusedWithTheReason(string format, string? names, string expected) =>
        Assert.StartsWith(
            expected,
            Assert
                .Throws<BadInputException>(() => CheckpointsExportCommand.Write(Request(format, names, null, false), forms: null))
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Write_FormsThatAnApplicationKnows_AreItsOwn()
    {
        ExportRequest? asked = null;
        var written = CheckpointsExportCommand.Write(Onnx, request =>
        {
            asked = request;
            return new ExportedFile("/net.onnx", 1, 2, 3, "hash");
        });
        Assert.Equal((Onnx, "/net.onnx"), (asked, written.Path));
    }

    private static ExportRequest Request(string format, string? names, string? input, bool optimizer) =>
        new(StoredCheckpoint.Read("/nowhere"), Path.Combine(Path.GetTempPath(), "net"), format, names, input, optimizer);
}
