using System.Text.Json;
using AlexNet.Interchange.Torchvision;
using AlexNet.Net.Tests.Checkpoints;
using AlexNet.Testing;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Memory;
using TorchSharp;

namespace AlexNet.Interchange.Tests.Torchvision;

/// <summary>The recipe alexnet-2014 is torchvision's own net: weights go there and come from there, and say the same of pictures.</summary>
public sealed class TorchvisionTests : IDisposable
{
    /// <summary>Loads a .pth or a safetensors file, or begins with torchvision's random numbers; saves, and writes the logits.</summary>
    private const string Program = """
        import json, sys, torch, torchvision

        def load(path):
            raw = bytearray(open(path, "rb").read())
            start = 8 + int.from_bytes(raw[:8], "little")
            header = {name: t for name, t in json.loads(raw[8:start]).items() if name != "__metadata__"}
            part = lambda t: torch.frombuffer(raw[start + t["data_offsets"][0]:start + t["data_offsets"][1]], dtype=torch.float32)
            return {name: part(t).view(t["shape"]) for name, t in header.items()}

        torch.manual_seed(3)
        net = torchvision.models.alexnet(weights=None)
        if sys.argv[2]:
            net.load_state_dict(load(sys.argv[2]))
        if sys.argv[3]:
            torch.save(net.state_dict(), sys.argv[3])
        with torch.no_grad():
            print(json.dumps(net.eval()(load(sys.argv[1])["images"]).tolist()))
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Weights_OfTorchvision_SayTheSameHere()
    {
        Require();
        var recipe = Recipes.Of("alexnet-2014");
        using var images = Images();
        double[] theirs = Logits(images, load: "", save: _folder["alexnet.pth"]);
        using (var weights = StartingWeights.Open(recipe, _folder["alexnet.pth"], null))
            weights.Write(_folder["start.safetensors"]);
        Distance.AssertSmall(SavedNet.Logits(recipe, _folder["start.safetensors"], images), theirs);
    }

    [Fact]
    public async Task Weights_ExportedWithItsNames_LoadThereAndComeBackTheSame()
    {
        Require();
        var recipe = Recipes.Of("alexnet-2014");
        using var images = Images();
        string checkpoint = await SavedNet.SaveAsync(recipe, 2, _folder["run"]);
        string own = CheckpointExport.Write(checkpoint, _folder["own"], optimizer: false).Path,
            named = CheckpointExport.Write(checkpoint, _folder["named"], optimizer: false, TorchvisionNames.Of(recipe)).Path;
        Distance.AssertSmall(SavedNet.Logits(recipe, own, images), Logits(images, named, save: _folder["back.pth"]));

        using (var weights = StartingWeights.Open(recipe, _folder["back.pth"], null))
            weights.Write(_folder["back"]);
        Assert.Equal(ManifestFile.Of(own).Sha256, ManifestFile.Of(_folder["back"]).Sha256);
        using (var weights = StartingWeights.Open(recipe, named, null))
            weights.Write(_folder["back"]);
        Assert.Equal(ManifestFile.Of(own).Sha256, ManifestFile.Of(_folder["back"]).Sha256);
    }

    public void Dispose() => _folder.Dispose();

    private static void Require()
    {
        LongTests.Require();
        Assert.SkipUnless(PythonProgram.Has("torchvision"), $"{PythonProgram.Path} has no torchvision (Debian: python3-torchvision).");
    }

    private static torch.Tensor Images() => torch.randn([2, 3, 224, 224], generator: new torch.Generator(7));

    private double[] Logits(torch.Tensor images, string load, string save)
    {
        File.WriteAllText(_folder["program.py"], Program);
        var tensor = TensorEntry.Of("images", images.shape, new Extent(0, (int)images.shape[0]), HostMemory.Of(images));
        DurableFile.Write(_folder["images"], file => SafetensorsWriter.Write(file, [tensor]));
        var (code, output, error) = PythonProgram.Run(_folder["program.py"], _folder["images"], load, save);
        Assert.True(code == 0, error);
        return [.. JsonSerializer.Deserialize<double[][]>(output)?.SelectMany(row => row) ?? []];
    }
}
