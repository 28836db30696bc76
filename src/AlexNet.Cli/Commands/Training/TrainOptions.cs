using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Certificates;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Launching;
using AlexNet.Data.Opening;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Runs;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Native;

namespace AlexNet.Cli.Commands.Training;

/// <summary>
/// The arguments of <c>alexnet train</c> and <c>alexnet resume</c>, and how they lie over the recipe, or over what a run was begun with.
/// </summary>
/// <param name="resumes">Those of <c>alexnet resume RUN</c>: the run tells its recipe, and what may not change cannot be given.</param>
internal sealed class TrainOptions(bool resumes = false)
{
    private const string Standard = "quickstart";

    private readonly Argument<string> _run = new("run") { Description = "The directory of the run." };

    private readonly Argument<string?> _recipe = new("recipe")
    {
        Description = "Name or path of a recipe; with --resume that of the run, and otherwise quickstart, by default.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Directory of the data set, or 'generated' for pictures drawn from the seed.",
    };
    private readonly Option<int?> _shards = new("--shards")
    {
        Description = "Workers that together hold one net; a divisor of its towers.",
    };
    private readonly Option<int?> _replicas = new("--replicas")
    {
        Description = "Copies of the net, each training on its part of the batch.",
    };
    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads of each worker; the cores divided by the workers by default.",
    };
    private readonly Option<string> _device = new Option<string>("--device")
    {
        Description = "auto, cpu or cuda.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
    private readonly Option<bool> _deterministic = GpuArguments.Deterministic();
    private readonly Option<string> _gpuLayout = GpuArguments.Layout();
    private readonly Option<string> _transport = new Option<string>("--transport")
    {
        Description = "What carries tensors between workers: auto (shared memory on one host), grpc, shm, or nccl between GPUs.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "grpc", "shm", "nccl");
    private readonly Option<int?> _workers = new("--workers")
    {
        Description =
            "So many workers, in the layout that 'alexnet plan' finds fastest on this machine, or of --plan; in place of --shards and "
            + "--replicas.",
    };
    private readonly Option<string?> _plan = new Option<string?>("--plan")
    {
        Description =
            "How the net is laid out: towers (shards of towers, replicas of these), data (every worker holds all), or hybrid "
            + "(convolutions in every worker, fully connected layers in parts; --shards says how many workers).",
    }.AcceptOnlyFromAmong("towers", "data", "hybrid");
    private readonly Option<string?> _factors = new Option<string?>("--factors")
    {
        Description =
            "Whether gradients of fully connected layers travel between replicas as their factors: auto (where it is faster), always or "
            + "never.",
    }.AcceptOnlyFromAmong("auto", "always", "never");
    private readonly Option<string?> _gradients = new Option<string?>("--gradients")
    {
        Description = "What gradients travel as to be summed over replicas: fp32, or bf16 (half the bytes, rounded).",
    }.AcceptOnlyFromAmong("fp32", "bf16");
    private readonly Option<string?> _precision = new Option<string?>("--precision")
    {
        Description = "What the arithmetic is made of: fp32, tf32 or bf16; weights, sums and updates are fp32 in all.",
    }.AcceptOnlyFromAmong("fp32", "tf32", "bf16");
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training data." };
    private readonly Option<long?> _steps = new("--steps") { Description = "Ends the run after so many steps." };
    private readonly Option<int?> _batch = new("--batch") { Description = "The global batch: samples of one step over all replicas." };
    private readonly Option<int?> _microBatches = new("--micro-batches")
    {
        Description = "Parts that a replica's share of the batch goes through the net in; less memory, the same gradient.",
    };
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of every random number of the run." };
    private readonly Option<string?> _runDirectory = new("--run-dir")
    {
        Description = "Where the run keeps its files; runs/RECIPE-TIME by default.",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "A checkpoint or safetensors file for a new run to begin from.",
    };
    private readonly Option<string?> _dumpSteps = new("--dump-steps")
    {
        Description = "Steps (from 0) whose weights and gradients are written to the run directory, such as 0,10.",
    };
    private readonly Option<double?> _deadline = new("--deadline")
    {
        Description = "Seconds that a worker may wait for another; 60 by default.",
    };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description =
            "Go on with the run in --run-dir, from its newest whole checkpoint: with its recipe, data, layout and length, unless other "
            + "layout or length is given. The same as alexnet resume RUN.",
    };
    private readonly Option<int> _maxRestarts = new("--max-restarts")
    {
        Description = "Losses of workers or of the coordinator after which the run goes on; 0 ends it with the first.",
        DefaultValueFactory = _ => 10,
    };
    private readonly Option<int> _spares = new("--spares")
    {
        Description = "Workers that stand by, with the data read, to take a lost one's place at once.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<string?> _elastic = new("--elastic")
    {
        Description = "MIN:MAX replicas: the run goes on with fewer while workers are missing, and takes more in when they come.",
    };
    private readonly Option<double> _grace = new("--grace")
    {
        Description = "Seconds that an interrupted run has to stop at a step and save.",
        DefaultValueFactory = _ => 25,
    };
    private readonly Option<double> _startTimeout = new("--start-timeout")
    {
        Description = "Seconds that the coordinator has to listen, each time that it is started.",
        DefaultValueFactory = _ => 90,
    };
    private readonly Option<int?> _coordinatorPort = new("--coordinator-port")
    {
        Description = "Port of the coordinator; a free one by default.",
    };
    private readonly Option<int?> _metricsPort = new("--metrics-port")
    {
        Description = "First of the metrics ports: the coordinator's; the workers' follow. Free ones by default.",
    };
    private readonly Option<string?> _certificates = new("--certs")
    {
        Description = "Mutual TLS between the processes, with the certificates that 'alexnet certs' made in this directory.",
    };
    private readonly Option<bool> _noPictures = new("--no-pictures")
    {
        Description = "Leave out plot.png and filters.png, which are drawn into the run directory at the end.",
    };
    private readonly Option<string[]> _set = RecipeArguments.Set();
    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "text for people, json for programs: one object a line.",
        DefaultValueFactory = _ => "text",
    }.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        command.Add(resumes ? _run : (Argument)_recipe);
        Option[] ofNewRuns = [_runDirectory, _resume, _weights, _batch, _seed, _precision];
        foreach (
            var option in new Option[]
            {
                _data,
                _shards,
                _replicas,
                _threads,
                _device,
                _deterministic,
                _gpuLayout,
                _precision,
                _transport,
                _workers,
                _plan,
                _factors,
                _gradients,
                _epochs,
                _steps,
                _batch,
                _microBatches,
                _seed,
                _runDirectory,
                _weights,
                _dumpSteps,
                _deadline,
                _resume,
                _maxRestarts,
                _spares,
                _elastic,
                _grace,
                _startTimeout,
                _coordinatorPort,
                _metricsPort,
                _certificates,
                _noPictures,
                _set,
                _output,
            }
        )
        {
            if (!resumes || !ofNewRuns.Contains(option))
                command.Add(option);
        }
    }

    /// <summary>Reads and checks everything: recipe, arguments, data, and the run to go on with. Starts and touches nothing.</summary>
    /// <exception cref="BadInputException">Anything is wrong; every error is listed.</exception>
    public async Task<TrainRequest> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (errors, notes) = (new List<string>(), new List<string>());
        var run = resumes || parsed.GetValue(_resume) ? BegunRun.Open(GivenDirectory(parsed)) : null;
        var elastic = Elastic(parsed, errors);
        var settings = Settings(parsed, elastic, errors);
        CheckNumbers(parsed, errors);
        if (parsed.GetValue(_workers) is { } workers)
            settings.AddRange(await LayoutAsync(parsed, workers, run, settings, errors, cancellation));
        var recipe = ReadRecipe(parsed, run, settings, errors, notes);
        var certificates = parsed.GetValue(_certificates) is { } folder ? CertificateFolder.Open(folder, errors) : null;
        var dumped = DumpedSteps(parsed, errors);
        if (errors.Count > 0 || recipe is null)
            throw new BadInputException(errors);

        var request = Request(parsed, recipe, run, elastic, certificates, dumped);
        RequestRules.Check(request, MachineRoom.Here, errors);
        if (errors.Count > 0)
            throw new BadInputException(errors);
        RequireDevice(request.Device);
        RequestRules.Check(request, DataSetOpener.Identify(recipe), run, errors, notes);
        return errors.Count == 0 ? request with { Notes = [.. notes, .. Idle(parsed, request)] } : throw new BadInputException(errors);
    }

    private TrainRequest Request(
        ParseResult parsed,
        Recipe recipe,
        BegunRun? run,
        ElasticBounds? elastic,
        CertificateFolder? certificates,
        IReadOnlyList<long> dumped
    )
    {
        string device = parsed.GetValue(_device) ?? "auto";
        return new TrainRequest
        {
            Recipe = recipe,
            RunDirectory = run?.Directory ?? NewDirectory(parsed, recipe),
            Threads = parsed.GetValue(_threads)
                ?? run?.ThreadsFor(recipe)
                ?? Math.Max(1, Environment.ProcessorCount / (recipe.Layout.Shards * recipe.Layout.Replicas)),
            Device = device,
            OnCpu = DeviceChoice.IsCpu(device),
            Gpu = new GpuOptions(parsed.GetValue(_deterministic), parsed.GetValue(_gpuLayout) ?? GpuOptions.Auto),
            Transport = parsed.GetValue(_transport) ?? "auto",
            Weights = Given(parsed, _weights) is { } path ? Path.GetFullPath(path) : null,
            DumpedSteps = dumped,
            DeadlineSeconds = parsed.GetValue(_deadline) ?? 60,
            Resume = run is not null,
            MostRestarts = parsed.GetValue(_maxRestarts),
            Spares = parsed.GetValue(_spares),
            LeastReplicas = elastic?.Least ?? recipe.Layout.Replicas,
            GraceSeconds = parsed.GetValue(_grace),
            StartTimeout = TimeSpan.FromSeconds(parsed.GetValue(_startTimeout)),
            CoordinatorPort = parsed.GetValue(_coordinatorPort) ?? 0,
            MetricsPort = parsed.GetValue(_metricsPort) ?? 0,
            Certificates = certificates,
            Pictures = !parsed.GetValue(_noPictures),
            Output = parsed.GetValue(_output) == "json" ? OutputKind.Json : OutputKind.Text,
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
            string? named = Named(parsed);
            var recipe = DataPaths.Absolute(
                run?.GoOn(named, settings, notes) ?? RecipeCatalog.Load(Recipe.Reader, named ?? Standard, settings)
            );
            IEnumerable<KeyValuePair<string, JsonNode?>> ofFile = run is null ? [new("data.path", null)] : []; // a run that was begun with it goes on
            notes.AddRange(DataArgument.RefuseIdle(recipe, [.. settings, .. ofFile]));
            return recipe;
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors);
            return null;
        }
    }

    private List<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, ElasticBounds? elastic, List<string> errors)
    {
        var settings = RecipeArguments.Parse(parsed.GetValue(_set), errors);

        void Set(string key, JsonNode? value)
        {
            if (value is not null)
                settings.Add(new(key, value));
        }

        Set("layout.shards", parsed.GetValue(_shards));
        Set("layout.replicas", elastic?.Most ?? parsed.GetValue(_replicas));
        Set("layout.plan", parsed.GetValue(_plan));
        Set("layout.factors", parsed.GetValue(_factors));
        Set("layout.gradients", parsed.GetValue(_gradients));
        Set("training.epochs", parsed.GetValue(_epochs));
        Set("training.steps", parsed.GetValue(_steps));
        Set("training.batch", Given(parsed, _batch));
        Set("training.precision", Given(parsed, _precision));
        Set("training.microBatches", parsed.GetValue(_microBatches));
        Set("seed", Given(parsed, _seed));
        settings.AddRange(DataArgument.Settings(parsed.GetValue(_data), errors));
        return settings;
    }

    /// <summary>Settings of the layout for a number of workers; none where there are errors.</summary>
    private async Task<IEnumerable<KeyValuePair<string, JsonNode?>>> LayoutAsync(
        ParseResult parsed,
        int workers,
        BegunRun? run,
        List<KeyValuePair<string, JsonNode?>> settings,
        List<string> errors,
        CancellationToken cancellation
    )
    {
        if (workers < 1)
            errors.Add($"--workers is {workers}; it must be 1 or more.");
        if (parsed.GetValue(_shards) is not null || parsed.GetValue(_replicas) is not null)
            errors.Add("--workers is given together with --shards or --replicas, which say the same; leave one out.");
        if (parsed.GetValue(_elastic) is not null)
            errors.Add("--workers is given together with --elastic, which says how many replicas there are; leave one out.");
        if (errors.Count > 0)
            throw new BadInputException(errors);
        string name = run is null
            ? Named(parsed) ?? Standard
            : Path.Combine(run.Directory, Lockstep.Storage.Checkpoints.CheckpointFiles.Recipe);
        var recipe = RecipeCatalog.Load(
            Recipe.Reader,
            name,
            [
                .. settings.Where(s => s.Key != "layout.plan"),
                new("layout.plan", "towers"),
                new("layout.shards", 1),
                new("layout.replicas", 1),
            ]
        );
        var layout = await LayoutSearch.FindAsync(
            name,
            recipe,
            workers,
            parsed.GetValue(_plan),
            parsed.GetValue(_device) ?? "auto",
            cancellation
        );
        return
        [
            new("layout.shards", layout.Shards),
            new("layout.replicas", layout.Replicas),
            new("layout.plan", layout.Plan.ToString().ToLowerInvariant()),
        ];
    }

    private ElasticBounds? Elastic(ParseResult parsed, List<string> errors)
    {
        if (parsed.GetValue(_elastic) is not { } text)
            return null;
        if (ElasticBounds.Parse(text) is not { } bounds)
        {
            errors.Add($"--elastic is '{text}'; MIN:MAX replicas are required, such as 1:4.");
            return null;
        }
        if (parsed.GetValue(_replicas) is { } replicas && replicas != bounds.Most)
        {
            errors.Add(
                $"--replicas is {replicas} and --elastic {text}, whose second number says how many replicas there are; give "
                    + $"{bounds.Least}:{replicas}, or leave --replicas out."
            );
        }

        return bounds;
    }

    private void CheckNumbers(ParseResult parsed, List<string> errors)
    {
        RequireSeconds("--deadline", parsed.GetValue(_deadline) ?? 60, errors);
        RequireSeconds("--grace", parsed.GetValue(_grace), errors);
        RequireSeconds("--start-timeout", parsed.GetValue(_startTimeout), errors);
        if (Given(parsed, _weights) is { } weights && !File.Exists(weights) && !Directory.Exists(weights))
            errors.Add($"--weights '{weights}' is not there; give a checkpoint's directory or a safetensors file.");
        foreach (var option in new[] { _maxRestarts, _spares })
        {
            if (parsed.GetValue(option) is var value && value < 0)
                errors.Add($"{option.Name} is {value}; it must be 0 or more.");
        }

        if (parsed.GetValue(_device) == "cpu" && parsed.GetValue(_transport) == "nccl")
            errors.Add("--transport is nccl, which links GPUs, and --device is cpu; use --transport auto, or --device cuda.");
    }

    private static void RequireSeconds(string option, double value, List<string> errors)
    {
        if (value is not (> 0 and <= Lockstep.Hosting.Settings.MostSeconds))
        {
            errors.Add(
                FormattableString.Invariant(
                    $"{option} is {value} seconds; it must be above 0, and at most {Lockstep.Hosting.Settings.MostSeconds}."
                )
            );
        }
    }

    private List<long> DumpedSteps(ParseResult parsed, List<string> errors)
    {
        var steps = new List<long>();
        foreach (string text in (parsed.GetValue(_dumpSteps) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
                steps.Add(step);
            else
                errors.Add($"--dump-steps has '{text}'; it must be a list of steps such as 0,10,20.");
        }

        return steps;
    }

    /// <summary>What was asked for and changes nothing on this machine, in this layout.</summary>
    private IEnumerable<string> Idle(ParseResult parsed, TrainRequest request)
    {
        if (request.OnCpu && request.Gpu.Layout != GpuOptions.Auto)
            yield return $"--gpu-layout {request.Gpu.Layout} changes nothing: the CPU computes, and it has a layout of its own.";
        if (request.Transport != "auto" && request.Topology.Workers == 1)
            yield return $"--transport {request.Transport} changes nothing: there is one worker, so nothing travels between workers.";
    }

    /// <summary>A GPU that is asked for must be there; to see that takes libtorch.</summary>
    /// <exception cref="BadInputException">It is not.</exception>
    private static void RequireDevice(string device)
    {
        if (device != "cuda")
            return;
        NativeLibraries.Load();
        DeviceChoice.Choose(device);
    }

    private string? Named(ParseResult parsed) => resumes ? null : parsed.GetValue(_recipe);

    private string GivenDirectory(ParseResult parsed) =>
        Path.GetFullPath(
            resumes
                ? parsed.GetRequiredValue(_run)
                : parsed.GetValue(_runDirectory)
                    ?? throw new BadInputException(
                        "--resume is given without a run; name its directory: alexnet resume RUN, or --run-dir RUN --resume."
                    )
        );

    /// <exception cref="BadInputException">It holds a run.</exception>
    private string NewDirectory(ParseResult parsed, Recipe recipe)
    {
        string standard = Path.Combine(
            "runs",
            string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}")
        );
        string directory = Path.GetFullPath(parsed.GetValue(_runDirectory) ?? standard);
        return !TrainedRun.IsIn(directory)
            ? directory
            : throw new BadInputException(
                $"--run-dir '{directory}' holds a run already; go on with it ({RunHints.Resume(directory)}), or give a directory that is "
                    + "new or empty."
            );
    }

    /// <summary>The value of an option that a command may lack.</summary>
    private static T? Given<T>(ParseResult parsed, Option<T?> option) =>
        parsed.GetResult(option) is null ? default : parsed.GetValue(option);
}
