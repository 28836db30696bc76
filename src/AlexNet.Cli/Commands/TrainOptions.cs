using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AlexNet.Cli.Certificates;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Launching;
using AlexNet.Cli.Planning;
using AlexNet.Cli.Views;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Planning;
using AlexNet.Core.Recipes;
using AlexNet.Core.Runs;
using AlexNet.Hosting;
using AlexNet.Model;

namespace AlexNet.Cli.Commands;

/// <summary>The arguments of <c>alexnet train</c>, and how they lie over the recipe.</summary>
internal sealed class TrainOptions
{
    private readonly Argument<string> _recipe = new("recipe")
    {
        Description = "Name or path of a recipe.",
        DefaultValueFactory = _ => "quickstart",
    };

    private readonly Option<string?> _data = new("--data") { Description = "Directory of the data set, or 'generated' for pictures drawn from the seed." };
    private readonly Option<int?> _shards = new("--shards") { Description = "Workers that together hold one net; a divisor of its towers." };
    private readonly Option<int?> _replicas = new("--replicas") { Description = "Copies of the net, each training on its part of the batch." };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of each worker; the cores divided by the workers by default." };
    private readonly Option<string> _device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
    private readonly Option<bool> _deterministic = GpuArguments.Deterministic();
    private readonly Option<string> _gpuLayout = GpuArguments.Layout();
    private readonly Option<string> _transport = new Option<string>("--transport") { Description = "What carries tensors between workers: auto (shared memory on one host), grpc, shm, or nccl between GPUs.", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong("auto", "grpc", "shm", "nccl");
    private readonly Option<int?> _workers = new("--workers") { Description = "So many workers, in the layout that 'alexnet plan' finds fastest on this machine, or of --plan; in place of --shards and --replicas." };
    private readonly Option<string?> _plan = new Option<string?>("--plan") { Description = "How the net is laid out: towers (shards of towers, replicas of these), data (every worker holds all), or hybrid (convolutions in every worker, fully connected layers in parts; --shards says how many workers)." }.AcceptOnlyFromAmong("towers", "data", "hybrid");
    private readonly Option<string?> _factors = new Option<string?>("--factors") { Description = "Whether gradients of fully connected layers travel between replicas as their factors: auto (where it is faster), always or never." }.AcceptOnlyFromAmong("auto", "always", "never");
    private readonly Option<string?> _gradients = new Option<string?>("--gradients") { Description = "What gradients travel as to be summed over replicas: fp32, or bf16 (half the bytes, rounded)." }.AcceptOnlyFromAmong("fp32", "bf16");
    private readonly Option<string?> _precision = new Option<string?>("--precision") { Description = "What the arithmetic is made of: fp32, tf32 or bf16; weights, sums and updates are fp32 in all." }.AcceptOnlyFromAmong("fp32", "tf32", "bf16");
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training data." };
    private readonly Option<long?> _steps = new("--steps") { Description = "Ends the run after so many steps." };
    private readonly Option<int?> _batch = new("--batch") { Description = "The global batch: samples of one step over all replicas." };
    private readonly Option<int?> _microBatches = new("--micro-batches") { Description = "Parts that a replica's share of the batch goes through the net in; less memory, the same gradient." };
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of every random number of the run." };
    private readonly Option<string?> _runDirectory = new("--run-dir") { Description = "Where the run keeps its files; runs/RECIPE-TIME by default." };
    private readonly Option<string?> _weights = new("--weights") { Description = "A checkpoint or safetensors file to begin from." };
    private readonly Option<string?> _dumpSteps = new("--dump-steps") { Description = "Steps (from 0) whose weights and gradients are written to the run directory, such as 0,10." };
    private readonly Option<double?> _deadline = new("--deadline") { Description = "Seconds that a worker may wait for another; 60 by default." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in --run-dir, from its newest whole checkpoint, in any layout." };
    private readonly Option<int> _maxRestarts = new("--max-restarts") { Description = "Losses of workers or of the coordinator after which the run goes on; 0 ends it with the first.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _spares = new("--spares") { Description = "Workers that stand by, with the data read, to take a lost one's place at once.", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _elastic = new("--elastic") { Description = "MIN:MAX replicas: the run goes on with fewer while workers are missing, and takes more in when they come." };
    private readonly Option<double> _grace = new("--grace") { Description = "Seconds that an interrupted run has to stop at a step and save.", DefaultValueFactory = _ => 25 };
    private readonly Option<double> _startTimeout = new("--start-timeout") { Description = "Seconds that the coordinator has to listen, each time that it is started.", DefaultValueFactory = _ => 90 };
    private readonly Option<int?> _coordinatorPort = new("--coordinator-port") { Description = "Port of the coordinator; a free one by default." };
    private readonly Option<int?> _metricsPort = new("--metrics-port") { Description = "First of the metrics ports: the coordinator's; the workers' follow. Free ones by default." };
    private readonly Option<string?> _certificates = new("--certs") { Description = "Mutual TLS between the processes, with the certificates that 'alexnet certs' made in this directory." };
    private readonly Option<bool> _noPictures = new("--no-pictures") { Description = "Leave out plot.png and filters.png, which are drawn into the run directory at the end." };
    private readonly Option<string[]> _set = RecipeArguments.Set();
    private readonly Option<string> _output = new Option<string>("--output") { Description = "text for people, json for programs: one object a line.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        command.Add(_recipe);
        foreach (var option in new Option[] { _data, _shards, _replicas, _threads, _device, _deterministic, _gpuLayout, _precision, _transport, _workers, _plan, _factors, _gradients, _epochs, _steps, _batch, _microBatches, _seed, _runDirectory, _weights, _dumpSteps, _deadline, _resume, _maxRestarts, _spares, _elastic, _grace, _startTimeout, _coordinatorPort, _metricsPort, _certificates, _noPictures, _set, _output })
            command.Add(option);
    }

    /// <exception cref="BadInputException">Recipe or arguments are wrong; every error is listed.</exception>
    public async Task<TrainRequest> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var layout = parsed.GetValue(_workers) is { } workers ? await LayoutOfAsync(parsed, workers, cancellation) : null;
        return Read(parsed, layout);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="layout">Chosen for a number of workers; null for that of the arguments.</param>
    private TrainRequest Read(ParseResult parsed, LayoutRecipe? layout)
    {
        var errors = new List<string>();
        int? threads = parsed.GetValue(_threads);
        if (threads < 1)
            errors.Add($"--threads is {threads}; it must be 1 or more.");
        double? deadline = parsed.GetValue(_deadline);
        if (deadline is <= 0)
            errors.Add($"--deadline is {deadline}; it must be above 0 seconds.");
        if (parsed.GetValue(_weights) is { } weights && !File.Exists(weights) && !Directory.Exists(weights))
            errors.Add($"--weights '{weights}' is not there; give a checkpoint's directory or a safetensors file.");

        Recipe? recipe = null;
        try
        {
            recipe = DataPaths.Absolute(RecipeCatalog.Load(parsed.GetValue(_recipe) ?? "quickstart", Settings(parsed, layout, errors)));
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors);
        }
        int least = recipe?.Layout.Replicas ?? 1;
        if (parsed.GetValue(_elastic) is { } elastic && Bounds(elastic) is var bounds)
        {
            if (bounds is var (min, max) && min >= 1 && min <= max && recipe is not null)
                (least, recipe) = (min, recipe with { Layout = recipe.Layout with { Replicas = max } });
            else
                errors.Add($"--elastic is '{elastic}'; MIN:MAX replicas are required, such as 1:4.");
        }
        var certificates = parsed.GetValue(_certificates) is { } folder ? CertificateFolder.Open(folder, errors) : null;
        Require(parsed.GetValue(_maxRestarts) >= 0, "--max-restarts", parsed.GetValue(_maxRestarts), errors);
        Require(parsed.GetValue(_spares) >= 0, "--spares", parsed.GetValue(_spares), errors);
        Require(parsed.GetValue(_grace) > 0, "--grace", parsed.GetValue(_grace), errors);
        Require(parsed.GetValue(_startTimeout) > 0, "--start-timeout", parsed.GetValue(_startTimeout), errors);
        if (errors.Count > 0 || recipe is null)
            throw new BadInputException(errors);

        string directory = RunDirectory(parsed, recipe);
        return new TrainRequest
        {
            Recipe = recipe,
            RunDirectory = directory,
            Threads = threads ?? ThreadsBefore(directory, recipe, parsed.GetValue(_resume)) ?? Math.Max(1, Environment.ProcessorCount / (recipe.Layout.Shards * recipe.Layout.Replicas)),
            Device = parsed.GetValue(_device) ?? "auto",
            Gpu = new GpuOptions(parsed.GetValue(_deterministic), parsed.GetValue(_gpuLayout) ?? GpuOptions.Auto),
            Transport = parsed.GetValue(_transport) ?? "auto",
            Weights = parsed.GetValue(_weights) is { } path ? Path.GetFullPath(path) : null,
            DumpSteps = parsed.GetValue(_dumpSteps),
            DeadlineSeconds = deadline ?? 60,
            Resume = parsed.GetValue(_resume),
            MostRestarts = parsed.GetValue(_maxRestarts),
            Spares = parsed.GetValue(_spares),
            LeastReplicas = least,
            GraceSeconds = parsed.GetValue(_grace),
            StartTimeout = TimeSpan.FromSeconds(parsed.GetValue(_startTimeout)),
            CoordinatorPort = parsed.GetValue(_coordinatorPort) ?? 0,
            MetricsPort = parsed.GetValue(_metricsPort) ?? 0,
            Certificates = certificates,
            Pictures = !parsed.GetValue(_noPictures),
            Output = parsed.GetValue(_output) == "json" ? OutputKind.Json : OutputKind.Text,
        };
    }

    /// <summary>The layout that a number of workers takes: the fastest by the planner, or the one of <c>--plan</c>.</summary>
    private async Task<LayoutRecipe> LayoutOfAsync(ParseResult parsed, int workers, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var settings = Settings(parsed, layout: null, errors);
        if (workers < 1)
            errors.Add($"--workers is {workers}; it must be 1 or more.");
        if (parsed.GetValue(_shards) is not null || parsed.GetValue(_replicas) is not null)
            errors.Add("--workers is given together with --shards or --replicas, which say the same; leave one out.");
        if (errors.Count > 0)
            throw new BadInputException(errors);
        string name = parsed.GetValue(_recipe) ?? "quickstart";
        switch (parsed.GetValue(_plan))
        {
            case "data":
                return new LayoutRecipe { Plan = LayoutPlan.Data, Replicas = workers };
            case "hybrid":
                return new LayoutRecipe { Plan = LayoutPlan.Hybrid, Shards = workers };
        }
        var recipe = RecipeCatalog.Load(name, [.. settings.Where(s => s.Key != "layout.plan")]);
        Console.Error.WriteLine("Measuring this machine to choose a layout ...");
        var machine = await MachineProbe.MeasureAsync(name, recipe, parsed.GetValue(_device) ?? "auto", cancellation);
        var found = Planner.Predict(recipe, workers, hosts: 1, machine).Where(p => parsed.GetValue(_plan) is null || p.Recipe.Layout.Plan == LayoutPlan.Towers).ToList();
        if (found.Count == 0)
            throw new BadInputException($"--workers is {workers}, and '{recipe.Name}' has no layout for so many: {recipe.Net.Towers} towers, a batch of {recipe.GlobalBatch}; use fewer, or a larger batch.");
        Console.Error.WriteLine(PlanLines.Reason(found));
        return found[0].Recipe.Layout;
    }

    private List<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, LayoutRecipe? layout, List<string> errors)
    {
        var settings = RecipeArguments.Parse(parsed.GetValue(_set), errors);

        void Set(string key, JsonNode? value)
        {
            if (value is not null)
                settings.Add(new(key, value));
        }

        Set("layout.shards", layout?.Shards ?? parsed.GetValue(_shards));
        Set("layout.replicas", layout?.Replicas ?? parsed.GetValue(_replicas));
        Set("layout.plan", layout?.Plan.ToString().ToLowerInvariant() ?? parsed.GetValue(_plan));
        Set("layout.factors", parsed.GetValue(_factors));
        Set("layout.gradients", parsed.GetValue(_gradients));
        Set("training.epochs", parsed.GetValue(_epochs));
        Set("training.steps", parsed.GetValue(_steps));
        Set("training.batch", parsed.GetValue(_batch));
        Set("training.precision", parsed.GetValue(_precision));
        Set("training.microBatches", parsed.GetValue(_microBatches));
        Set("seed", parsed.GetValue(_seed));
        if (parsed.GetValue(_data) is "generated")
            Set("data.kind", "generated");
        else if (parsed.GetValue(_data) is { } directory)
            Set("data.path", Path.GetFullPath(directory));
        return settings;
    }

    private string RunDirectory(ParseResult parsed, Recipe recipe)
    {
        string standard = Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}"));
        string directory = Path.GetFullPath(parsed.GetValue(_runDirectory) ?? standard);
        bool holdsRun = parsed.GetValue(_resume) ? File.Exists(Path.Combine(directory, CheckpointFiles.Metrics)) : TrainedRun.IsIn(directory);
        if (parsed.GetValue(_resume))
        {
            if (!holdsRun)
                throw new BadInputException($"--resume: '{directory}' holds no run; give the directory of one with --run-dir.");
            RecipeDifferences.Refuse(Path.Combine(directory, CheckpointFiles.Recipe), recipe);
        }
        else if (holdsRun)
            throw new BadInputException($"--run-dir '{directory}' holds a run already; go on with it (--resume), or give a directory that is new or empty.");
        return directory;
    }

    /// <summary>A run goes on with the threads it had, as long as its layout stays: their number decides the last bits.</summary>
    private static int? ThreadsBefore(string directory, Recipe recipe, bool resumes) =>
        resumes && new CheckpointStore(directory).List().Select(c => c.Manifest).OfType<Manifest>().FirstOrDefault() is { } manifest
        && (manifest.Replicas, manifest.Shards) == (recipe.Layout.Replicas, recipe.Layout.Shards) ? manifest.Environment.Threads : null;

    private static (int Min, int Max)? Bounds(string text) =>
        text.Split(':') is [var min, var max] && int.TryParse(min, NumberStyles.None, CultureInfo.InvariantCulture, out int low)
        && int.TryParse(max, NumberStyles.None, CultureInfo.InvariantCulture, out int high) ? (low, high) : null;

    private static void Require(bool holds, string option, double found, List<string> errors)
    {
        if (!holds)
            errors.Add(FormattableString.Invariant($"{option} is {found}; it must be {(option is "--grace" or "--start-timeout" ? "above 0 seconds" : "0 or more")}."));
    }
}
