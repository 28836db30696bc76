using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Core.Recipes;
using Lockstep.Core.Texts;
using Lockstep.Core.Timings;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Objects;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator;

/// <summary>
/// The coordinator's settings, from <c>ALEXNET_*</c> variables and arguments (<c>--recipe quickstart</c>); all are checked at start.
/// </summary>
internal sealed record CoordinatorOptions
{
    /// <summary>recipe: name or path of the recipe; may be a resolved one.</summary>
    public required RunRecipe Recipe { get; init; }

    /// <summary>Reads the recipes of the application.</summary>
    public required IRecipeReader<RunRecipe> Recipes { get; init; }

    /// <summary>
    /// token: the secret with which workers join. operator-token: that of whoever watches and ends the run; nobody may without it, unless
    /// by certificate.
    /// </summary>
    public required RunTokens Tokens { get; init; }

    /// <summary>tls-cert, tls-key and tls-ca: PEM files for mutual TLS; none by default.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>
    /// run-dir: where the run keeps its files. work-dir: where it works, if that is an address in object storage; a place below the current
    /// directory by default.
    /// </summary>
    public required string RunDirectory { get; init; }

    /// <summary>The address in object storage where the run is kept; null where it stays in its directory.</summary>
    public ObjectAddress? Remote { get; init; }

    /// <summary>listen and http-listen: address:port for gRPC and for metrics; loopback and a free port by default.</summary>
    public required ServiceEndpoints Endpoints { get; init; }

    /// <summary>join-timeout: seconds to wait for workers to join, read their data, and connect.</summary>
    public required TimeSpan JoinTimeout { get; init; }

    /// <summary>deadline: seconds that any wait between workers may last.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>linger: seconds for which metrics stay readable after the end.</summary>
    public required TimeSpan Linger { get; init; }

    /// <summary>resume: go on with the run that the directory holds, from its newest whole checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// resume=auto: begin a run in an empty directory, go on with one that was interrupted or has failed, take over one that has not ended,
    /// and end at once where all is done. For engines, which start the same command again and again.
    /// </summary>
    public bool ResumesAsNeeded { get; init; }

    /// <summary>begin: a run begins, and what a start that failed has left in the directory is no run.</summary>
    public bool Begins { get; init; }

    /// <summary>
    /// take-over: this process takes the place of a coordinator that was lost, and goes on with whatever that has left, a run that had just
    /// ended included.
    /// </summary>
    public bool TakeOver { get; init; }

    /// <summary>gone: names of workers, divided by commas, whose processes whoever started this one knows to have ended.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>max-restarts: losses of workers after which the run goes on.</summary>
    public required int MostRestarts { get; init; }

    /// <summary>protect: whether another worker keeps each part of the net that exists once.</summary>
    public required Protection Protection { get; init; }

    /// <summary>elastic: the fewest replicas that may train; as many as the layout has by default.</summary>
    public required int LeastReplicas { get; init; }

    /// <summary>grace: seconds that a run has to end in good order when it is asked to.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>metrics, otlp, trace-every, log-format: how it lets itself be watched.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>supervised: end when standard input closes.</summary>
    public bool Supervised { get; init; }

    public RunTopology Topology => Recipe.Topology;

    public MembershipOptions Membership => new(Topology, JoinTimeout) { MostRestarts = MostRestarts, LeastReplicas = LeastReplicas };

    /// <summary>The times by which losses are noticed, as these settings make them.</summary>
    public LivenessTimings Timings => LivenessTimings.Standard with { Deadline = Deadline, JoinTime = JoinTimeout };

    /// <exception cref="BadInputException">Any setting is missing or wrong; all errors at once.</exception>
    public static CoordinatorOptions From(Settings settings, IRecipeReader<RunRecipe> recipes)
    {
        string name = settings.Text("recipe", "the name or path of a recipe");
        var overrides = settings.Overrides();
        RunRecipe? recipe = null;
        try
        {
            if (name.Length > 0)
                recipe = RecipeCatalog.Load(recipes, name, overrides);
            settings.Errors.AddRange(
                recipe is null
                    ? []
                    : recipe
                        .IdleSettings([.. overrides.Select(o => o.Key)])
                        .Where(i => !i.IsHarmless)
                        .Select(i => $"setting 'set': {i.Message}")
            );
        }
        catch (BadInputException e)
        {
            settings.Errors.AddRange(e.Errors);
        }
        var tokens = RunTokens.Read(settings);
        var tls = TlsFiles.Read(settings, Roles.Coordinator);
        var endpoints = new ServiceEndpoints(settings.Endpoint("listen"), settings.Endpoint("http-listen"));
        var joinTimeout = settings.Seconds("join-timeout", LivenessTimings.Standard.JoinTime.TotalSeconds);
        var deadline = settings.Seconds("deadline", LivenessTimings.Standard.Deadline.TotalSeconds);
        var linger = settings.Seconds("linger", 0);
        string? runDirectory = settings.Optional("run-dir"),
            workDirectory = settings.Optional("work-dir");
        var remote = RemoteOf(runDirectory, workDirectory, settings.Errors);
        bool asNeeded = settings.Optional("resume") == "auto",
            resume = !asNeeded && settings.Flag("resume"),
            takeOver = settings.Flag("take-over"),
            begins = settings.Flag("begin");
        string[] gone = (settings.Optional("gone") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        int mostRestarts = settings.Whole("max-restarts", 10, least: 0);
        var protection = ProtectionOf(settings.Optional("protect"), settings.Errors);
        int leastReplicas = settings.Whole("elastic", recipe?.Layout.Replicas ?? 1, least: 1);
        if (recipe is not null && leastReplicas > recipe.Layout.Replicas)
        {
            settings.Errors.Add(
                $"setting 'elastic' is {leastReplicas}; at most the layout's {Count.Of(recipe.Layout.Replicas, "replica")} can be required."
            );
        }

        var grace = settings.Seconds("grace", 25);
        var telemetry = TelemetryOptions.From(settings);
        bool supervised = settings.Flag("supervised");
        settings.RefuseUnknown();
        if (settings.Errors.Count > 0 || recipe is null)
            throw new BadInputException(settings.Errors);
        return new CoordinatorOptions
        {
            Recipe = recipe,
            Recipes = recipes,
            Tokens = tokens,
            Tls = tls,
            RunDirectory = remote is not null
                ? workDirectory ?? RemoteRun.DefaultDirectory(remote)
                : runDirectory ?? Path.Combine("runs", recipe.Name),
            Remote = remote,
            Endpoints = endpoints,
            JoinTimeout = joinTimeout,
            Deadline = deadline,
            Linger = linger,
            Resume = resume,
            ResumesAsNeeded = asNeeded,
            Begins = begins,
            TakeOver = takeOver,
            Gone = gone,
            MostRestarts = mostRestarts,
            Protection = protection,
            LeastReplicas = leastReplicas,
            Grace = grace,
            Telemetry = telemetry,
            Supervised = supervised,
        };
    }

    private static Protection ProtectionOf(string? text, List<string> errors)
    {
        try
        {
            return text is null ? Protection.Never : Protection.Parse(text);
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors.Select(error => $"setting 'protect' {error}"));
            return Protection.Never;
        }
    }

    private static ObjectAddress? RemoteOf(string? runDirectory, string? workDirectory, List<string> errors)
    {
        try
        {
            if (ObjectAddress.Is(runDirectory))
                return ObjectAddress.Parse(runDirectory);
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors.Select(error => $"setting 'run-dir': {error}"));
            return null;
        }

        if (workDirectory is not null)
        {
            errors.Add(
                "setting 'work-dir' is given, and 'run-dir' is no address in object storage; leave it out, or name s3://BUCKET/PREFIX."
            );
        }

        return null;
    }
}
