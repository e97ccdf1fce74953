using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>How a container's health is checked.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerHealthcheck
{
    /// <summary>Between two checks: <c>30s</c>.</summary>
    public readonly string? Interval;

    /// <summary>Failures in a row that make it unhealthy.</summary>
    public readonly int? Retries;

    /// <summary>Between two checks while it starts.</summary>
    public readonly string? StartInterval;

    /// <summary>The time in which failures do not count.</summary>
    public readonly string? StartPeriod;

    /// <summary>The command: <c>CMD</c> and arguments, <c>CMD-SHELL</c> and a line, or <c>NONE</c>.</summary>
    public readonly ImmutableArray<string> Tests;

    /// <summary>How long a check may take.</summary>
    public readonly string? Timeout;

    [OutputConstructor]
    internal ContainerHealthcheck(
        string? interval,
        int? retries,
        string? startInterval,
        string? startPeriod,
        ImmutableArray<string> tests,
        string? timeout)
    {
        Interval = interval;
        Retries = retries;
        StartInterval = startInterval;
        StartPeriod = startPeriod;
        Tests = tests;
        Timeout = timeout;
    }
}
