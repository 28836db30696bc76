using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using Lockstep.Worker.Applications;
using static TorchSharp.torch;

namespace Lockstep.Building;

/// <summary>What a program trains.</summary>
public sealed class TrainingBuilder
{
    private readonly List<ProgramSetting> _settings = [];
    private Func<(nn.Module, ModuleTask)>? _net;
    private Func<(ModuleSamples Train, ModuleSamples Test)>? _data;

    internal TrainingBuilder() { }

    internal IReadOnlyList<ProgramSetting> Settings => _settings;

    /// <summary>The program's own loop; null for none.</summary>
    internal Action<nn.Module, StepLoop>? Loop { get; set; }

    /// <summary>How it is trained where the command line says nothing else; the size of the net is not known yet.</summary>
    internal ModuleRecipe Recipe { get; set; } =
        new()
        {
            Name = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "training",
            Module = new ShardSize(1, 1),
            Optimizer = new AdamRecipe { Rate = 1e-3 },
            Training = new TrainingRecipe { Batch = 64, Epochs = 10 },
        };

    /// <summary>Says which net is trained. It is made once in each process, after torch was seeded with the run's seed.</summary>
    /// <param name="create">Makes the net, in fp32 on the CPU.</param>
    public ModelBuilder<TModule> Model<TModule>(Func<TModule> create)
        where TModule : nn.Module
    {
        if (_net is not null)
            throw new InvalidOperationException("a model is given twice; a run trains one.");
        var model = new ModelBuilder<TModule>(this);
        _net = () =>
        {
            var net = create();
            return (net, model.TaskOf(net));
        };
        return model;
    }

    /// <summary>
    /// Lets the user of the program set something: <c>--name VALUE</c>. The value is stored with the run, so every process of it and every
    /// resume has the same.
    /// </summary>
    /// <param name="name">Small letters and hyphens, such as <c>hidden-size</c>.</param>
    /// <param name="standard">The value where nothing is given.</param>
    /// <param name="description">A sentence for <c>--help</c>.</param>
    /// <returns>What holds the value once the model or the data are being made, and not before.</returns>
    public Setting<T> Setting<T>(string name, T standard, string description)
        where T : notnull
    {
        var setting = new Setting<T>(name, standard, description);
        _settings.Add(setting);
        return setting;
    }

    /// <exception cref="InvalidOperationException">Something is missing.</exception>
    internal void Check()
    {
        if (_net is null)
            throw new InvalidOperationException("it has no model; call Model(() => ...).");
        if (_data is null)
            throw new InvalidOperationException("it has no data; call Data(() => (train, test)).");
    }

    internal void Use(Func<(ModuleSamples Train, ModuleSamples Test)> data) => _data = data;

    internal ModuleApplication Application() => new(Recipe.Name, _data!, _net!, TakeSettings, Loop);

    /// <summary>The settings have the values of a run.</summary>
    private void TakeSettings(ModuleRecipe recipe)
    {
        foreach (var setting in _settings)
            setting.Take(recipe.Settings is { } given && given.TryGetValue(setting.Name, out var value) ? value : null);
    }
}
