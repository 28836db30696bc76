using System.Text.Json;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Planning;

namespace AlexNet.Cli.Planning;

/// <summary>A measured machine as JSON, so that a plan for it can be made elsewhere.</summary>
internal static class MachineFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    public static string Text(MachineModel machine) => JsonSerializer.Serialize(machine, Options);

    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, MachineModel machine) => DurableFile.Write(path, file => JsonSerializer.Serialize(file, machine, Options));

    /// <exception cref="BadInputException">It is not there, or no such file.</exception>
    public static MachineModel Read(string path)
    {
        try
        {
            var machine = JsonSerializer.Deserialize<MachineModel>(File.ReadAllText(path), Options);
            return machine is { DeviceRate: > 0, Local.BytesPerSecond: > 0, Network.BytesPerSecond: > 0 } ? machine : throw new JsonException("a rate is missing or not above 0");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--machine '{path}': {e.Message}. Write one with 'alexnet bench machine --out FILE'.");
        }
    }
}
