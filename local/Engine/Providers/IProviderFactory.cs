using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers;

/// <summary>Makes the providers of one package. A package may be configured several times over, each being a provider resource of the stack.</summary>
internal interface IProviderFactory
{
    string Package { get; }

    /// <summary>Null when the package works without configuration; else why an explicit provider is needed and how to declare it.</summary>
    string? WhyNoDefault { get; }

    /// <summary>Validates a configuration. Unknown values, in previews, pass.</summary>
    IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config);

    /// <summary>Whether the new configuration means another place, so that every resource there has to be made anew.</summary>
    DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig);

    /// <param name="config">Checked, without unknown values.</param>
    /// <param name="context">What the provider may use of the engine.</param>
    IProvider Create(PropertyMap config, ProviderContext context);
}

/// <summary>What a provider may use of the engine.</summary>
/// <param name="Time">The clock.</param>
/// <param name="WorkingDirectory">The program's folder: relative paths start there.</param>
/// <param name="Environment">Variables for processes, on top of the engine's own.</param>
/// <param name="Events">For status lines and diagnostics; secrets are masked behind it.</param>
internal sealed record ProviderContext(TimeProvider Time, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment, IProgress<EngineEvent> Events)
{
    /// <summary>What a place that does not exist any more held counts as deleted.</summary>
    public bool DeleteUnreachable { get; init; }

    /// <summary>A variable of the environment; null when it is not set or empty.</summary>
    public string? Variable(string name) =>
        (Environment.TryGetValue(name, out var value) ? value : System.Environment.GetEnvironmentVariable(name)) is { Length: > 0 } text ? text : null;

    public void Status(Urn urn, string message) => Events.Report(new Progress(urn, message));

    public void Log(DiagnosticSeverity severity, string message, Urn urn) => Events.Report(new Diagnostic(severity, message, urn));
}
