using System.Globalization;
using System.Text.Json;
using AlexNet.Core.Errors;
using AlexNet.Core.Membership;
using AlexNet.Core.Plans;
using AlexNet.Core.Reductions;
using AlexNet.Core.Runs;
using Microsoft.Data.Sqlite;

namespace AlexNet.Coordinator;

/// <summary>
/// What a coordinator must know to take a run over from one that was lost: SQLite in the run directory. A generation is in here before any
/// worker hears of it; each start of a coordinator raises the term. While one has it open no other can.
/// </summary>
internal sealed class RunLedger : IDisposable
{
    private const string FileName = "coordinator.db";

    private const int Busy = 5; // SQLite's code for a file that another process has locked
    private const int PatienceSeconds = 2; // for a coordinator that is just ending

    private readonly SqliteConnection _database;

    /// <exception cref="BadInputException">Another coordinator has it open.</exception>
    public RunLedger(CoordinatorOptions options)
    {
        Directory.CreateDirectory(options.RunDirectory);
        string path = Path.Combine(options.RunDirectory, FileName);
        _database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = PatienceSeconds }.ToString());
        try
        {
            _database.Open();
            Execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS ledger (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;");
            Term = Whole("term") + 1;
            Write(("term", Text(Term)));
            IsResumed = options.Resume || (End is { } end ? options.ResumesAsNeeded && end.ExitCode != ExitCodes.Done : IsResumePending);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Busy)
        {
            _database.Dispose();
            throw new BadInputException($"run directory '{options.RunDirectory}' is in use by another coordinator ({FileName} is locked); one run needs one coordinator. End the other one, or give this run a directory of its own (--run-dir).");
        }
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

    public int Restarts => (int)Whole("restarts");

    /// <summary>Which layers' gradients travel as factors; null while that is not chosen.</summary>
    public FactorChoice? Factors => Read("factors") is { } factors ? JsonSerializer.Deserialize<FactorChoice>(factors) : null;

    /// <summary>The data that the run trains on; null before its first generation, and in a run that began before 2026-12-01.</summary>
    public DataIdentity? Data => Read("data") is { } data ? JsonSerializer.Deserialize<DataIdentity>(data) : null;

    /// <summary>The generation in force and the secret of its workers; null before the first.</summary>
    public (Plan Plan, string PeerToken)? Generation =>
        Read("plan") is { } plan && Read("peer-token") is { } token && JsonSerializer.Deserialize<Plan>(plan) is { } stored ? (stored, token) : null;

    /// <summary>A run begins, or one that had ended goes on.</summary>
    /// <param name="runId">Its name.</param>
    /// <param name="drain">Whether it is asked to end already.</param>
    public void Begin(string runId, bool drain) =>
        Write(("run", runId), ("ended", null), ("started", null), ("drain", drain ? "asked" : null), ("resume", IsResumed ? "pending" : null));

    /// <summary>A generation is about to be announced.</summary>
    public void Announce(Plan plan, string peerToken, int restarts) =>
        Write(("plan", JsonSerializer.Serialize(plan)), ("peer-token", peerToken), ("restarts", Text(restarts)), ("resume", null));

    /// <summary>A generation begins to train.</summary>
    public void Start(long generation) => Write(("started", Text(generation)));

    /// <summary>The run trains on these data, and on no others.</summary>
    public void Bind(DataIdentity data) => Write(("data", JsonSerializer.Serialize(data)));

    /// <summary>Which layers' gradients travel as factors is chosen, for the rest of the run.</summary>
    public void Choose(FactorChoice choice) => Write(("factors", JsonSerializer.Serialize(choice)));

    /// <summary>Somebody has asked the run to end at the next step.</summary>
    public void AskToDrain() => Write(("drain", "asked"));

    /// <summary>The run has ended.</summary>
    public void Close(Decision how) => Write(("ended", JsonSerializer.Serialize(how)));

    public void Dispose() => _database.Dispose();

    private bool IsResumePending => Read("resume") is not null;

    /// <summary>All of it or nothing; an entry without a value is deleted.</summary>
    private void Write(params ReadOnlySpan<(string Name, string? Value)> entries)
    {
        using var transaction = _database.BeginTransaction();
        foreach (var (name, value) in entries)
        {
            using var command = _database.CreateCommand();
            command.CommandText = value is null ? "DELETE FROM ledger WHERE name = $name;"
                : "INSERT INTO ledger (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value;";
            command.Parameters.AddWithValue("$name", name);
            if (value is not null)
                command.Parameters.AddWithValue("$value", value);
            command.ExecuteNonQuery();
        }
        transaction.Commit();
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
