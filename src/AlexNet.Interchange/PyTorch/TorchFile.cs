using System.IO.Compression;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Interchange.PyTorch;

/// <summary>
/// A file of <c>torch.save(net.state_dict(), path)</c>, open for reading: a zip archive with a pickle, which names the tensors, and their
/// numbers beside it. Nothing in it is executed: of a pickle's calls only those that describe tensors have a meaning here. Source:
/// PyTorch's notes on serialisation.
/// </summary>
internal sealed class TorchFile : ITensorSource
{
    private const long PickleLimit = 16 << 20;
    private const string Pickle = "data.pkl",
        ByteOrder = "byteorder";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, TorchTensor> _tensors;

    /// <exception cref="BadInputException">The file is damaged or of another format.</exception>
    public TorchFile(string path)
    {
        _path = path;
        _file = InputFile.OpenRead(path);
        try
        {
            _archive = new ZipArchive(_file, ZipArchiveMode.Read);
            var pickle = _archive.Entries.FirstOrDefault(e => e.Name == Pickle) ?? throw Bad($"it has no '{Pickle}'");
            _folder = pickle.FullName[..^Pickle.Length];
            if (pickle.Length > PickleLimit)
                throw Bad($"its '{Pickle}' has {pickle.Length} bytes");
            if (_archive.GetEntry(_folder + ByteOrder) is { } order && Text(order) != "little")
                throw Bad("its numbers are big-endian");
            using var content = pickle.Open();
            _tensors = StateDictionary.Read(content);
        }
        catch (Exception e)
        {
            _file.Dispose();
            throw e is InvalidDataException ? Bad(e.Message.TrimEnd('.')) : e;
        }
        Shapes = _tensors.ToDictionary(t => t.Key, t => t.Value.Shape, StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    public byte[] Read(string name)
    {
        var tensor = _tensors[name];
        if (tensor.StorageType != TorchTensor.Float)
        {
            throw new BadInputException(
                $"weights file '{_path}': tensor '{name}' is kept as {tensor.StorageType}; {TorchTensor.Float}, which is fp32, is "
                    + "required. Convert the net with net.float() and save it again."
            );
        }

        if (!tensor.IsContiguous)
            throw Bad($"tensor '{name}' is a view with strides {string.Join("x", tensor.Strides)}");
        var entry = _archive.GetEntry($"{_folder}data/{tensor.Storage}") ?? throw Bad($"the numbers of tensor '{name}' are not in it");
        long start = tensor.Offset * sizeof(float),
            bytes = tensor.Count * sizeof(float);
        if (start < 0 || entry.Length < start + bytes)
            throw Bad($"tensor '{name}' needs {start + bytes} bytes, and {entry.Length} are in it");
        byte[] numbers = new byte[bytes];
        try
        {
            using var stream = entry.Open();
            Skip(stream, start);
            stream.ReadExactly(numbers);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Bad($"the numbers of tensor '{name}' cannot be read ({e.Message.TrimEnd('.')})");
        }
        return numbers;
    }

    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        char[] text = new char[16];
        return new string(text, 0, reader.ReadBlock(text)).Trim();
    }

    private static void Skip(Stream stream, long bytes)
    {
        byte[] buffer = new byte[Math.Min(bytes, 1 << 16)];
        for (long left = bytes; left > 0; )
        {
            int part = (int)Math.Min(left, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            left -= part;
        }
    }

    private BadInputException Bad(string how) =>
        new(
            $"weights file '{_path}': {how}; it is damaged, or no state_dict of PyTorch. Save one with torch.save(net.state_dict(), "
                + "FILE), or give a safetensors file."
        );
}
