using System.Globalization;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;
using Microsoft.Data.Sqlite;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// What a coordinator must know to take a run over from one that was lost: SQLite in the run directory. A generation is in here before any
/// worker hears of it; each start of a coordinator raises the term. While one has it open no other can.
/// </summary>
internal sealed class RunLedger : IDisposable
{
    private const string FileName = "coordinator.db";

    private const int Busy = 5,
        Corrupt = 11,
        NoDatabase = 26; // SQLite's codes: locked by another process, and two kinds of damage
    private const int PatienceSeconds = 2; // for a coordinator that is just ending

    private readonly string _path;
    private SqliteConnection _database;

    /// <exception cref="BadInputException">Another coordinator has it open; or it is damaged, and what it held is needed.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public RunLedger(CoordinatorOptions options, ILogger<RunLedger>? logger = null)
    {
        PrivateFile.CreateDirectory(options.RunDirectory);
        _path = Path.Combine(options.RunDirectory, FileName);
        bool isRebuilt = false,
            hasTrained = TrainedRun.IsIn(options.RunDirectory);
        _database = Connect();
        try
        {
            Open(begins: options.Begins && !hasTrained);
        }
        catch (Exception e) when (IsDamage(e))
        {
            _database.Dispose();
            if (options.TakeOver || !(options.Resume || options.ResumesAsNeeded || options.Begins))
            {
                throw new BadInputException(
                    $"'{_path}' is damaged ({e.Message}), so no coordinator can take the run over. Go on from its newest whole checkpoint "
                        + "(--resume); the ledger is then made anew."
                );
            }

            Rebuild(options.RunDirectory, e, logger);
            isRebuilt = hasTrained;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Busy)
        {
            _database.Dispose();
            throw new BadInputException(
                $"run directory '{options.RunDirectory}' is in use by another coordinator ({FileName} is locked); one run needs one "
                    + "coordinator. End the other one, or give this run a directory of its own (--run-dir)."
            );
        }
        catch (SqliteException e)
        {
            _database.Dispose();
            throw NotWritten(e);
        }
        if (options.Remote is not null && !options.Begins && RunId is null)
            Take(Path.Combine(options.RunDirectory, RemoteRun.Ledger));
        Term = Whole("term") + 1;
        Write(("term", Text(Term)));
        IsResumed = options.Resume || isRebuilt || (End is { } end ? options.ResumesAsNeeded && MayGoOn(end) : IsResumePending);
    }

    /// <summary>Grows with each start of a coordinator of this run.</summary>
    public long Term { get; }

    /// <summary>
    /// The run goes on from its newest whole checkpoint, and not from where workers that live stand. So it does too where an earlier
    /// coordinator began that, and was lost before it announced a generation: the plan in here is then still the one from before the end.
    /// </summary>
    public bool IsResumed { get; }

    /// <summary>Name of the run; null in a new directory.</summary>
    public string? RunId => Read("run");

    /// <summary>How the run has ended; null while it has not.</summary>
    public Decision? End => Read("ended") is { } end ? JsonSerializer.Deserialize<Decision>(end) : null;

    /// <summary>The last generation that has begun to train; 0 before the first.</summary>
    public long Started => Whole("started");

    /// <summary>The run was asked to end at the next step.</summary>
    public bool IsDrainAsked => Read("drain") is not null;

    /// <summary>An operator has ended the run, or asked for that: it goes on when somebody asks, and not by itself.</summary>
    public bool IsHeld => Read("hold") is not null;

    public int Restarts => (int)Whole("restarts");

    /// <summary>Which layers' gradients travel as factors; null while that is not chosen.</summary>
    public FactorChoice? Factors => Read("factors") is { } factors ? JsonSerializer.Deserialize<FactorChoice>(factors) : null;

    /// <summary>How often parts that exist once are kept, where the run has chosen that itself; null while it has not.</summary>
    public int? Protection => Read("protection") is not null ? (int)Whole("protection") : null;

    /// <summary>The data that the run trains on; null before its first generation, and in a run that began before 2026-12-01.</summary>
    public DataIdentity? Data => Read("data") is { } data ? JsonSerializer.Deserialize<DataIdentity>(data) : null;

    /// <summary>The generation in force and the secret of its workers; null before the first.</summary>
    public (Plan Plan, string PeerToken)? Generation =>
        Read("plan") is { } plan && Read("peer-token") is { } token && JsonSerializer.Deserialize<Plan>(plan) is { } stored
            ? (stored, token)
            : null;

    /// <summary>A run begins, or one that had ended goes on.</summary>
    /// <param name="runId">Its name.</param>
    /// <param name="drain">Whether it is asked to end already.</param>
    /// <param name="hold">Whether an operator has asked for that.</param>
    public void Begin(string runId, bool drain, bool hold = false) =>
        Write(
            ("run", runId),
            ("ended", null),
            ("started", null),
            ("drain", drain ? "asked" : null),
            ("hold", hold ? "asked" : null),
            ("resume", IsResumed ? "pending" : null)
        );

    /// <summary>A generation is about to be announced.</summary>
    public void Announce(Plan plan, string peerToken, int restarts) =>
        Write(("plan", JsonSerializer.Serialize(plan)), ("peer-token", peerToken), ("restarts", Text(restarts)), ("resume", null));

    /// <summary>A generation begins to train.</summary>
    public void Start(long generation) => Write(("started", Text(generation)));

    /// <summary>The run trains on these data, and on no others.</summary>
    public void Bind(DataIdentity data) => Write(("data", JsonSerializer.Serialize(data)));

    /// <summary>The run has chosen how often parts that exist once are kept.</summary>
    public void Choose(int every) => Write(("protection", Text(every)));

    /// <summary>Which layers' gradients travel as factors is chosen, for the rest of the run.</summary>
    public void Choose(FactorChoice choice) => Write(("factors", JsonSerializer.Serialize(choice)));

    /// <summary>Somebody has asked the run to end at the next step.</summary>
    /// <param name="hold">An operator has, so no engine is to begin the run again.</param>
    public void AskToDrain(bool hold = false) => Write(("drain", "asked"), ("hold", hold ? "asked" : null));

    /// <summary>The run has ended.</summary>
    /// <param name="how">How.</param>
    /// <param name="hold">As an operator wished.</param>
    public void Close(Decision how, bool hold = false) => Write(("ended", JsonSerializer.Serialize(how)), ("hold", hold ? "asked" : null));

    /// <summary>Its entries without the plan and the secrets of a generation: what a coordinator on another machine must know.</summary>
    public IReadOnlyDictionary<string, string> Copy()
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT name, value FROM ledger WHERE name NOT IN ('plan', 'peer-token', 'started', 'resume');";
        using var rows = command.ExecuteReader();
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (rows.Read())
            copy.Add(rows.GetString(0), rows.GetString(1));
        return copy;
    }

    public void Dispose() => _database.Dispose();

    /// <summary>Takes the copy that a coordinator on another machine has left; the run goes on from its newest checkpoint.</summary>
    private void Take(string path)
    {
        if (!File.Exists(path))
            return;
        try
        {
            if (JsonSerializer.Deserialize<Dictionary<string, string>>(InputFile.ReadAllBytes(path)) is { } copy)
                Write([.. copy.Select(entry => (entry.Key, (string?)entry.Value)), ("resume", "pending")]);
        }
        catch (JsonException e)
        {
            throw new BadInputException(
                $"'{path}' is damaged ({e.Message}); a copy of the ledger is required. Delete it there and in the bucket."
            );
        }
    }

    private SqliteConnection Connect()
    {
        PrivateFile.Ensure(_path); // it holds the secret of the generation; SQLite gives its journals the same mode
        return new(
            new SqliteConnectionStringBuilder
            {
                DataSource = _path,
                Pooling = false,
                DefaultTimeout = PatienceSeconds,
            }.ToString()
        );
    }

    /// <summary>Opens it, and reads all of it once, so that damage is met here.</summary>
    private void Open(bool begins)
    {
        _database.Open();
        Execute(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS ledger "
                + "(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
        );
        if (begins)
            Execute("DELETE FROM ledger WHERE name <> 'term';");
        using (var check = _database.CreateCommand())
        {
            check.CommandText = "PRAGMA quick_check;";
            if (check.ExecuteScalar() is string found and not "ok")
                throw new FormatException(found);
        }
        _ = (Whole("term"), Started, Restarts, End, Factors, Protection, Generation);
    }

    /// <summary>Sets a damaged one aside and begins another; the checkpoints know what the run is called.</summary>
    private void Rebuild(string runDirectory, Exception damage, ILogger? logger)
    {
        string kept = _path + ".damaged";
        File.Move(_path, kept, overwrite: true);
        foreach (string part in new[] { "-wal", "-shm" })
            File.Delete(_path + part);
        _database = Connect();
        Open(begins: false);
        if (new CheckpointStore(runDirectory).List().Select(c => c.Manifest).OfType<Manifest>().FirstOrDefault() is { } manifest)
            Write(("run", manifest.RunId));
        logger?.LedgerRebuilt(_path, damage.Message, kept);
    }

    private static bool IsDamage(Exception error) =>
        error
            is JsonException
                or FormatException
                or OverflowException
                or InvalidCastException
                or InvalidOperationException
                or SqliteException { SqliteErrorCode: Corrupt or NoDatabase };

    private IOException NotWritten(SqliteException error) =>
        new($"'{_path}' cannot be written: {error.Message.TrimEnd('.')}. Make room on its disk, and let this user write there.", error);

    /// <summary>Whether an engine that starts the coordinator again means the run to go on.</summary>
    private bool MayGoOn(Decision end) => end.ExitCode is not (ExitCodes.Done or ExitCodes.FailedAgain) && !IsHeld;

    private bool IsResumePending => Read("resume") is not null;

    /// <summary>All of it or nothing; an entry without a value is deleted.</summary>
    private void Write(params ReadOnlySpan<(string Name, string? Value)> entries)
    {
        try
        {
            using var transaction = _database.BeginTransaction();
            foreach (var (name, value) in entries)
            {
                using var command = _database.CreateCommand();
                command.CommandText = value is null
                    ? "DELETE FROM ledger WHERE name = $name;"
                    : "INSERT INTO ledger (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value;";
                command.Parameters.AddWithValue("$name", name);
                if (value is not null)
                    command.Parameters.AddWithValue("$value", value);
                command.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw NotWritten(e);
        }
    }

    private string? Read(string name)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT value FROM ledger WHERE name = $name;";
        command.Parameters.AddWithValue("$name", name);
        return (string?)command.ExecuteScalar();
    }

    private long Whole(string name) => Read(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    private void Execute(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
