using System.CommandLine;
using System.Text.Json.Nodes;
using AlexNet.Cli.Choosing;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Data.Opening;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Runs;
using Lockstep.Launching;
using Lockstep.Options;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Commands.Training;

/// <summary>
/// The arguments of <c>alexnet train</c> and <c>alexnet resume</c>, and how they lie over the recipe, or over what a run was begun with.
/// </summary>
/// <param name="resumes">Those of <c>alexnet resume RUN</c>: the run tells its recipe, and what may not change cannot be given.</param>
internal sealed class TrainOptions(bool resumes = false)
{
    private readonly DataOption _data = new();
    private readonly RecipeOptions _recipe = new(resumes);
    private readonly LayoutOptions _layout = new();
    private readonly MachineOptions _machine = new();
    private readonly FaultToleranceOptions _faults = new();
    private readonly RecipeChoice _choice = new(resumes);
    private readonly RunOptions _run = new(Recipe.Reader, resumes);
    private readonly WeightsOptions _weights = new(resumes);

    public void AddTo(Command command)
    {
        command.Add(resumes ? _run.Run : _choice.Argument);
        command.Add(_data.Option);
        IEnumerable<Option>[] groups = [_recipe.All, _layout.All, _machine.All, _faults.All, _run.All, _weights.All];
        foreach (var option in groups.SelectMany(group => group))
            command.Add(option);
    }

    /// <summary>Reads and checks everything: recipe, arguments, data, and the run to go on with. Starts and touches nothing.</summary>
    /// <exception cref="BadInputException">Anything is wrong; every error is listed.</exception>
    public async Task<TrainRequest> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (errors, notes) = (new List<string>(), new List<string>());
        var run = _run.Open(parsed);
        var elastic = _layout.Elastic(parsed, errors);
        List<KeyValuePair<string, JsonNode?>> settings =
        [
            .. _recipe.Settings(parsed, errors),
            .. _data.Settings(parsed, errors),
            .. _layout.Settings(parsed, elastic),
        ];
        _faults.Check(parsed, errors);
        _run.Check(parsed, errors);
        _machine.Check(parsed, errors);
        var chosen = run is null && _choice.Named(parsed) is null ? Choose(parsed, settings, errors, cancellation) : null;
        string name = chosen?.Name ?? _choice.Of(parsed, run);
        settings.InsertRange(0, chosen?.Settings ?? []);
        settings.AddRange(await _layout.FindAsync(parsed, name, settings, _machine.Device(parsed), errors, cancellation));
        if (chosen is not null && !_layout.IsGiven(parsed) && errors.Count == 0)
            settings.InsertRange(0, WorkersFor(parsed, name, settings));
        var recipe = ReadRecipe(parsed, name, run, settings, errors, notes);
        var certificates = _machine.Certificates(parsed, errors);
        var dumped = _run.DumpedSteps(parsed, errors);
        if (errors.Count > 0 || recipe is null)
            throw new BadInputException(errors);

        var request = Request(parsed, recipe, run, elastic, chosen?.Data.Example) with
        {
            Certificates = certificates,
            DumpedSteps = dumped,
        };
        RequestRules.Check(request, MachineRoom.Here, errors);
        if (errors.Count > 0)
            throw new BadInputException(errors);
        _machine.RequireDevice(parsed);
        RequestRules.Check(request, DataSetOpener.Identify(recipe), run, errors, notes);
        return errors.Count == 0
            ? request with
            {
                Notes = [.. notes, .. MachineOptions.Idle(request)],
            }
            : throw new BadInputException(errors);
    }

    /// <summary>The recipe for data that are given without one; said at once, as what follows may be refused.</summary>
    private RecipeForData? Choose(
        ParseResult parsed,
        List<KeyValuePair<string, JsonNode?>> settings,
        List<string> errors,
        CancellationToken cancellation
    )
    {
        if (!_data.IsDirectory(parsed))
            return null;
        if (errors.Count > 0)
            throw new BadInputException(errors); // before every picture is read
        var chosen = _data.Find(parsed, named: null, settings, cancellation);
        if (chosen is not null)
            DataOption.Show(chosen, _run.Output(parsed) == OutputKind.Json);
        return chosen;
    }

    private IReadOnlyList<KeyValuePair<string, JsonNode?>> WorkersFor(
        ParseResult parsed,
        string name,
        List<KeyValuePair<string, JsonNode?>> settings
    ) =>
        WorkerChoice.Of(
            RecipeCatalog.Load(Recipe.Reader, name, settings),
            MachineRoom.Here,
            DeviceChoice.IsCpu(_machine.Device(parsed)) ? 0 : Math.Max(1, DeviceChoice.ShownByDriver)
        );

    private TrainRequest Request(ParseResult parsed, Recipe recipe, BegunRun? run, ElasticBounds? elastic, string? example)
    {
        var place = run?.Place ?? _run.NewPlace(parsed, recipe);
        return new()
        {
            Recipe = recipe,
            Programs = new(ProgramCommand.Beside("AlexNet.Coordinator"), ProgramCommand.Beside("AlexNet.Worker")),
            // a GPU has memory of its own
            WorkerBytes = DeviceChoice.IsCpu(_machine.Device(parsed)) ? CostModel.Memory(recipe) : CostModel.BaseMemory,
            SpareBytes = CostModel.BaseMemory,
            RunDirectory = place.Directory,
            Remote = place.Remote,
            Threads = _machine.Threads(parsed, run, recipe),
            Device = _machine.Device(parsed),
            OnCpu = DeviceChoice.IsCpu(_machine.Device(parsed)),
            Gpu = _machine.Gpu(parsed),
            Transport = _machine.Transport(parsed),
            Weights = _weights.Of(parsed, _run.Weights(parsed), recipe),
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
            Farewell =
            [
                $"Evaluate it again: {RunHints.Evaluate(place.Name)}",
                $"Use it: {RunHints.Predict(place.Name)} {(example is null ? "PICTURE..." : RunHints.Quote(example))}",
            ],
        };
    }

    /// <summary>The recipe with every setting over it; null where it has errors, which are told.</summary>
    private Recipe? ReadRecipe(
        ParseResult parsed,
        string name,
        BegunRun? run,
        List<KeyValuePair<string, JsonNode?>> settings,
        List<string> errors,
        List<string> notes
    )
    {
        try
        {
            var found = run is null
                ? RecipeCatalog.Load(Recipe.Reader, name, settings)
                : RecipeChoice.GoOn(_choice.Named(parsed), run, settings, notes);
            var recipe = DataPaths.Absolute(found);
            // a run that was begun with a path that is not read goes on
            IEnumerable<KeyValuePair<string, JsonNode?>> ofFile = run is null ? [new("data.path", null)] : [];
            notes.AddRange(DataArgument.RefuseIdle(recipe, [.. settings, .. ofFile]));
            return recipe;
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors);
            return null;
        }
    }
}
