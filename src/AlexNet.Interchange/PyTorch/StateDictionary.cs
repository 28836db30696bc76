using System.Collections;
using System.Globalization;
using Razorvine.Pickle;

namespace AlexNet.Interchange.PyTorch;

/// <summary>Reads the pickle of a <c>state_dict</c>: the description of each tensor by its name.</summary>
internal static class StateDictionary
{
    private static readonly string[] Wrappers = ["state_dict", "model"]; // under which training programs keep it beside other things

    static StateDictionary()
    {
        Unpickler.registerConstructor("collections", "OrderedDict", new Constructor(_ => new OrderedDictionary()));
        Unpickler.registerConstructor("torch._utils", "_rebuild_tensor_v2", new Constructor(Tensor));
        Unpickler.registerConstructor("torch._utils", "_rebuild_parameter", new Constructor(arguments => arguments[0]));
        foreach (string type in (string[])["Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"])
            Unpickler.registerConstructor("torch", type + "Storage", new StorageClass(type + "Storage"));
    }

    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static IReadOnlyDictionary<string, TorchTensor> Read(Stream pickle)
    {
        try
        {
            object read = new TensorUnpickler().load(pickle);
            return Tensors(Unwrapped(read as IDictionary ?? throw new InvalidDataException("it holds no dictionary of tensors")));
        }
        catch (Exception e)
            when (e
                    is PickleException
                        or IOException
                        or InvalidCastException
                        or InvalidOperationException
                        or ArgumentException
                        or NullReferenceException
                        or IndexOutOfRangeException
                        or FormatException
                        or OverflowException
                        or NotSupportedException
            )
        {
            throw new InvalidDataException($"its description of the tensors cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static IDictionary Unwrapped(IDictionary read) =>
        Wrappers.Select(key => read[key]).OfType<IDictionary>().FirstOrDefault() ?? read;

    private static Dictionary<string, TorchTensor> Tensors(IDictionary read)
    {
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in read)
        {
            if (entry is { Key: string name, Value: TorchTensor tensor })
                tensors.Add(name, tensor);
        }
        return tensors.Count > 0 ? tensors : throw new InvalidDataException("it holds no tensors");
    }

    /// <summary>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks).</summary>
    private static TorchTensor Tensor(object[] arguments) =>
        arguments is [StorageReference storage, var offset, object[] size, object[] stride, ..] && size.Length == stride.Length
            ? new(storage.Type, storage.Name, Number(offset), [.. size.Select(Number)], [.. stride.Select(Number)])
            : throw new InvalidDataException("a tensor in it is described in an unknown way");

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    /// <summary>Where the numbers of a tensor are.</summary>
    private sealed record StorageReference(string Type, string Name);

    private sealed class TensorUnpickler : Unpickler
    {
        /// <summary>("storage", class, file, device, elements).</summary>
        protected override object persistentLoad(object pid) =>
            pid is object[] and ["storage", var type, string name, ..]
                ? new StorageReference(type is StorageClass known ? known.Name : "an unknown type", name)
                : throw new InvalidDataException("it refers to something that is no tensor's storage");
    }

    /// <summary>The state of one, such as <c>_metadata</c>, says nothing of tensors.</summary>
    private sealed class OrderedDictionary : Hashtable
    {
        public void __setstate__(Hashtable state) => _ = state;
    }

    private sealed class Constructor(Func<object[], object> make) : IObjectConstructor
    {
        public object construct(object[] args) => make(args);
    }

    private sealed class StorageClass(string name) : IObjectConstructor
    {
        public string Name => name;

        public object construct(object[] args) => throw new PickleException("a storage within the pickle is not read");
    }
}
