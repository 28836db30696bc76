using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Building;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Recipes;
using Lockstep.Launching;
using Lockstep.Native;
using Lockstep.Options;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Modules;
using Microsoft.Extensions.Configuration;
using TorchSharp;

namespace Lockstep.Commands;

/// <summary>The options of a program that trains a net of its own, and how they lie over what the program says.</summary>
/// <param name="builder">What the program says.</param>
/// <param name="resumes">Those of the command <c>resume RUN</c>.</param>
internal sealed class ProgramOptions(TrainingBuilder builder, bool resumes)
{
    private const string Section = "Lockstep"; // of appsettings.json
    private const double BaseBytes = 0.5e9, // of a process with libtorch
        CopiesOfANet = 5; // weights, gradients, two moments, one that is being saved

    private readonly RecipeOptions _recipe = new(resumes);
    private readonly ReplicaOptions _replicas = new();
    private readonly MachineOptions _machine = new();
    private readonly FaultToleranceOptions _faults = new();
    private readonly RunOptions _run = new(ModuleRecipe.Reader, resumes);

    public void AddTo(Command command)
    {
        if (resumes)
            command.Add(_run.Run);
        AddRecipeTo(command);
        foreach (var option in _machine.All.Concat(_faults.All).Concat(_run.All))
            command.Add(option);
    }

    /// <summary>Those alone that a recipe is made of.</summary>
    public void AddRecipeTo(Command command)
    {
        foreach (var setting in resumes ? [] : builder.Settings)
            command.Add(setting.Option);
        foreach (var option in _recipe.All.Concat(_replicas.All))
            command.Add(option);
    }

    /// <summary>The recipe that a new run would have.</summary>
    /// <exception cref="BadInputException">Anything is wrong; every error is listed.</exception>
    public ModuleRecipe ReadRecipe(ParseResult parsed)
    {
        var errors = new List<string>();
        var recipe = ReadRecipe(parsed, null, _replicas.Elastic(parsed, errors), errors);
        return errors.Count == 0 && recipe is not null ? Sized(recipe) : throw new BadInputException(errors);
    }

    /// <summary>Reads and checks everything: options, net, data, and the run to go on with. Starts and touches nothing.</summary>
    /// <exception cref="BadInputException">Anything is wrong; every error is listed.</exception>
    public TrainRequest Read(ParseResult parsed)
    {
        var (errors, notes) = (new List<string>(), new List<string>());
        var run = _run.Open(parsed);
        var elastic = _replicas.Elastic(parsed, errors);
        _faults.Check(parsed, errors);
        _run.Check(parsed, errors);
        _machine.Check(parsed, errors);
        var recipe = ReadRecipe(parsed, run, elastic, errors);
        var certificates = _machine.Certificates(parsed, errors);
        var dumped = _run.DumpedSteps(parsed, errors);
        if (errors.Count > 0 || recipe is null)
            throw new BadInputException(errors);

        recipe = Sized(recipe);
        var request = Request(parsed, recipe, run, elastic) with { Certificates = certificates, DumpedSteps = dumped };
        RequestRules.Check(request, MachineRoom.Here, errors);
        if (errors.Count > 0)
            throw new BadInputException(errors);
        _machine.RequireDevice(parsed);
        RequestRules.Check(request, builder.Application().Open(recipe).Identity, run, errors, notes);
        return errors.Count == 0
            ? request with
            {
                Notes = [.. notes, .. MachineOptions.Idle(request)],
            }
            : throw new BadInputException(errors);
    }

    private TrainRequest Request(ParseResult parsed, ModuleRecipe recipe, BegunRun? run, ElasticBounds? elastic)
    {
        var place = run?.Place ?? _run.NewPlace(parsed, recipe);
        return new()
        {
            Recipe = recipe,
            Programs = new(ProgramCommand.Self(ProgramRole.Coordinator), ProgramCommand.Self(ProgramRole.Worker)),
            WorkerBytes = BaseBytes + CopiesOfANet * sizeof(float) * recipe.Parameters,
            SpareBytes = BaseBytes,
            RunDirectory = place.Directory,
            Remote = place.Remote,
            Threads = _machine.Threads(parsed, run, recipe),
            Device = _machine.Device(parsed),
            OnCpu = DeviceChoice.IsCpu(_machine.Device(parsed)),
            Gpu = _machine.Gpu(parsed),
            Transport = _machine.Transport(parsed),
            Weights = _run.Weights(parsed) is { } weights ? WeightsToBegin.Of(weights) : null,
            DeadlineSeconds = _faults.DeadlineSeconds(parsed),
            Resume = run is not null,
            MostRestarts = _faults.MostRestarts(parsed),
            Protection = _faults.Protection(parsed),
            Spares = _faults.Spares(parsed),
            LeastReplicas = elastic?.Least ?? recipe.Layout.Replicas,
            GraceSeconds = _faults.GraceSeconds(parsed),
            StartTimeout = _faults.StartTimeout(parsed),
            CoordinatorPort = _machine.CoordinatorPort(parsed),
            MetricsPort = _machine.MetricsPort(parsed),
            Pictures = _run.Pictures(parsed),
            Output = _run.Output(parsed),
        };
    }

    /// <summary>What the program says, appsettings.json over it, and the command line over both; null where there are errors.</summary>
    private ModuleRecipe? ReadRecipe(ParseResult parsed, BegunRun? run, ElasticBounds? elastic, List<string> errors)
    {
        List<KeyValuePair<string, JsonNode?>> settings = [.. _recipe.Settings(parsed, errors), .. _replicas.Settings(parsed, elastic)];
        try
        {
            if (run is not null)
                return run.GoOn(ModuleRecipe.Reader, settings);
            foreach (var setting in builder.Settings)
                settings.Lay($"settings.{setting.Name}", setting.Given(parsed));
            return ModuleRecipe.Reader.Read(RecipeJson.Write(builder.Recipe), "of this program", [.. OfFile(errors), .. settings]);
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors);
            return null;
        }
    }

    /// <summary>The section of appsettings.json in the working directory, as settings of the recipe.</summary>
    private static List<KeyValuePair<string, JsonNode?>> OfFile(List<string> errors) =>
        RecipeArguments.Parse(
            new ConfigurationBuilder()
                .SetBasePath(Environment.CurrentDirectory)
                .AddJsonFile("appsettings.json", optional: true)
                .Build()
                .GetSection(Section)
                .AsEnumerable(makePathsRelative: true)
                .Where(pair => pair.Value is not null)
                .Select(pair => $"{pair.Key.Replace(':', '.')}={pair.Value}"),
            errors
        );

    /// <summary>The same with the size of the net, which is made for it; what is wrong with the net is found here.</summary>
    private ModuleRecipe Sized(ModuleRecipe recipe)
    {
        NativeLibraries.Load(); // before anything of torch is touched
        try
        {
            using var net = builder.Application().Create(recipe, torch.CPU, _ => { });
            return recipe with { Module = SizeOf(net) };
        }
        catch (ArgumentException e)
        {
            throw new BadInputException($"the net of this program cannot be trained: {e.Message}");
        }
    }

    private static ShardSize SizeOf(ModuleTrainable net) =>
        new(
            net.Parameters.Sum(p => p.Count) + net.State.Sum(s => (s.Value.numel() * s.Value.element_size() + 3) / sizeof(float)),
            net.Parameters.Count + net.State.Count
        );
}
