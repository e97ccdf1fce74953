namespace Scalelab.EndToEnd.Fixtures;

/// <summary>The longest that anything may take. Generous: a deadline ends a test that hangs; it is not a measurement.</summary>
internal static class Deadline
{
    /// <summary>For a command that builds, deploys and waits.</summary>
    public static readonly TimeSpan Deployment = TimeSpan.FromMinutes(5);

    /// <summary>For a command or a change in the cluster.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
}
