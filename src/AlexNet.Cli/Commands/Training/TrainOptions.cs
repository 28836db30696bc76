using System.CommandLine;
using System.Text.Json.Nodes;
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
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Directory of the data set, s3://BUCKET/PREFIX of a packed one, or 'generated' for pictures drawn from the seed.",
    };
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
        command.Add(_data);
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
            .. DataArgument.Settings(parsed.GetValue(_data), errors),
            .. _layout.Settings(parsed, elastic),
        ];
        _faults.Check(parsed, errors);
        _run.Check(parsed, errors);
        _machine.Check(parsed, errors);
        string name = _choice.Of(parsed, run);
        settings.AddRange(await _layout.FindAsync(parsed, name, settings, _machine.Device(parsed), errors, cancellation));
        var recipe = ReadRecipe(parsed, run, settings, errors, notes);
        var certificates = _machine.Certificates(parsed, errors);
        var dumped = _run.DumpedSteps(parsed, errors);
        if (errors.Count > 0 || recipe is null)
            throw new BadInputException(errors);

        var request = Request(parsed, recipe, run, elastic) with { Certificates = certificates, DumpedSteps = dumped };
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

    private TrainRequest Request(ParseResult parsed, Recipe recipe, BegunRun? run, ElasticBounds? elastic)
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
            Spares = _faults.Spares(parsed),
            LeastReplicas = elastic?.Least ?? recipe.Layout.Replicas,
            GraceSeconds = _faults.GraceSeconds(parsed),
            StartTimeout = _faults.StartTimeout(parsed),
            CoordinatorPort = _machine.CoordinatorPort(parsed),
            MetricsPort = _machine.MetricsPort(parsed),
            Pictures = _run.Pictures(parsed),
            Output = _run.Output(parsed),
            Farewell = [$"Evaluate it again: {RunHints.Evaluate(place.Name)}", $"Use it: {RunHints.Predict(place.Name)} PICTURE..."],
        };
    }

    /// <summary>The recipe with every setting over it; null where it has errors, which are told.</summary>
    private Recipe? ReadRecipe(
        ParseResult parsed,
        BegunRun? run,
        List<KeyValuePair<string, JsonNode?>> settings,
        List<string> errors,
        List<string> notes
    )
    {
        try
        {
            var found = run is null
                ? RecipeCatalog.Load(Recipe.Reader, _choice.Of(parsed, run), settings)
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
