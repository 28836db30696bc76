using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lockstep.Building;

/// <summary>Something that the user of a program can set.</summary>
public abstract class ProgramSetting
{
    private protected ProgramSetting(string name) => Name = name;

    /// <summary>Its name in the run's recipe; on the command line two hyphens stand before it.</summary>
    public string Name { get; }

    internal abstract Option Option { get; }

    /// <summary>What the command line gives; null where it gives nothing.</summary>
    internal abstract JsonNode? Given(ParseResult parsed);

    /// <summary>Takes the value of a run; null for the standard one.</summary>
    internal abstract void Take(JsonElement? value);
}

/// <summary>A value that the user of a program can set.</summary>
/// <typeparam name="T">A number, a truth value or a text.</typeparam>
public sealed class Setting<T> : ProgramSetting
    where T : notnull
{
    private readonly T _standard;
    private readonly Option<T> _option;

    internal Setting(string name, T standard, string description)
        : base(name)
    {
        (_standard, Value) = (standard, standard);
        _option = new Option<T>($"--{name}") { Description = description, DefaultValueFactory = _ => standard };
    }

    /// <summary>The value in this run.</summary>
    public T Value { get; private set; }

    internal override Option Option => _option;

    /// <summary>The value in this run.</summary>
    public static implicit operator T(Setting<T> setting) => setting.Value;

    internal override JsonNode? Given(ParseResult parsed) =>
        parsed.GetResult(_option) is { Implicit: false } ? JsonSerializer.SerializeToNode(parsed.GetValue(_option)) : null;

    internal override void Take(JsonElement? value) => Value = value is { } given ? given.Deserialize<T>() ?? _standard : _standard;
}
