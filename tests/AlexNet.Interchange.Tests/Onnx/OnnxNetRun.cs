using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AlexNet.Interchange.Tests.Onnx;

/// <summary>An ONNX file in ONNX Runtime, on the CPU.</summary>
internal sealed class OnnxNetRun(string path) : IDisposable
{
    private readonly InferenceSession _session = new(path);

    public IReadOnlyDictionary<string, string> Properties => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>-1 stands for any number.</summary>
    public IReadOnlyList<int> InputShape => _session.InputMetadata["images"].Dimensions;

    /// <summary>Logits and probabilities of images, row by row.</summary>
    /// <param name="images">samples x channels x height x width.</param>
    /// <param name="shape">The same sizes.</param>
    public (double[] Logits, double[] Probabilities) Run(float[] images, IEnumerable<long> shape)
    {
        var tensor = new DenseTensor<float>(images, [.. shape.Select(s => (int)s)]);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("images", tensor)]);
        var values = results.ToDictionary(r => r.Name, r => r.AsEnumerable<float>().Select(v => (double)v).ToArray());
        return (values["logits"], values["probabilities"]);
    }

    public void Dispose() => _session.Dispose();
}
