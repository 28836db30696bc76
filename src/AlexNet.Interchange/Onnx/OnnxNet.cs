using AlexNet.Recipes;

namespace AlexNet.Interchange.Onnx;

/// <summary>The net that an ONNX file is made of, and what the file says of it.</summary>
/// <param name="Recipe">Describes the net and what its pictures are normalised by.</param>
/// <param name="Input">What the graph takes.</param>
/// <param name="ClassNames">A word for each output.</param>
/// <param name="RunId">The run that trained it.</param>
/// <param name="Step">Updates that trained it.</param>
public sealed record OnnxNet(Recipe Recipe, OnnxInput Input, IReadOnlyList<string> ClassNames, string RunId, long Step);
