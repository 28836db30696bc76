namespace AlexNet.Interchange.Onnx;

/// <summary>What the graph's input <c>images</c> holds: samples x channels x height x width, fp32.</summary>
public enum OnnxInput
{
    /// <summary>Pixels from 0 to 255; the recipe's normalisation is the first part of the graph.</summary>
    Pixels,

    /// <summary>Numbers that are normalised already, as the first layer takes them.</summary>
    Normalised,
}
