namespace AlexNet.Testing.Tracing;

/// <summary>
/// Keeps, in order, the source files whose methods are entered; called by assemblies that <see cref="TracedTests"/> has changed.
/// </summary>
public static class FileTrace
{
    private static readonly Lock Gate = new();
    private static readonly List<string> Files = [];
    private static volatile bool _isOn;

    /// <summary>A method of a file is entered.</summary>
    public static void Enter(string file)
    {
        if (!_isOn)
            return;
        lock (Gate)
        {
            if (!Files.Contains(file))
                Files.Add(file);
        }
    }

    /// <summary>What comes now is the path.</summary>
    public static void Begin() => _isOn = true;

    /// <summary>The path has been gone; it is written to the file that the variable names, where somebody traces.</summary>
    public static void End()
    {
        _isOn = false;
        if (Environment.GetEnvironmentVariable(TracedTests.Variable) is { } target)
            File.WriteAllLines(target, Files);
    }
}
