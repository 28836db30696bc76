using System.Text.Json;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Cli.Planning;

/// <summary>A measured machine as JSON, so that a plan for it can be made elsewhere.</summary>
internal static class MachineFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Text(MachineModel machine) => JsonSerializer.Serialize(machine, Options);

    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, MachineModel machine) =>
        OutputFile.Write(path, file => JsonSerializer.Serialize(file, machine, Options));

    /// <param name="path">Its file.</param>
    /// <param name="recipe">Name of the recipe to plan for.</param>
    /// <exception cref="BadInputException">It is not there, is no such file, or was measured with another recipe's layers.</exception>
    public static MachineModel Read(string path, string recipe)
    {
        try
        {
            var machine = JsonSerializer.Deserialize<MachineModel>(InputFile.ReadAllText(path), Options);
            if (machine is not { DeviceRate: > 0, Local.BytesPerSecond: > 0, Network.BytesPerSecond: > 0 })
                throw new JsonException("a rate is missing or not above 0");
            return machine.Recipe is null || machine.Recipe == recipe
                ? machine
                : throw new BadInputException(
                    $"--machine '{path}' holds the layer times of '{machine.Recipe}', but the plan is for '{recipe}'; measure that "
                        + $"with 'alexnet bench machine {recipe} --out FILE'."
                );
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"--machine '{path}': {e.Message.TrimEnd('.')}. Write one with 'alexnet bench machine {recipe} --out FILE'."
            );
        }
    }
}
