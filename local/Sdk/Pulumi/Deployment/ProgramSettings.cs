using System.Globalization;

namespace Pulumi;

/// <summary>What the engine tells a program that it starts.</summary>
internal sealed record ProgramSettings
{
    public required string Project { get; init; }

    public required string Stack { get; init; }

    public required string Organization { get; init; }

    public string? RootDirectory { get; init; }

    public required bool IsDryRun { get; init; }

    public required string MonitorAddress { get; init; }

    public required string EngineAddress { get; init; }

    /// <exception cref="InvalidOperationException">The program was not started by an engine.</exception>
    public static ProgramSettings FromEnvironment()
    {
        // Only read by engines and tools, but their absence tells that no engine started the program.
        Parse("PULUMI_QUERY_MODE", bool.TryParse, out bool _);
        Parse("PULUMI_PARALLEL", (string? text, out int value) => int.TryParse(text, CultureInfo.InvariantCulture, out value), out _);
        Parse("PULUMI_DRY_RUN", bool.TryParse, out bool isDryRun);
        return new ProgramSettings
        {
            Project = Require("PULUMI_PROJECT"),
            Stack = Require("PULUMI_STACK"),
            Organization = Environment.GetEnvironmentVariable("PULUMI_ORGANIZATION") ?? "organization",
            RootDirectory = Environment.GetEnvironmentVariable("PULUMI_ROOT_DIRECTORY"),
            IsDryRun = isDryRun,
            MonitorAddress = Require("PULUMI_MONITOR"),
            EngineAddress = Require("PULUMI_ENGINE"),
        };
    }

    private delegate bool TryParse<T>(string? text, out T value);

    private static void Parse<T>(string name, TryParse<T> tryParse, out T value)
    {
        var text = Require(name);
        if (!tryParse(text, out value))
        {
            throw NotStartedByEngine($"{name} is '{text}'");
        }
    }

    private static string Require(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw NotStartedByEngine($"{name} is not set");

    private static InvalidOperationException NotStartedByEngine(string reason)
        => new($"Program run without the Pulumi engine available ({reason}). Start it with `pulumi up` or `./lab up`, not by itself.");
}
