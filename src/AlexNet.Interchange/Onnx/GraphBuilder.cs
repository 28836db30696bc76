using System.Runtime.InteropServices;
using AlexNet.Interchange.Onnx.Messages;
using Google.Protobuf;
using static AlexNet.Interchange.Onnx.Messages.AttributeProto.Types;

namespace AlexNet.Interchange.Onnx;

/// <summary>Appends nodes to a graph, one behind the other: each takes what the one before it gives.</summary>
/// <param name="input">The name of what the first node takes.</param>
internal sealed class GraphBuilder(string input)
{
    private const int Float = 1; // TensorProto.DataType

    /// <summary>What was built so far.</summary>
    public GraphProto Graph { get; } = new();

    /// <summary>The name of what the last node gives.</summary>
    public string Last { get; private set; } = input;

    /// <summary>Describes a value that the graph takes or gives: samples x sizes, fp32, for any number of samples.</summary>
    public static ValueInfoProto Value(string name, string description, params IEnumerable<int> sizes) =>
        new()
        {
            Name = name,
            DocString = description,
            Type = new()
            {
                TensorType = new()
                {
                    ElemType = Float,
                    Shape = new()
                    {
                        Dim =
                        {
                            new TensorShapeProto.Types.Dimension { DimParam = "samples" },
                            sizes.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }),
                        },
                    },
                },
            },
        };

    /// <summary>An attribute that is a whole number.</summary>
    public static AttributeProto Whole(string name, long value) =>
        new()
        {
            Name = name,
            Type = AttributeType.Int,
            I = value,
        };

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Number(string name, double value) =>
        new()
        {
            Name = name,
            Type = AttributeType.Float,
            F = (float)value,
        };

    /// <summary>An attribute that is the same whole number several times, such as one for each dimension.</summary>
    public static AttributeProto Repeated(string name, long value, int times) => Wholes(name, [.. Enumerable.Repeat(value, times)]);

    public static AttributeProto Wholes(string name, params long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeType.Ints,
            Ints = { values },
        };

    /// <summary>Keeps a tensor of fp32 in the graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bytes">Row-major; kept, and not copied.</param>
    /// <returns>The name.</returns>
    public string Constant(string name, IEnumerable<long> shape, byte[] bytes)
    {
        Graph.Initializer.Add(
            new TensorProto
            {
                Name = name,
                DataType = Float,
                Dims = { shape },
                RawData = UnsafeByteOperations.UnsafeWrap(bytes),
            }
        );
        return name;
    }

    /// <inheritdoc cref="Constant(string, IEnumerable{long}, byte[])"/>
    public string Constant(string name, IEnumerable<long> shape, float[] values) =>
        Constant(name, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Appends a node with one output, which gets the node's name.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="constants">What it takes behind <see cref="Last"/>.</param>
    /// <param name="attributes">Its attributes.</param>
    public void Append(string operation, string name, IEnumerable<string> constants, params IEnumerable<AttributeProto> attributes)
    {
        Add(operation, name, [Last, .. constants], [name], attributes);
        Last = name;
    }

    /// <summary>Appends nodes that each work on a part of the channels: they are split into equal parts, and joined again.</summary>
    /// <param name="operation">The operator of each part.</param>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="parts">How many there are.</param>
    /// <param name="attributes">Of the operator, for every part.</param>
    public void AppendInParts(string operation, string name, int parts, params IReadOnlyList<AttributeProto> attributes)
    {
        string[] split = [.. Enumerable.Range(0, parts).Select(i => $"{name}/part{i}")];
        string[] done = [.. split.Select(part => $"{part}/{operation.ToLowerInvariant()}")];
        Add("Split", $"{name}/split", [Last], split, [Whole("axis", 1)]);
        for (int i = 0; i < parts; i++)
            Add(operation, done[i], [split[i]], [done[i]], attributes.Select(a => a.Clone()));
        Add("Concat", name, done, [name], [Whole("axis", 1)]);
        Last = name;
    }

    private void Add(
        string operation,
        string name,
        IEnumerable<string> inputs,
        IEnumerable<string> outputs,
        IEnumerable<AttributeProto> attributes
    ) =>
        Graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = name,
                Input = { inputs },
                Output = { outputs },
                Attribute = { attributes },
            }
        );
}
